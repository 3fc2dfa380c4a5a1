"""Versions as a Parquet file: the rows of JSON Lines, with types. Needs pyarrow (the extra `parquet`)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db.errors import MissingExtraError
from db.export import files
from db.export.evidence import Citations, ExportFilter, ExportResult, count_versions, versions
from db.export.rows import CAPTURE_COLUMNS, FILE, Row, row

try:
    import pyarrow as pa
    from pyarrow import parquet as pq
except ImportError as error:
    raise MissingExtraError(
        "parquet needs pyarrow: install it with pip install 'policytrail[parquet]'"
    ) from error

count = count_versions
GROUP = 16 * 1024 * 1024  # characters of text from which a row group is full; it is held in memory
_MARK = {b"policytrail": b"versions"}

_TEXT, _NUMBER, _SHARE = pa.string(), pa.int64(), pa.float64()
_MOMENT = pa.timestamp("ms", tz="UTC")  # Parquet has no seconds


def _fields(**types: pa.DataType) -> list[pa.Field]:
    return [pa.field(name, type_) for name, type_ in types.items()]


def _capture(which: str) -> list[pa.Field]:
    return [pa.field(f"{which}_{name}", _NUMBER if name == "status" else _TEXT) for name in CAPTURE_COLUMNS]


_SPAN = _fields(
    version=_NUMBER, since=_MOMENT, until=_MOMENT, changed_after=_MOMENT, old_version=_NUMBER, words_added=_NUMBER,
    words_removed=_NUMBER, similarity=_SHARE,
)  # fmt: skip
_VARIANT = _fields(
    kind=_TEXT, page=_TEXT, first_seen=_MOMENT, last_seen=_MOMENT, captures=_NUMBER, text_sha256=_TEXT,
)  # fmt: skip
SCHEMA = pa.schema(
    [
        *_fields(retailer=_TEXT, name=_TEXT, version=_NUMBER, latest=pa.bool_()),
        *_fields(title=_TEXT, text=_TEXT, text_sha256=_TEXT, language=_TEXT, words=_NUMBER),
        *_fields(completeness=_SHARE, extractor=_TEXT, stated_date=pa.date32()),
        *_fields(
            last_old=_MOMENT, first_new=_MOMENT, first_seen=_MOMENT, last_seen=_MOMENT, replaced=_MOMENT
        ),
        *_fields(
            captures=_NUMBER,
            old_version=_NUMBER,
            words_added=_NUMBER,
            words_removed=_NUMBER,
            similarity=_SHARE,
        ),
        *_capture("first"),
        *_capture("last"),
        *_fields(spans=pa.list_(pa.struct(_SPAN)), variants=pa.list_(pa.struct(_VARIANT))),
    ],
    _MARK,
)


def export(
    db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Callable[[object], object]
) -> ExportResult:
    """Write the chosen versions into one file, a row group in memory at a time. An empty selection makes a file without rows.

    The same versions give the same bytes with the same version of pyarrow, whose name the file has inside.
    Raises UnknownRetailerError, ExportTargetError, ArchiveLockedError, ExportWriteError, StoreError.
    """
    total = 0
    rows = (row(version, citations) for version in versions(db, wanted))
    with (
        files.file(out, f"{FILE}.parquet", _is_ours) as whole,
        pq.ParquetWriter(whole.stream, SCHEMA, compression="zstd") as writer,
    ):
        for group in _groups(rows):
            writer.write_batch(
                pa.RecordBatch.from_pylist([_typed(of, pa.struct(SCHEMA)) for of in group], SCHEMA)
            )
            total += len(group)
            for of in group:
                done(of)
    return ExportResult.of(total, whole.is_new)


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    size = 0
    for of in rows:
        group.append(of)
        size += len(of["text"])
        if size >= GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group


def _typed(value: Any, of: pa.DataType) -> Any:
    """A value of a row as pyarrow wants it: moments and days as such, also within."""
    if value is None:
        return None
    if pa.types.is_timestamp(of):
        return datetime.fromisoformat(value)
    if pa.types.is_date(of):
        return date.fromisoformat(value)
    if pa.types.is_list(of):
        return [_typed(one, of.value_type) for one in value]
    if pa.types.is_struct(of):
        return {field.name: _typed(value[field.name], field.type) for field in of}
    return value


def _is_ours(place: Path) -> bool:
    try:
        return _MARK.items() <= (pq.read_schema(place).metadata or {}).items()
    except pa.ArrowException:
        return False
