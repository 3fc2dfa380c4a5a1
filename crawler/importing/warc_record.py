"""Reader for one record of a WARC file, as written by any known tool."""

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

# Headers that are not stored: encodings are undone here, and the others are only about the transfer.
_NOT_STORED = {"content-encoding", "transfer-encoding", "connection", "keep-alive"}
_MAX_HEAD = 1 << 20  # the maximum size of a response's headers in bytes
_SCANNED = 16 * 1024  # how many bytes `scan_record` reads: the headers of nearly all responses are shorter
_WEB = ("http://", "https://")
# The protocol in the status line is not checked, because files of browsers also have HTTP/2 and HTTP/3 there.
_HTTP = StatusAndHeadersParser([], verify=False)
_HEX_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")
_NO_HTTP = StatusAndHeaders("", [])
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Record:
    """One capture in a WARC file.

    - `original`, `timestamp`, `status`, `mimetype`, `digest`, `length`: as in an index row.
    - `headers`: the captured headers, without those about encoding and transfer.
    - `body`: the decompressed bytes. None for a revisit: an earlier capture with the same digest has the
      body.
    - `problem`: why the body could not be read; empty without a problem.
    - `id`: the id of the record in the file.
    - `raw`: the bytes of the body as they are in the file.
    - `refers_to`: for a revisit, the address and timestamp of the earlier capture, or None if not recorded.
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
        """The media type in the captured headers, such as `text/html`; None without one."""
        return _mimetype(self.headers)


@dataclass(frozen=True)
class FactsRecord:
    """A record with facts, which policytrail's WARC export writes before captures (docs/warc.md).

    `problem` says why the facts cannot be used. It is empty if they can.
    """

    facts: Fact
    problem: str = ""


def read_record(record: Any) -> Record | FactsRecord | None:
    """Read one record of warcio completely.

    Return None if the record is neither a capture nor facts.
    """
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
    """Return the address and the media type of a response.

    Return an empty FactsRecord for a record with facts, and None for all other records.
    """
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
    """Return the content of a record, but not more bytes than a page may have."""
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
    """Return the text of the problem for facts with a wrong form."""
    return f"the facts of its captures cannot be used: {error}"


def _http(block: bytes) -> tuple[StatusAndHeaders, bytes]:
    """Split the content of a record into the headers and the body of the response.

    Without headers (HTTP/0.9), all of it is the body.
    """
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
    """Read a revisit: a capture without a body, because an earlier capture has the same body.

    If the server answered "not modified" (304), that is not the status of the page, so the status is None.
    """
    unchanged = "server-not-modified" in (named("WARC-Profile") or "")
    headers, status = ((), None) if unchanged else (_stored(tuple(http.headers)), _status(http))
    digest = _digest(named)
    refers = named("WARC-Refers-To-Date")
    refers_to = (
        ((named("WARC-Refers-To-Target-URI") or url).strip("<>"), _timestamp(refers)) if refers else None
    )
    if unchanged:  # the digest can be the digest of the answer "not modified", which has no body
        digest = "" if digest == EMPTY_DIGEST else digest
    body = b"" if digest == EMPTY_DIGEST and headers else None
    return Record(
        url, _timestamp(named("WARC-Date")), status, "warc/revisit", digest or "-", None, headers, body,
        id=named("WARC-Record-ID") or "", refers_to=refers_to,
    )  # fmt: skip


def _digest(named: Any) -> str:
    """Return the digest of the body in the form of an index: SHA-1 in base 32.

    A digest of another kind is only converted to upper case. Return an empty string without a digest.
    """
    digest = re.sub(r"^sha-?1:", "", (named("WARC-Payload-Digest") or "").strip(), flags=re.I)
    if _HEX_SHA1.fullmatch(digest):
        return base64.b32encode(binascii.unhexlify(digest)).decode()
    return digest.upper()


def _timestamp(date: str | None) -> str:
    """Convert a date such as `2015-05-30T13:02:40Z` to 14 digits in UTC: `20150530130240`.

    Return fewer digits, perhaps none, if it is no complete date.
    """
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
