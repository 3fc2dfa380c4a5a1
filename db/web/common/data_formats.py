"""Rows as JSON and CSV, in the formats that Datasette uses for its tables."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from db.web.common.responses import Response
from db.web.common.views import PageRequest

FORMS = r"(?:\.(?P<form>json|csv))?"  # the end of a route that also returns data


def as_json(request: PageRequest, content: Mapping[str, Any]) -> Response:
    """Return an object as a JSON response."""
    return _data(request, "application/json; charset=utf-8", json.dumps(content, ensure_ascii=False))


def as_csv(request: PageRequest, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Response:
    """Return rows as CSV below the column names; no rows give only the column names."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return _data(request, "text/csv; charset=utf-8", text.getvalue())


def _data(request: PageRequest, content_type: str, text: str) -> Response:
    # Pages of other sites may read this if they may read Datasette's own data.
    allowed = [("access-control-allow-origin", "*")] if request.datasette.cors else []
    return Response(200, [("content-type", content_type), *allowed], text.encode("utf-8", "replace"))
