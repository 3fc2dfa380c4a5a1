"""Rows as data: JSON and CSV, as Datasette gives those of its tables."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from db.web.common.responses import Answer
from db.web.common.views import Visit

FORMS = r"(?:\.(?P<form>json|csv))?"  # the end of a route whose page can be had as data


def as_json(visit: Visit, content: Mapping[str, Any]) -> Answer:
    """An object as JSON."""
    return _data(visit, "application/json; charset=utf-8", json.dumps(content, ensure_ascii=False))


def as_csv(visit: Visit, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Answer:
    """Rows as CSV, below the names of their columns; nothing but these for no rows."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return _data(visit, "text/csv; charset=utf-8", text.getvalue())


def _data(visit: Visit, content_type: str, text: str) -> Answer:
    # Readable for pages of others where Datasette's own data is.
    allowed = [("access-control-allow-origin", "*")] if visit.datasette.cors else []
    return Answer(200, [("content-type", content_type), *allowed], text.encode("utf-8", "replace"))
