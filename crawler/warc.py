"""Captures out of WARC files (and ARC files as far as warcio reads them), whoever made them."""

import base64
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader

from crawler import encoding
from crawler.errors import CutOffError, TooLargeError, WarcError

_KEPT_APART = {"content-encoding", "transfer-encoding", "connection", "keep-alive"}  # undone here, or of the transfer only


@dataclass(frozen=True)
class Record:
    """One capture of a WARC file. `body` is None for a revisit, whose body an earlier capture with its digest has.

    `problem` says why a body could not be read; "" where it could.
    """

    original: str
    timestamp: str
    status: int | None
    mimetype: str | None
    digest: str
    length: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    problem: str = ""


def read(path: Path) -> Iterator[Record]:
    """Give the captures of a file, one at a time: http(s) responses and revisits; other records are passed over.

    Raises WarcError where the file cannot be opened or is no WARC, and, after the last whole record, where it is cut off
    or damaged.
    """
    count = 0
    try:
        with path.open("rb") as file:
            records = ArchiveIterator(file, arc2warc=True)
            for record in records:
                if record.rec_type is None:
                    raise WarcError(f"{path} is damaged after record {count}; what is before was read")
                if not (record.rec_headers.get_header("Content-Length") or "").strip().isdecimal():
                    raise WarcError(f"{path} is cut off or damaged within record {count + 1}; the {count} before it were read")
                capture = _record(record)
                if getattr(record.raw_stream, "limit", 0):
                    raise WarcError(f"{path} is cut off within record {count + 1}; the {count} before it were read")
                count += 1
                if capture:
                    yield capture
            if count and not _is_whole(path, records):
                raise WarcError(f"{path} is cut off after record {count}; what is before was read")
    except WarcError:
        raise
    except OSError as error:
        raise WarcError(f"{path} cannot be read: {error.strerror or error}") from error
    except Exception as error:  # warcio meets bad input with errors of any type
        if count:
            raise WarcError(f"{path} is damaged after record {count} ({_in_words(error)}); what is before was read") from error
        raise WarcError(f"{path} is no WARC file") from error
    if not count:
        raise WarcError(f"{path} is no WARC file, or an empty one")


def _record(record: Any) -> Record | None:
    named = record.rec_headers.get_header
    url = (named("WARC-Target-URI") or "").strip("<>")
    if record.rec_type not in ("response", "revisit") or not url.lower().startswith(("http://", "https://")):
        while record.raw_stream.read(1 << 20):
            pass
        return None
    headers = tuple(record.http_headers.headers) if record.http_headers else ()
    raw = _payload(record)
    digest = (named("WARC-Payload-Digest") or "").removeprefix("sha1:").upper()
    timestamp = "".join(c for c in named("WARC-Date") or "" if c.isdigit())[:14]
    kept = tuple((name, value) for name, value in headers if name.lower() not in _KEPT_APART)
    if record.rec_type == "revisit":
        return Record(url, timestamp, None, "warc/revisit", digest or "-", None, kept, None)
    digest = digest or base64.b32encode(hashlib.sha1(raw, usedforsecurity=False).digest()).decode()
    truncated = named("WARC-Truncated")
    body, problem = b"", f"it was cut off when it was archived ({truncated})" if truncated else ""
    try:
        body = encoding.decode(raw, ",".join(value for name, value in headers if name.lower() == "content-encoding"))
    except (CutOffError, TooLargeError) as error:
        problem = str(error)
    return Record(url, timestamp, _status(record), _mimetype(headers), digest, len(raw), kept, body, problem)


def _payload(record: Any) -> bytes:
    """The body as it was sent, without the chunks of its transfer; no more of it than a body may have."""
    stream = record.raw_stream
    if record.http_headers and "chunked" in (record.http_headers.get_header("Transfer-Encoding") or "").lower():
        stream = ChunkedDataReader(stream, decomp_type=None)
    body = bytes(stream.read(encoding.MAX_BYTES + 1))
    while record.raw_stream.read(1 << 20):
        pass
    return body


def _status(record: Any) -> int | None:
    code = record.http_headers.get_statuscode() if record.http_headers else ""
    return int(code) if code and code.isdigit() else None


def _mimetype(headers: tuple[tuple[str, str], ...]) -> str | None:
    value = next((value for name, value in headers if name.lower() == "content-type"), "")
    return value.partition(";")[0].strip().lower() or None


def _in_words(error: Exception) -> str:
    words = " ".join(str(error).split())
    if "warcio recompress" in words:
        return "it is compressed as a whole, not record by record: make it anew with 'warcio recompress'"
    return words[:100]


def _is_whole(path: Path, records: ArchiveIterator) -> bool:
    """Whether a file ends as its last record has to; warcio passes over a header, or a member, that is cut off."""
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return bool(records.offset == path.stat().st_size)
        file.seek(records.get_record_offset())
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        while not member.eof:
            chunk = file.read(1 << 16)
            if not chunk:
                return False
            member.decompress(chunk)
        return not member.unused_data and not file.read(1)
