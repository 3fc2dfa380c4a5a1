"""Tables as JSON Lines (jsonlines.org): one row on each line, in UTF-8."""

import json
from collections.abc import Callable, Set
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from db.export import files
from db.export.evidence import Citations, ExportFilter, ExportResult
from db.export.tables.table import Row, Table

ENDING = "jsonl"
_LONGEST = 1 << 26  # at most this many bytes of the first line are read to recognise our file
# Some programs read these characters as line breaks, but JSON does not.
_BREAKS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x85\u2028\u2029"}


def write(
    table: Table,
    db: Database,
    out: Path,
    wanted: ExportFilter,
    citations: Citations,
    done: Callable[[object], object],
) -> ExportResult:
    """Write the chosen rows of a table into one file. Without rows, the file is empty.

    A file is replaced only if its first row has the key columns of the table. Only one row is in memory at a
    time. Raises UnknownRetailerError, StoreError, ExportTargetError, ArchiveLockedError, ExportWriteError.
    """
    total = 0
    with files.file(out, f"{table.name}.{ENDING}", partial(_is_ours, table.key)) as whole:
        for row in table.rows(db, wanted, citations):
            whole.stream.write(line(row))
            total += 1
            done(row)
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
