"""One record of a WARC file as a capture, with all that tools are known to do to it."""

import base64
import binascii
import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from warcio.bufferedreaders import ChunkedDataReader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from crawler.errors import CutOffError, TooLargeError
from crawler.webarchive import content_encoding
from db import times
from db.export.warc_records import FIELD, decode_facts
from db.headers import header, values, without
from db.store.captures import EMPTY_DIGEST
from db.store.fact_validation import FactError
from db.store.facts import Fact

_KEPT_APART = {
    "content-encoding",
    "transfer-encoding",
    "connection",
    "keep-alive",
}  # undone here, or of the transfer only
_HEAD = 1 << 20  # bytes that the headers of a response may have
_GLANCE = 16 * 1024  # in which the headers of nearly every response end
_WEB = ("http://", "https://")
_HTTP = StatusAndHeadersParser(
    [], verify=False
)  # HTTP/2 and HTTP/3 have status lines too where a browser wrote the file
_HEX_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")
_NO_HTTP = StatusAndHeaders("", [])
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Record:
    """One capture of a WARC file. `body` is None for a revisit, whose body an earlier capture with its digest has.

    `problem` says why a body could not be read; "" where it could. `id` is the record's own, `raw` its payload as it stands in
    the file. `refers_to` is the address and timestamp of the capture that a revisit is one of; None where it does not say.
    """

    original: str
    timestamp: str
    status: int | None
    mimetype: str | None
    digest: str
    length: int | None
    headers: Headers
    body: bytes | None
    problem: str = ""
    id: str = field(default="", compare=False)
    raw: bytes = field(default=b"", compare=False)
    refers_to: tuple[str, str] | None = None

    @property
    def media_type(self) -> str | None:
        """The type of the body by the captured headers, of a revisit too; None where they do not say."""
        return _mimetype(self.headers)


@dataclass(frozen=True)
class Told:
    """What an export of policytrail tells beside its captures; `problem` says why that cannot be used, "" where it can."""

    facts: Fact
    problem: str = ""


def read_record(record: Any) -> Record | Told | None:
    """Read a record of warcio (not parsed further) to its end; None for one that is neither a capture nor facts of ours."""
    named = record.rec_headers.get_header
    url = (named("WARC-Target-URI") or "").strip("<>")
    found: Record | Told | None = None
    if record.rec_type == "metadata" and not url:
        found = _told(_block(record))
    elif record.rec_type in ("response", "revisit") and url.lower().startswith(_WEB):
        http, raw = _http(_block(record))
        found = (_revisit if record.rec_type == "revisit" else _response)(named, url, http, raw)
    _to_end(record)
    return found


def glance_at(record: Any) -> tuple[str, str | None] | Told | None:
    """The address of a response and its media type, or that facts of ours are told; None for another record."""
    named = record.rec_headers.get_header
    url = (named("WARC-Target-URI") or "").strip("<>")
    found: tuple[str, str | None] | Told | None = None
    if record.rec_type == "metadata" and not url and record.raw_stream.read(len(FIELD)) == FIELD.encode():
        found = Told({})
    elif record.rec_type == "response" and url.lower().startswith(_WEB):
        found = url, _mimetype(tuple(_http(bytes(record.raw_stream.read(_GLANCE)))[0].headers))
    _to_end(record)
    return found


def _to_end(record: Any) -> None:
    while record.raw_stream.read(1 << 20):
        pass


def _block(record: Any) -> bytes:
    """The block of a record, no more of it than the headers and the body of a page may have."""
    return bytes(record.raw_stream.read(content_encoding.MAX_BYTES + _HEAD + 1))


def _told(block: bytes) -> Told | None:
    if not block.startswith(FIELD.encode()):
        return None
    try:
        facts = decode_facts(block)
    except FactError as error:
        return Told({}, f"the facts that it tells of its captures cannot be used: {error}")
    return Told(facts) if facts else None


def _http(block: bytes) -> tuple[StatusAndHeaders, bytes]:
    """Take a block apart into the response's head and its payload. Without a head (HTTP/0.9) all of it is payload."""
    if block[:5].upper() != b"HTTP/":
        return _NO_HTTP, block
    stream = BytesIO(block)
    http = _HTTP.parse(stream)
    if "chunked" in (http.get_header("Transfer-Encoding") or "").lower():
        return http, bytes(ChunkedDataReader(stream, decomp_type=None).read(content_encoding.MAX_BYTES + 1))
    return http, stream.read(content_encoding.MAX_BYTES + 1)


def _response(named: Any, url: str, http: StatusAndHeaders, raw: bytes) -> Record:
    headers = tuple(http.headers)
    body, problem = b"", ""
    try:
        body = content_encoding.decode(raw, ",".join(values(headers, "content-encoding")))
    except (CutOffError, TooLargeError) as error:
        problem = str(error)
    if truncated := named("WARC-Truncated"):
        problem = f"it was cut off when it was archived ({truncated[:40]})"
    if named("WARC-Segment-Number"):
        problem = "it is split over several records, which cannot be put together"
    digest = _digest(named) or base64.b32encode(hashlib.sha1(raw, usedforsecurity=False).digest()).decode()
    return Record(
        url, _timestamp(named("WARC-Date")), _status(http), _mimetype(headers), digest, len(raw), _kept(headers), body, problem,
        named("WARC-Record-ID") or "", raw,
    )  # fmt: skip


def _revisit(named: Any, url: str, http: StatusAndHeaders, _: bytes) -> Record:
    """A page that was captured again and was the same; "not modified" is what the server said then, not the page's status."""
    unchanged = "server-not-modified" in (named("WARC-Profile") or "")
    headers, status = ((), None) if unchanged else (_kept(tuple(http.headers)), _status(http))
    digest = _digest(named)
    refers = named("WARC-Refers-To-Date")
    refers_to = (
        ((named("WARC-Refers-To-Target-URI") or url).strip("<>"), _timestamp(refers)) if refers else None
    )
    if unchanged:  # of an answer without a body
        digest = "" if digest == EMPTY_DIGEST else digest
    body = b"" if digest == EMPTY_DIGEST and headers else None
    return Record(
        url, _timestamp(named("WARC-Date")), status, "warc/revisit", digest or "-", None, headers, body,
        id=named("WARC-Record-ID") or "", refers_to=refers_to,
    )  # fmt: skip


def _digest(named: Any) -> str:
    """The digest of the payload as indexes write it: SHA-1 in base 32; one of another kind as it stands."""
    digest = re.sub(r"^sha-?1:", "", (named("WARC-Payload-Digest") or "").strip(), flags=re.I)
    if _HEX_SHA1.fullmatch(digest):
        return base64.b32encode(binascii.unhexlify(digest)).decode()
    return digest.upper()


def _timestamp(date: str | None) -> str:
    """The 14 digits of a date, of one with an offset those in UTC; fewer where it is none."""
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat((date or "").strip())
        if moment.tzinfo is not None and moment.utcoffset():
            return times.key(moment.astimezone(UTC))
    return "".join(c for c in date or "" if c in "0123456789")[:14]


def _kept(headers: Headers) -> Headers:
    return tuple(without(headers, _KEPT_APART))


def _status(http: StatusAndHeaders) -> int | None:
    code = http.get_statuscode()
    return int(code) if re.fullmatch(r"[0-9]{3}", code) else None


def _mimetype(headers: Headers) -> str | None:
    value = header(headers, "content-type") or ""
    return value.partition(";")[0].strip().lower() or None
