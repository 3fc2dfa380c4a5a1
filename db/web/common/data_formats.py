"""Rows as data: JSON and CSV, as Datasette gives those of its tables."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from db.web.common.responses import Response
from db.web.common.views import PageRequest

FORMS = r"(?:\.(?P<form>json|csv))?"  # the end of a route whose page can be had as data


def as_json(request: PageRequest, content: Mapping[str, Any]) -> Response:
    """An object as JSON."""
    return _data(request, "application/json; charset=utf-8", json.dumps(content, ensure_ascii=False))


def as_csv(request: PageRequest, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Response:
    """Rows as CSV, below the names of their columns; nothing but these for no rows."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return _data(request, "text/csv; charset=utf-8", text.getvalue())


def _data(request: PageRequest, content_type: str, text: str) -> Response:
    # Readable for pages of others where Datasette's own data is.
    allowed = [("access-control-allow-origin", "*")] if request.datasette.cors else []
    return Response(200, [("content-type", content_type), *allowed], text.encode("utf-8", "replace"))
