"""Rows of an index as an input: each says in which file a record is, and where in it.

Such rows come from a file that the user made of an index, such as Common Crawl's columnar one. The records
are collected one by one into a WARC file, slowly: whole files are the way for many.
"""

import csv
import errno
import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from time import sleep
from typing import Any, BinaryIO

from crawler.bulk.sources.pieces import BLANK, record_size
from crawler.bulk.sources.ranges import read_range
from crawler.bulk.storage.patience import host_of
from crawler.bulk.storage.remote import is_address, is_below, plain_name
from crawler.errors import WarcError, WarcReadError
from crawler.importing.warc_reader import BAD_DATA
from crawler.importing.warc_stream import GZIP, RecordPlace
from crawler.throttling.shared_limits import SharedLimits
from crawler.webarchive.content_encoding import MAX_BYTES
from db.export.writers.parquet import pyarrow

_INDEX = re.compile(r".*\.(?:csv|jsonl|parquet)", re.I)
# The columns of a row, as Common Crawl's columnar index, CDX files and plain lists name them.
_COLUMNS = {
    "file": ("warc_filename", "filename", "file"),
    "offset": ("warc_record_offset", "offset"),
    "length": ("warc_record_length", "length"),
}
ELSEWHERE = "are in files that are not below the folder of --files-at"
NO_RECORD, NOT_FETCHED = "are not where the index says", "are in files that are not there"
NO_FILE = "are in what is no file"
# The path is that of a folder, or no file can have it.
_NO_FILE = {errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP}


def is_index(name: str) -> bool:
    """Return whether an input has the rows of an index, by its name."""
    return bool(_INDEX.fullmatch(plain_name(name)))


def places(path: Path) -> Iterator[RecordPlace]:
    """Yield the places that the rows of a CSV, JSON Lines or Parquet file name.

    Raises WarcReadError if the file cannot be read, and WarcError at a row that names no place.
    """
    try:
        for number, row in enumerate(_rows(path), 1):
            yield _place(path, number, row)
    except (OSError, csv.Error, *BAD_DATA, pyarrow().ArrowException) as error:
        if isinstance(error, OSError) and error.errno:  # pyarrow's errors about the bytes have no number
            raise WarcReadError(f"{path} cannot be read: {error.strerror}") from error
        words = " ".join(str(error).split())[:100]
        raise WarcError(f"{path} is no index with rows ({words})") from error


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    if path.suffix.lower() == ".parquet":
        file = pyarrow().parquet.ParquetFile(path)
        named = set(chain.from_iterable(_COLUMNS.values()))  # the values of another column can be unreadable
        columns = [name for name in file.schema_arrow.names if name in named]
        for batch in file.iter_batches(columns=columns):
            yield from batch.to_pylist() if columns else ({} for _ in range(batch.num_rows))
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.suffix.lower() == ".csv":
                yield from csv.DictReader(file)
            else:
                yield from (json.loads(line) for line in file if line.strip())


def _place(path: Path, number: int, row: Any) -> RecordPlace:
    found = {
        name: next(
            (row[other] for other in names if isinstance(row, dict) and row.get(other) is not None), None
        )
        for name, names in _COLUMNS.items()
    }
    offset, length = (str(found[name]) for name in ("offset", "length"))
    is_place = re.fullmatch(r"[0-9]{1,15}", offset) and re.fullmatch(r"[0-9]{1,15}", length)
    if not (is_place and found["file"] and 0 < int(length) <= MAX_BYTES):
        raise WarcError(f"{path} row {number} has no file, offset and length of a record")
    return RecordPlace(str(found["file"]), int(offset), int(length))


def collect(
    some: Iterable[RecordPlace],
    base: str,
    per_minute: float,
    out: BinaryIO,
    absent: Callable[[RecordPlace], object] = lambda place: None,
    written: Callable[[int, RecordPlace], object] = lambda offset, place: None,
) -> Counter[str]:
    """Write the records at places to `out`, a WARC file; return reason -> number of those that are missing.

    `base` is the path or address of the folder from which files are named; a name that leads elsewhere is
    not read. At an address, `per_minute`
    requests are sent (0: no limit), by all processes of this machine together. `absent` is called with each
    place whose file is not there, `written` with the offset of a record in `out` and its place. Raises
    WarcError, LimitsError, and OSError where a server still refuses after all attempts.
    """
    missing: Counter[str] = Counter()
    if is_address(base):  # another machine can have asked just now
        _wait(host_of(base), per_minute)
    for place in some:
        if not is_below(place.file):
            missing[ELSEWHERE] += 1
            continue
        try:
            content = _bytes_at(f"{base}/{place.file}", place, per_minute)
        except FileNotFoundError:
            missing[NOT_FETCHED] += 1
            absent(place)
            continue
        except OSError as error:
            if error.errno not in _NO_FILE:
                raise
            missing[NO_FILE] += 1
            continue
        record = _record(content)
        if record is None:
            missing[NO_RECORD] += 1
        else:
            written(out.tell(), place)
            out.write(record)
    return missing


def _bytes_at(name: str, place: RecordPlace, per_minute: float) -> bytes:
    if not is_address(name):
        with Path(name).open("rb") as file:
            file.seek(place.offset)
            return file.read(place.length)
    _wait(host_of(name), per_minute)
    return read_range(name, place.offset, place.length)


def _wait(host: str, per_minute: float) -> None:
    """Wait for the turn of a request to a host, among all processes of this machine."""
    if not per_minute:
        return
    limits = SharedLimits(host)
    try:
        while seconds := limits.take("range", 60 / per_minute).wait:
            sleep(seconds)
    finally:
        limits.close()


def _record(content: bytes) -> bytes | None:
    """Return a record as a gzip member, with the blank lines at its end, which an index can leave out.

    Return None if the bytes are not one record from its begin to its end: it would take its rest from the
    record after it.
    """
    plain = _unzipped(content) if content.startswith(GZIP) else content
    size = record_size(plain)
    if size is None or size > len(plain) or not BLANK.startswith(plain[size:]):
        return None
    whole = plain[:size] + BLANK
    return content if content is not plain and plain == whole else gzip.compress(whole, mtime=0)


def _unzipped(content: bytes) -> bytes:
    """Return the content of a gzip member; b"" if the bytes are not one."""
    unzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        plain = unzip.decompress(content, MAX_BYTES)
    except zlib.error:
        return b""
    return plain if unzip.eof and not unzip.unused_data else b""
