"""Export of changes with their words as a Parquet file. pyarrow must be installed (the extra `parquet`)."""

from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from db.export import parquet
from db.export.change_rows import FILE, row
from db.export.changes import changes, count_changes
from db.export.evidence import Citations, ExportFilter, ExportResult

count = count_changes
COLUMNS: parquet.Columns = {
    **{"retailer": "text", "kind": "text", "old_version": "number", "new_version": "number"},
    **{"last_old": "moment", "first_new": "moment", "words_added": "number", "words_removed": "number"},
    **{"similarity": "share", "set_aside": "number", "stated_before": "text", "stated_date": "text"},
    **{"announced": "text", "suspect": "text", "title": "text", "removed": "texts", "added": "texts"},
    "places": {"section": "text", "reason": "text", "counts": "flag", "removed": "text", "added": "text"},
    **{f"old_{name}": of for name, of in parquet.CAPTURE.items()},
    **{f"new_{name}": of for name, of in parquet.CAPTURE.items()},
}


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write the chosen changes into one file. Without changes, the file has no rows.

    The errors are those of `parquet.write`, and UnknownRetailerError, StoreError.
    """
    rows = (row(change, citations) for change in changes(db, wanted))
    return parquet.write(rows, COLUMNS, FILE, out, done)
