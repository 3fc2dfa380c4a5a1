"""Rows as JSON and CSV, in the same formats as Datasette's own tables."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from db.web.common.responses import Response
from db.web.common.views import PageRequest

FORMS = r"(?:\.(?P<form>json|csv))?"  # the end of the address of a page that is also available as data


def as_json(request: PageRequest, content: Mapping[str, Any]) -> Response:
    """Return an object as a JSON response."""
    return _data(request, "application/json; charset=utf-8", json.dumps(content, ensure_ascii=False))


def as_csv(request: PageRequest, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Response:
    """Return rows as a CSV response, below a line of column names."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return _data(request, "text/csv; charset=utf-8", text.getvalue())


def _data(request: PageRequest, content_type: str, text: str) -> Response:
    # Other web sites may read this data if Datasette's setting `cors` allows it.
    allowed = [("access-control-allow-origin", "*")] if request.datasette.cors else []
    return Response(200, [("content-type", content_type), *allowed], text.encode("utf-8", "replace"))
