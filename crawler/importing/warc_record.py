"""Read one record of a WARC file as a capture, in the forms in which tools are known to write it."""

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

# Headers that are not stored: their encodings are undone here, or they are about the transfer only.
_NOT_STORED = {"content-encoding", "transfer-encoding", "connection", "keep-alive"}
_MAX_HEAD = 1 << 20  # bytes of a response's headers
_SCANNED = 16 * 1024  # bytes: the headers of nearly all responses are shorter
_WEB = ("http://", "https://")
# Not verified: in files that a browser wrote, HTTP/2 and HTTP/3 have status lines too.
_HTTP = StatusAndHeadersParser([], verify=False)
_HEX_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")
_NO_HTTP = StatusAndHeaders("", [])
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Record:
    """One capture of a WARC file.

    `body` is None for a revisit: an earlier capture with its digest has the body. `problem` says why a body
    could not be read; "" where it could. `id` is the record's own id, `raw` its payload as it is in the file.
    `refers_to` is the address and timestamp of the capture to which a revisit refers, `refers_to_id` the id
    of its record; None and "" where the record does not name them.
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
    refers_to_id: str = ""

    @property
    def media_type(self) -> str | None:
        """The media type in the captured headers, of a revisit too; None where they have none."""
        return _mimetype(self.headers)


@dataclass(frozen=True)
class FactsRecord:
    """The facts that policytrail's WARC export writes before the captures (docs/warc.md).

    `problem` says why they cannot be used; "" where they can.
    """

    facts: Fact
    problem: str = ""


def read_record(record: Any) -> Record | FactsRecord | None:
    """Read an unparsed record of warcio to its end. Return None for one that is no capture and no facts."""
    named = record.rec_headers.get_header
    url = (named("WARC-Target-URI") or "").strip("<>")
    found: Record | FactsRecord | None = None
    if record.rec_type == "metadata" and not url:
        found = _facts(_block(record))
    elif record.rec_type in ("response", "revisit") and url.lower().startswith(_WEB):
        http, raw = _http(_block(record))
        found = (_revisit if record.rec_type == "revisit" else _response)(named, url, http, raw)
    _to_end(record)
    return found


def scan_record(record: Any) -> tuple[str, str | None] | FactsRecord | None:
    """Return address and media type of a response, an empty FactsRecord for facts, None for other records."""
    named = record.rec_headers.get_header
    url = (named("WARC-Target-URI") or "").strip("<>")
    found: tuple[str, str | None] | FactsRecord | None = None
    if record.rec_type == "metadata" and not url and record.raw_stream.read(len(FIELD)) == FIELD.encode():
        found = FactsRecord({})
    elif record.rec_type == "response" and url.lower().startswith(_WEB):
        found = url, _mimetype(tuple(_http(bytes(record.raw_stream.read(_SCANNED)))[0].headers))
    _to_end(record)
    return found


def _to_end(record: Any) -> None:
    while record.raw_stream.read(1 << 20):
        pass


def _block(record: Any) -> bytes:
    """Return the block of a record, cut at the largest size that headers and body of a page may have."""
    return bytes(record.raw_stream.read(content_encoding.MAX_BYTES + _MAX_HEAD + 1))


def _facts(block: bytes) -> FactsRecord | None:
    if not block.startswith(FIELD.encode()):
        return None
    try:
        facts = decode_facts(block)
    except FactError as error:
        return FactsRecord({}, facts_problem(error))
    return FactsRecord(facts) if facts else None


def facts_problem(error: FactError) -> str:
    """Return the problem of facts that are not in their form."""
    return f"the facts of its captures cannot be used: {error}"


def _http(block: bytes) -> tuple[StatusAndHeaders, bytes]:
    """Split a block into the response's head and payload. Without a head (HTTP/0.9) all of it is payload."""
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
        url,
        _timestamp(named("WARC-Date")),
        _status(http),
        _mimetype(headers),
        digest,
        len(raw),
        _stored(headers),
        body,
        problem,
        named("WARC-Record-ID") or "",
        raw,
    )


def _revisit(named: Any, url: str, http: StatusAndHeaders, _: bytes) -> Record:
    """Read a capture of an unchanged page. The status 304 of "not modified" is not the status of the page."""
    unchanged = "server-not-modified" in (named("WARC-Profile") or "")
    headers, status = ((), None) if unchanged else (_stored(tuple(http.headers)), _status(http))
    digest = _digest(named)
    refers = named("WARC-Refers-To-Date")
    refers_to = (
        ((named("WARC-Refers-To-Target-URI") or url).strip("<>"), _timestamp(refers)) if refers else None
    )
    if unchanged:  # the digest is of an answer without a body
        digest = "" if digest == EMPTY_DIGEST else digest
    body = b"" if digest == EMPTY_DIGEST and headers else None
    return Record(
        url,
        _timestamp(named("WARC-Date")),
        status,
        "warc/revisit",
        digest or "-",
        None,
        headers,
        body,
        id=named("WARC-Record-ID") or "",
        refers_to=refers_to,
        refers_to_id=(named("WARC-Refers-To") or "").strip(),
    )


def _digest(named: Any) -> str:
    """Return the digest of the payload as indexes write it: SHA-1 in base 32.

    Other digests stay as they are.
    """
    digest = re.sub(r"^sha-?1:", "", (named("WARC-Payload-Digest") or "").strip(), flags=re.I)
    if _HEX_SHA1.fullmatch(digest):
        return base64.b32encode(binascii.unhexlify(digest)).decode()
    return digest.upper()


def _timestamp(date: str | None) -> str:
    """Return the 14 digits of a date, in UTC; fewer digits where it is no date."""
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat((date or "").strip())
        if moment.tzinfo is not None and moment.utcoffset():
            return times.key(moment.astimezone(UTC))
    return "".join(c for c in date or "" if c in "0123456789")[:14]


def _stored(headers: Headers) -> Headers:
    return tuple(without(headers, _NOT_STORED))


def _status(http: StatusAndHeaders) -> int | None:
    code = http.get_statuscode()
    return int(code) if re.fullmatch(r"[0-9]{3}", code) else None


def _mimetype(headers: Headers) -> str | None:
    value = header(headers, "content-type") or ""
    return value.partition(";")[0].strip().lower() or None
