"""Export of changes with their words as JSON Lines (jsonlines.org): one change on each line, in UTF-8."""

from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from db.export import jsonl
from db.export.change_rows import FILE, row
from db.export.changes import changes, count_changes
from db.export.evidence import Citations, ExportFilter, ExportResult

count = count_changes
_KEYS = {"retailer", "kind", "last_old", "first_new", "removed", "added", "places"}


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write the chosen changes into one file. Without changes, the file is empty.

    The errors are those of `jsonl.write`, and UnknownRetailerError, StoreError.
    """
    rows = (row(change, citations) for change in changes(db, wanted))
    return jsonl.write(rows, _KEYS, FILE, out, done)
