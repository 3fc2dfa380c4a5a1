"""The files between the two stages: what *derive* read and made of one input, for *history*.

A row is a record of the input: a capture with its body and text, or facts that an export of policytrail
wrote. A row group has rows of one bucket, and those of a bucket are in the order of the input. So *history*
reads only the row groups of its bucket.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Self

import zstandard

from crawler.bulk.storage.store import is_damage
from crawler.errors import DamagedResultError
from crawler.importing.warc_reader import FactsRecord, Record
from crawler.importing.warc_stream import RecordPlace
from crawler.webarchive.content_encoding import MAX_BYTES
from db.export.writers.parquet import pyarrow
from db.store.texts import Text

GROUP = 16 << 20  # a row group ends after so many bytes, because it is in memory as a whole
FLUSHED = 32 << 20  # after so many bytes, records are written
_TEXT = (
    *("sha256", "title", "markdown", "language", "words", "completeness", "wording", "verdict", "reason"),
    "stated_date",
)
_RECORD = ("original", "timestamp", "status", "mimetype", "digest", "length", "problem", "id", "refers_to_id")
_PLACE = ("source_file", "source_offset", "source_length")
_NUMBERS = {"bucket", "number", "status", "length", "text_words", "source_offset", "source_length"}
_BYTES = {"body", "raw"}
_COLUMNS = (
    *("bucket", "number", "facts", *_PLACE, *_RECORD, "headers", "refers_to", "body", "raw"),
    *(f"text_{name}" for name in _TEXT),
)


@dataclass(frozen=True)
class DerivedRecord:
    """A record of an input, numbered in the order of the input.

    `text` is what was extracted from its body; None without a body, or where that is left to *history*. With
    `keeps_raw`, the bytes of the body as they are in the file are kept too.
    """

    number: int
    entry: Record | FactsRecord
    text: Text | None = None
    keeps_raw: bool = False


class RecordWriter:
    """Writes the records of one input. Bodies are compressed, because many records are in memory.

    When they have FLUSHED bytes, the records of each bucket become a row group, and memory is free again. Use
    it as a context manager.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._pa = pyarrow()
        self._schema = _schema(self._pa)
        self._writer = self._pa.parquet.ParquetWriter(stream, self._schema, compression="zstd")
        self._zstd = zstandard.ZstdCompressor(level=3)
        self._waiting: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        self._size = 0
        self.buckets: set[int] = set()

    def add(self, bucket: int, derived: DerivedRecord, place: RecordPlace | None = None) -> None:
        """Add a record to a bucket. `place` is where it is in the input; None if no reader could begin there.

        Nothing of a result is made from the place: it is for those who want the bytes as they were archived.
        """
        row: dict[str, Any] = dict.fromkeys(_COLUMNS)
        row |= {"bucket": bucket, "number": derived.number}
        row |= zip(_PLACE, place or (), strict=False)
        entry, text = derived.entry, derived.text
        if isinstance(entry, FactsRecord):
            row["facts"] = json.dumps(entry.facts)
        else:
            row |= {name: getattr(entry, name) for name in _RECORD}
            row["headers"] = json.dumps(entry.headers)
            row["refers_to"] = json.dumps(entry.refers_to)
            row["body"] = None if entry.body is None else self._zstd.compress(entry.body)
            row["raw"] = self._zstd.compress(entry.raw) if derived.keeps_raw else None
        if text:
            row |= {f"text_{name}": getattr(text, name) for name in _TEXT}
        self.buckets.add(bucket)
        self._waiting[bucket].append(row)
        self._size += _size_of(row)
        if self._size >= FLUSHED:
            self._flush()

    def finish(self, metadata: Mapping[bytes, bytes]) -> None:
        """Write the remaining records, and the metadata of the file."""
        self._flush()
        self._writer.add_key_value_metadata(metadata)
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()  # also of a file that is given up, as long as its stream is open

    def _flush(self) -> None:
        for bucket in sorted(self._waiting):
            for group in _groups(self._waiting[bucket]):
                self._writer.write_batch(self._pa.RecordBatch.from_pylist(group, self._schema))
        self._waiting.clear()
        self._size = 0


def check(derived: DerivedRecord) -> None:
    """Raise ValueError for a record that no file can have: with half of a character (a lone surrogate)."""
    if not isinstance(derived.entry, FactsRecord):  # facts and headers are written as JSON in ASCII
        for name in _RECORD:
            str(getattr(derived.entry, name)).encode()


def columns() -> tuple[str, ...]:
    """Return the names of all columns, for the key of files."""
    return _COLUMNS


def read(source: BinaryIO, bucket: int) -> Iterator[DerivedRecord]:
    """Yield the records of a bucket in the order of the input.

    Raises DamagedResultError, and the errors of the machine and of servers as they are.
    """
    pa, unzip = pyarrow(), zstandard.ZstdDecompressor()
    try:
        file = pa.parquet.ParquetFile(source)
        if file.schema_arrow.remove_metadata() != _schema(pa):
            raise ValueError("its columns are others")
        for group in range(file.metadata.num_row_groups):
            bounds = file.metadata.row_group(group).column(0).statistics
            if bounds.min == bucket:
                for row in file.read_row_group(group).to_pylist():
                    yield _record(row, unzip)
    except Exception as error:
        if not is_damage(error):
            raise
        raise DamagedResultError(" ".join(str(error).split())[:100]) from error


def _groups(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        group.append(row)
        size += _size_of(row)
        if size >= GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group


def _size_of(row: Mapping[str, Any]) -> int:
    """Return how many bytes a row has in memory."""
    return sys.getsizeof(row) + sum(sys.getsizeof(value) for value in row.values())


def _record(row: Mapping[str, Any], unzip: zstandard.ZstdDecompressor) -> DerivedRecord:
    if row["facts"] is not None:
        return DerivedRecord(row["number"], FactsRecord(json.loads(row["facts"])))
    refers_to = json.loads(row["refers_to"])
    entry = Record(
        **{name: row[name] for name in _RECORD},
        headers=tuple((name, value) for name, value in json.loads(row["headers"])),
        body=_unzipped(row["body"], unzip),
        raw=_unzipped(row["raw"], unzip) or b"",
        refers_to=refers_to and tuple(refers_to),
    )
    text = None
    if row["text_verdict"] is not None:
        text = Text(**{name: row[f"text_{name}"] for name in _TEXT})
    return DerivedRecord(row["number"], entry, text, row["raw"] is not None)


def _unzipped(content: bytes | None, unzip: zstandard.ZstdDecompressor) -> bytes | None:
    return None if content is None else unzip.decompress(content, max_output_size=MAX_BYTES)


def _schema(pa: Any) -> Any:
    def type_of(name: str) -> Any:
        if name in _NUMBERS:
            return pa.int64()
        if name in _BYTES:
            return pa.binary()
        return pa.float64() if name == "text_completeness" else pa.string()

    return pa.schema([pa.field(name, type_of(name)) for name in _COLUMNS])
