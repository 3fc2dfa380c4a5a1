"""Tables as CSV (RFC 4180), safe to open in a spreadsheet. Lists of structs are left out."""

import csv
import io
from collections.abc import Callable, Iterable, Set
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from db.export import files
from db.export.evidence import Citations, ExportFilter, ExportResult
from db.export.tables.columns import Column
from db.export.tables.table import Table
from db.text_cells import safe

ENDING = "csv"
_LONGEST = 1 << 20  # at most this many bytes of the first line are read to recognise our file


def columns(table: Table, db: Database, *, with_text: bool) -> tuple[Column, ...]:
    """Return the columns of a table that CSV has: no lists of structs, and texts of places on request."""
    left_out = frozenset() if with_text else table.on_request
    return tuple(
        column
        for column in table.columns_in(db)
        if isinstance(column.type, str) and column.name not in left_out
    )


def write(
    table: Table,
    db: Database,
    out: Path,
    wanted: ExportFilter,
    citations: Citations,
    done: Callable[[object], object],
) -> ExportResult:
    """Write the chosen rows of a table into one file. Without rows, the file has only the header.

    A list of texts has a line for each of them. A file is replaced only if its header has the key columns of
    the table. Raises UnknownRetailerError, StoreError, ExportTargetError, ArchiveLockedError,
    ExportWriteError.
    """
    total = 0
    header = [column.name for column in columns(table, db, with_text=wanted.with_text)]
    with files.file(out, f"{table.name}.{ENDING}", partial(_is_ours, table.key & {*header})) as whole:
        whole.stream.write(_line(map(safe, header)))
        for row in table.rows(db, wanted, citations):
            whole.stream.write(_line(safe(_cell(row[name])) for name in header))
            total += 1
            done(row)
    return ExportResult.of(total, whole.is_new)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return "\n".join(map(str, value)) if isinstance(value, list) else value


def _line(values: Iterable[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue().encode()


def _is_ours(key: Set[str], place: Path) -> bool:
    with place.open("rb") as there:
        first = there.readline(_LONGEST).decode(errors="replace")
    return set(next(csv.reader([first]), [])) >= key
