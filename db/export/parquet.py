"""Export of versions as a Parquet file: the rows of JSON Lines, with types.

pyarrow must be installed (the extra `parquet`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlite_utils import Database

from db.errors import MissingExtraError
from db.export import files
from db.export.evidence import Citations, ExportFilter, ExportResult, count_versions, versions
from db.export.rows import CAPTURE_COLUMNS, FILE, Row, row

count = count_versions
GROUP = 16 * 1024 * 1024  # a row group ends after this many characters of text, because it is in memory
_MARK = {b"policytrail": b"versions"}

_BRACKET = dict.fromkeys(("last_old", "first_new", "first_seen", "last_seen", "replaced"), "moment")
_MEASURES = {
    "old_version": "number",
    "words_added": "number",
    "words_removed": "number",
    "similarity": "share",
    "set_aside": "number",
}
_MARKS = {"announced": "text", "suspect": "text"}
_CAPTURE = {name: "number" if name == "status" else "text" for name in CAPTURE_COLUMNS}
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
# Column -> its type. A mapping means a list of structs.
_COLUMNS: dict[str, Any] = {
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
    **{f"first_{name}": of for name, of in _CAPTURE.items()},
    **{f"last_{name}": of for name, of in _CAPTURE.items()},
    "spans": _SPAN,
    "variants": _VARIANT,
}


def schema() -> Any:
    """Return the Arrow schema of the file. Raises MissingExtraError if pyarrow is not installed."""
    pa = _pyarrow()
    types = {
        "text": pa.string(),
        "number": pa.int64(),
        "share": pa.float64(),
        "flag": pa.bool_(),
        "day": pa.date32(),
        "moment": pa.timestamp("ms", tz="UTC"),  # Parquet has no unit of seconds
    }

    def fields(columns: Mapping[str, Any]) -> list[Any]:
        return [
            pa.field(name, types[of] if isinstance(of, str) else pa.list_(pa.struct(fields(of))))
            for name, of in columns.items()
        ]

    return pa.schema(fields(_COLUMNS), _MARK)


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write the chosen versions into one file. Without versions, the file has no rows.

    Only one row group is in memory at a time. The file contains the version of pyarrow, so the same bytes
    need the same pyarrow. Raises MissingExtraError, UnknownRetailerError, ExportTargetError,
    ArchiveLockedError, ExportWriteError, StoreError.
    """
    columns, pa = schema(), _pyarrow()
    total = 0
    rows = (row(version, citations) for version in versions(db, wanted))
    with (
        files.file(out, f"{FILE}.parquet", _is_ours) as whole,
        pa.parquet.ParquetWriter(whole.stream, columns, compression="zstd") as writer,
    ):
        for group in _groups(rows):
            writer.write_batch(pa.RecordBatch.from_pylist([_typed(one, _COLUMNS) for one in group], columns))
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
        size += len(one["text"])
        if size >= GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group


def _typed(values: Row, columns: Mapping[str, Any]) -> Row:
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


def _is_ours(place: Path) -> bool:
    pa = _pyarrow()
    try:
        return bool(_MARK.items() <= (pa.parquet.read_schema(place).metadata or {}).items())
    except pa.ArrowException:
        return False
