"""Export of versions as JSON Lines (jsonlines.org): one version on each line, in UTF-8."""

import json
from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from db.export import files
from db.export.evidence import Citations, ExportFilter, ExportResult, count_versions, versions
from db.export.rows import CAPTURE_COLUMNS, FILE, Row, row

count = count_versions
# A file with all these keys in its first line is our file.
_KEYS = {"retailer", "version", "text_sha256", "spans", *(f"first_{name}" for name in CAPTURE_COLUMNS)}
_LONGEST = 1 << 26  # at most this many bytes of the first line are read to recognise our file
# Some programs read these characters as line breaks, but JSON does not.
_BREAKS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x85\u2028\u2029"}


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write the chosen versions into one file. Without versions, the file is empty.

    Only one row is in memory at a time. `done` is called with each version. Raises UnknownRetailerError,
    ExportTargetError, ArchiveLockedError, ExportWriteError, StoreError.
    """
    total = 0
    with files.file(out, f"{FILE}.jsonl", _is_ours) as whole:
        for version in versions(db, wanted):
            whole.stream.write(line(row(version, citations)))
            total += 1
            done(version)
    return ExportResult.of(total, whole.is_new)


def line(of: Row) -> bytes:
    """Return a row as one line of JSON in UTF-8, ending in a newline."""
    return (json.dumps(of, ensure_ascii=False, separators=(",", ":")).translate(_BREAKS) + "\n").encode()


def first_row(place: Path) -> Row:
    """Return the first row of a file of JSON Lines; {} if it has none or is another file."""
    with place.open("rb") as there:
        try:
            first = json.loads(there.readline(_LONGEST))
        except ValueError:
            return {}
    return first if isinstance(first, dict) else {}


def _is_ours(place: Path) -> bool:
    return first_row(place).keys() >= _KEYS
