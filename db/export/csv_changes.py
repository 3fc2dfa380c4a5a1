"""Changes as CSV (RFC 4180), with the captures between which they lie; safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from sqlite_utils import Database

from db.export import files
from db.export.evidence import Citations, ExportedChange, ExportFilter, ExportResult, changes, count_changes
from db.export.rows import CAPTURE_COLUMNS, Row, capture

count = count_changes
# Begins a formula, also after white space and in full width (owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_TOLD_BY = 9  # columns that no other file begins with
HEADER = (
    *(
        "retailer",
        "kind",
        "old_version",
        "new_version",
        "last_old",
        "first_new",
        "words_added",
        "words_removed",
        "similarity",
    ),
    *("title", *(f"old_{name}" for name in CAPTURE_COLUMNS), *(f"new_{name}" for name in CAPTURE_COLUMNS)),
)


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write the chosen changes into one file. An empty selection makes a file with a header alone.

    Raises UnknownRetailerError, ExportTargetError, ArchiveLockedError, ExportWriteError, StoreError.
    """
    total = 0
    with files.file(out, "changes.csv", _is_ours) as whole:
        whole.stream.write(_line(HEADER))
        for change in changes(db, wanted):
            of = row(change, citations)
            whole.stream.write(_line([safe(of[column]) for column in HEADER]))
            total += 1
            done(change)
    return ExportResult.of(total, whole.is_new)


def row(change: ExportedChange, citations: Citations) -> Row:
    """The columns of a change."""
    return {
        "retailer": change.retailer,
        "kind": change.kind,
        "old_version": change.old_version,
        "new_version": change.new_version,
        "last_old": change.old.captured_at,
        "first_new": change.new.captured_at,
        "words_added": change.words_added,
        "words_removed": change.words_removed,
        "similarity": change.similarity,
        "title": change.title,
        **capture("old", change.old, citations),
        **capture("new", change.new, citations),
    }


def safe(value: object) -> object:
    """A value that no spreadsheet takes for a formula: text that begins like one gets an apostrophe; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _line(values: Iterable[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue().encode()


def _is_ours(place: Path) -> bool:
    with place.open("rb") as there:
        start = ",".join(HEADER[:_TOLD_BY]).encode()
        return there.read(len(start)) == start
