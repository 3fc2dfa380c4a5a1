"""Tables as Parquet: the rows of JSON Lines, with types.

pyarrow must be installed (the extra `parquet`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from sqlite_utils import Database

from db.errors import MissingExtraError
from db.export import files
from db.export.evidence import Citations, ExportFilter, ExportResult
from db.export.tables.columns import Column, Type
from db.export.tables.table import Row, Table

ENDING = "parquet"
GROUP = 16 * 1024 * 1024  # a row group ends after this many characters of text, because it is in memory
_SMALL_ROW = 200  # characters of a row without texts


def schema(columns: Iterable[Column], name: str) -> Any:
    """Return the Arrow schema of a file with these columns. `name` is that of the table, for the metadata.

    Raises MissingExtraError if pyarrow is not installed.
    """
    pa = pyarrow()
    types = {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "number": pa.int64(),
        "share": pa.float64(),
        "flag": pa.bool_(),
        "day": pa.date32(),
        "moment": pa.timestamp("ms", tz="UTC"),  # Parquet has no unit of seconds
    }

    def fields(columns: Iterable[Column]) -> list[Any]:
        return [
            pa.field(
                column.name,
                types[column.type]
                if isinstance(column.type, str)
                else pa.list_(pa.struct(fields(column.type))),
            )
            for column in columns
        ]

    return pa.schema(fields(columns), _mark(name))


def write(
    table: Table,
    db: Database,
    out: Path,
    wanted: ExportFilter,
    citations: Citations,
    done: Callable[[object], object],
) -> ExportResult:
    """Write the chosen rows of a table into one file. Without rows, the file has only its types.

    Only one row group is in memory at a time. The file contains the version of pyarrow, so the same bytes
    need the same pyarrow. Raises MissingExtraError, UnknownRetailerError, StoreError, ExportTargetError,
    ArchiveLockedError, ExportWriteError.
    """
    columns = table.columns_in(db)
    types = schema(columns, table.name)
    with files.file(out, f"{table.name}.{ENDING}", partial(_is_ours, table.name)) as whole:
        total = write_rows(whole.stream, types, columns, table.rows(db, wanted, citations), done)
    return ExportResult.of(total, whole.is_new)


def write_rows(
    stream: BinaryIO,
    types: Any,
    columns: Sequence[Column],
    rows: Iterable[Row],
    done: Callable[[object], object] = lambda _: None,
) -> int:
    """Write rows as a Parquet file, and return how many there were.

    `types` is the Arrow schema of the columns, with the metadata of the file.
    """
    pa = pyarrow()
    total = 0
    with pa.parquet.ParquetWriter(stream, types, compression="zstd") as writer:
        for group in _groups(rows):
            writer.write_batch(pa.RecordBatch.from_pylist([_typed(row, columns) for row in group], types))
            total += len(group)
            for row in group:
                done(row)
    return total


def pyarrow() -> ModuleType:
    """Return the module pyarrow. Raises MissingExtraError if it is not installed."""
    try:
        import_module("pyarrow.parquet")
        return import_module("pyarrow")
    except ImportError as error:
        raise MissingExtraError("parquet needs pyarrow", "parquet") from error


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    size = 0
    for one in rows:
        group.append(one)
        size += len(one.get("text") or str(one.get("places", ""))) or _SMALL_ROW
        if size >= GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group


def _typed(row: Row, columns: Iterable[Column]) -> Row:
    """Return a row with moments and days as Python objects, also inside lists."""
    return {column.name: _value(row[column.name], column.type) for column in columns}


def _value(value: Any, of: Type) -> Any:
    if value is None:
        return None
    if of == "moment":
        return datetime.fromisoformat(value)
    if of == "day":
        return date.fromisoformat(value)
    if not isinstance(of, str):
        return [_typed(one, of) for one in value]
    return value


def _mark(name: str) -> dict[bytes, bytes]:
    return {b"policytrail": name.encode()}


def _is_ours(name: str, place: Path) -> bool:
    pa = pyarrow()
    try:
        return bool(_mark(name).items() <= (pa.parquet.read_schema(place).metadata or {}).items())
    except pa.ArrowException:
        return False
