"""Rows as JSON and CSV, in the same formats as Datasette's own tables."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from db.text_cells import safe
from db.web.common.responses import Response
from db.web.common.views import PageRequest

FORMS = r"(?:\.(?P<form>json|csv))?"  # the end of the address of a page that is also available as data


def as_json(request: PageRequest, content: Mapping[str, Any]) -> Response:
    """Return an object as a JSON response."""
    return _data(request, "application/json; charset=utf-8", json.dumps(content, ensure_ascii=False))


def as_csv(
    request: PageRequest,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    following: str | None = None,
) -> Response:
    """Return rows as a CSV response, below a line of column names. A spreadsheet reads no cell as a formula.

    `following` is the address of the next rows, for the header `Link`; None if there are no more.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(map(safe, columns))
    writer.writerows([safe(row[name]) for name in columns] for row in rows)
    answer = _data(request, "text/csv; charset=utf-8", text.getvalue())
    if following:
        answer.headers.append(("link", f'<{following}>; rel="next"'))
    return answer


def _data(request: PageRequest, content_type: str, text: str) -> Response:
    # Other web sites may read this data if Datasette's setting `cors` allows it.
    allowed = [("access-control-allow-origin", "*")] if request.datasette.cors else []
    return Response(200, [("content-type", content_type), *allowed], text.encode("utf-8", "replace"))
