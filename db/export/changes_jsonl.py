"""Export of changes with their words as JSON Lines (jsonlines.org): one change on each line, in UTF-8."""

from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from db.export import files
from db.export.change_rows import FILE, row
from db.export.evidence import Citations, ExportFilter, ExportResult, changes, count_changes
from db.export.jsonl import first_row, line

count = count_changes
_KEYS = {"retailer", "kind", "last_old", "first_new", "removed", "added", "places"}


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write the chosen changes into one file. Without changes, the file is empty.

    `done` is called with each change. Raises UnknownRetailerError, ExportTargetError, ArchiveLockedError,
    ExportWriteError, StoreError.
    """
    total = 0
    with files.file(out, f"{FILE}.jsonl", _is_ours) as whole:
        for change in changes(db, wanted):
            whole.stream.write(line(row(change, citations)))
            total += 1
            done(change)
    return ExportResult.of(total, whole.is_new)


def _is_ours(place: Path) -> bool:
    return first_row(place).keys() >= _KEYS
