"""Export of versions as a Parquet file: the rows of JSON Lines, with types.

pyarrow must be installed (the extra `parquet`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlite_utils import Database

from db.errors import MissingExtraError
from db.export import files
from db.export.evidence import Citations, ExportFilter, ExportResult, count_versions, versions
from db.export.rows import CAPTURE_COLUMNS, FILE, Row, row

Columns = Mapping[str, Any]

count = count_versions
GROUP = 16 * 1024 * 1024  # a row group ends after this many characters of text, because it is in memory

# Types of columns. A mapping means a list of structs.
_BRACKET = dict.fromkeys(("last_old", "first_new", "first_seen", "last_seen", "replaced"), "moment")
_MEASURES = {
    "old_version": "number",
    "words_added": "number",
    "words_removed": "number",
    "similarity": "share",
    "set_aside": "number",
}
_MARKS = {"announced": "text", "suspect": "text"}
CAPTURE = {name: "number" if name == "status" else "text" for name in CAPTURE_COLUMNS}
_SPAN = {
    **{"version": "number", "since": "moment", "until": "moment", "changed_after": "moment"},
    **_MEASURES,
    **{"stated_before": "day", "stated_date": "day"},
    **_MARKS,
}
_VARIANT = {
    "kind": "text",
    "page": "text",
    "first_seen": "moment",
    "last_seen": "moment",
    "captures": "number",
    "text_sha256": "text",
}
COLUMNS: Columns = {
    "retailer": "text",
    "name": "text",
    "version": "number",
    "latest": "flag",
    "title": "text",
    "text": "text",
    "text_sha256": "text",
    "language": "text",
    "words": "number",
    "completeness": "share",
    "extractor": "text",
    "stated_date": "day",
    **_BRACKET,
    "captures": "number",
    **_MEASURES,
    **_MARKS,
    **{f"first_{name}": of for name, of in CAPTURE.items()},
    **{f"last_{name}": of for name, of in CAPTURE.items()},
    "spans": _SPAN,
    "variants": _VARIANT,
}


def schema(columns: Columns = COLUMNS, kind: str = FILE) -> Any:
    """Return the Arrow schema of a file with these columns. `kind` names its rows in the file's metadata.

    Raises MissingExtraError if pyarrow is not installed.
    """
    pa = _pyarrow()
    types = {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "number": pa.int64(),
        "share": pa.float64(),
        "flag": pa.bool_(),
        "day": pa.date32(),
        "moment": pa.timestamp("ms", tz="UTC"),  # Parquet has no unit of seconds
    }

    def fields(columns: Columns) -> list[Any]:
        return [
            pa.field(name, types[of] if isinstance(of, str) else pa.list_(pa.struct(fields(of))))
            for name, of in columns.items()
        ]

    return pa.schema(fields(columns), _mark(kind))


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write the chosen versions into one file. Without versions, the file has no rows.

    The errors are those of `write`, and UnknownRetailerError, StoreError.
    """
    rows = (row(version, citations) for version in versions(db, wanted))
    return write(rows, COLUMNS, FILE, out, done)


def write(
    rows: Iterable[Row], columns: Columns, kind: str, out: Path, done: Callable[[object], object]
) -> ExportResult:
    """Write rows into one file. `kind` names them; in a folder, it is the name of the file.

    Only one row group is in memory at a time. The file contains the version of pyarrow, so the same bytes
    need the same pyarrow. Raises MissingExtraError, ExportTargetError, ArchiveLockedError, ExportWriteError.
    """
    types, pa = schema(columns, kind), _pyarrow()
    total = 0
    with (
        files.file(out, f"{kind}.parquet", partial(_is_ours, kind)) as whole,
        pa.parquet.ParquetWriter(whole.stream, types, compression="zstd") as writer,
    ):
        for group in _groups(rows):
            writer.write_batch(pa.RecordBatch.from_pylist([_typed(one, columns) for one in group], types))
            total += len(group)
            for one in group:
                done(one)
    return ExportResult.of(total, whole.is_new)


def _pyarrow() -> ModuleType:
    try:
        import_module("pyarrow.parquet")
        return import_module("pyarrow")
    except ImportError as error:
        raise MissingExtraError(
            "parquet needs pyarrow: install it with pip install 'policytrail[parquet]'"
        ) from error


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    size = 0
    for one in rows:
        group.append(one)
        size += len(one["text"]) if "text" in one else len(str(one["places"]))
        if size >= GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group


def _typed(values: Row, columns: Columns) -> Row:
    """Return a row with moments and days as Python objects, also inside lists."""
    return {name: _value(values[name], of) for name, of in columns.items()}


def _value(value: Any, of: Any) -> Any:
    if value is None:
        return None
    if of == "moment":
        return datetime.fromisoformat(value)
    if of == "day":
        return date.fromisoformat(value)
    if isinstance(of, Mapping):
        return [_typed(one, of) for one in value]
    return value


def _mark(kind: str) -> dict[bytes, bytes]:
    return {b"policytrail": kind.encode()}


def _is_ours(kind: str, place: Path) -> bool:
    pa = _pyarrow()
    try:
        return bool(_mark(kind).items() <= (pa.parquet.read_schema(place).metadata or {}).items())
    except pa.ArrowException:
        return False
