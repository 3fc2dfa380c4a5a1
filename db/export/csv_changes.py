"""Export of changes as CSV (RFC 4180), safe to open in a spreadsheet.

Each row has the two captures between which the change happened.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from sqlite_utils import Database

from db.export import files
from db.export.change_rows import FILE, row
from db.export.changes import changes, count_changes
from db.export.evidence import Citations, ExportFilter, ExportResult
from db.export.rows import CAPTURE_COLUMNS

count = count_changes
# A spreadsheet reads text that starts like this as a formula; the signs also exist in full width (OWASP,
# "CSV Injection").
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_OWN_COLUMNS = 9  # a file that starts with this many of our columns is our file
HEADER = (
    *("retailer", "kind", "old_version", "new_version", "last_old", "first_new"),
    *("words_added", "words_removed", "similarity", "set_aside"),
    *("stated_before", "stated_date", "announced", "suspect", "title"),
    *(f"old_{name}" for name in CAPTURE_COLUMNS),
    *(f"new_{name}" for name in CAPTURE_COLUMNS),
)
WORDS = ("removed", "added")


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write the chosen changes into one file. Without changes, the file has only the header.

    With `wanted.with_text`, each row has the words too, a line for each place. `done` is called with each
    change. Raises UnknownRetailerError, ExportTargetError, ArchiveLockedError, ExportWriteError, StoreError.
    """
    total = 0
    header = (*HEADER, *WORDS) if wanted.with_text else HEADER
    with files.file(out, f"{FILE}.csv", _is_ours) as whole:
        whole.stream.write(_line(header))
        for change in changes(db, wanted):
            values = row(change, citations)
            values |= {name: "\n".join(values[name]) for name in WORDS}
            whole.stream.write(_line([safe(values[column]) for column in header]))
            total += 1
            done(change)
    return ExportResult.of(total, whole.is_new)


def safe(value: object) -> object:
    """Return a value that a spreadsheet does not read as a formula.

    Text that starts like a formula gets an apostrophe before it. Numbers stay numbers.
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _line(values: Iterable[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue().encode()


def _is_ours(place: Path) -> bool:
    with place.open("rb") as there:
        start = ",".join(HEADER[:_OWN_COLUMNS]).encode()
        return there.read(len(start)) == start
