"""The files between the two stages: what *derive* read and made of one input, for *history*.

A row is a record of the input: a capture with its body and text, or facts that an export of policytrail
wrote. Row groups have the rows of one bucket, in the order of the input, so that *history* reads only those
of its bucket.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import zstandard

from crawler.importing.warc_reader import FactsRecord, Record
from crawler.webarchive.content_encoding import MAX_BYTES
from db.export.writers.parquet import pyarrow
from db.store.texts import Text

GROUP = 16 << 20  # a row group ends after so many bytes, because it is in memory as a whole
_TEXT = (
    *("sha256", "title", "markdown", "language", "words", "completeness", "wording", "verdict", "reason"),
    "stated_date",
)
_RECORD = ("original", "timestamp", "status", "mimetype", "digest", "length", "problem", "id", "refers_to_id")
_NUMBERS = {"bucket", "number", "status", "length", "text_words"}
_BYTES = {"body", "raw"}
_COLUMNS = (
    *("bucket", "number", "facts", *_RECORD, "headers", "refers_to", "body", "raw"),
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


@dataclass
class Rows:
    """The rows of one input, by bucket. Bodies are compressed, because all of them are in memory."""

    _by_bucket: defaultdict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    _zstd: zstandard.ZstdCompressor = field(default_factory=lambda: zstandard.ZstdCompressor(level=3))

    def add(self, bucket: int, derived: DerivedRecord) -> None:
        """Add a record to a bucket."""
        row: dict[str, Any] = dict.fromkeys(_COLUMNS)
        row |= {"bucket": bucket, "number": derived.number}
        entry, text = derived.entry, derived.text
        if isinstance(entry, FactsRecord):
            row["facts"] = json.dumps(entry.facts, ensure_ascii=False)
        else:
            row |= {name: getattr(entry, name) for name in _RECORD}
            row["headers"] = json.dumps(entry.headers, ensure_ascii=False)
            row["refers_to"] = json.dumps(entry.refers_to, ensure_ascii=False)
            row["body"] = None if entry.body is None else self._zstd.compress(entry.body)
            row["raw"] = self._zstd.compress(entry.raw) if derived.keeps_raw else None
        if text:
            row |= {f"text_{name}": getattr(text, name) for name in _TEXT}
        self._by_bucket[bucket].append(row)

    @property
    def buckets(self) -> list[int]:
        """The buckets that have rows, in order."""
        return sorted(self._by_bucket)

    def write(self, stream: BinaryIO, metadata: Mapping[bytes, bytes]) -> None:
        """Write all rows as a Parquet file."""
        pa = pyarrow()
        schema = _schema(pa).with_metadata(metadata)
        with pa.parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
            for bucket in self.buckets:
                for group in _groups(self._by_bucket[bucket]):
                    writer.write_batch(pa.RecordBatch.from_pylist(group, schema))


def columns() -> tuple[str, ...]:
    """Return the names of all columns, for the key of files."""
    return _COLUMNS


def read(source: BinaryIO, bucket: int) -> Iterator[DerivedRecord]:
    """Yield the records of a bucket in the order of the input."""
    unzip = zstandard.ZstdDecompressor()
    file = pyarrow().parquet.ParquetFile(source)
    for group in range(file.metadata.num_row_groups):
        bounds = file.metadata.row_group(group).column(0).statistics
        if bounds.min == bucket:
            for row in file.read_row_group(group).to_pylist():
                yield _record(row, unzip)


def _groups(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        group.append(row)
        size += len(row["body"] or b"") + len(row["raw"] or b"") + len(row["text_markdown"] or "") + 1_000
        if size >= GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group


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
