"""Export of versions as JSON Lines (jsonlines.org): one version on each line, in UTF-8."""

import json
from collections.abc import Callable, Iterable, Set
from functools import partial
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

    The errors are those of `write`, and UnknownRetailerError, StoreError.
    """
    rows = (row(version, citations) for version in versions(db, wanted))
    return write(rows, _KEYS, FILE, out, done)


def write(
    rows: Iterable[Row], keys: Set[str], kind: str, out: Path, done: Callable[[object], object]
) -> ExportResult:
    """Write rows into one file. `kind` names them; in a folder, it is the name of the file.

    A file is replaced only if its first row has all `keys`. Only one row is in memory at a time. Raises
    ExportTargetError, ArchiveLockedError, ExportWriteError.
    """
    total = 0
    with files.file(out, f"{kind}.jsonl", partial(_is_ours, keys)) as whole:
        for one in rows:
            whole.stream.write(line(one))
            total += 1
            done(one)
    return ExportResult.of(total, whole.is_new)


def line(of: Row) -> bytes:
    """Return a row as one line of JSON in UTF-8, ending in a newline."""
    return (json.dumps(of, ensure_ascii=False, separators=(",", ":")).translate(_BREAKS) + "\n").encode()


def _is_ours(keys: Set[str], place: Path) -> bool:
    with place.open("rb") as there:
        try:
            first = json.loads(there.readline(_LONGEST))
        except ValueError:
            return False
    return isinstance(first, dict) and first.keys() >= keys
