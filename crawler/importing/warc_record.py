"""Reader for one record of a WARC file, as written by any known tool."""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from crawler.errors import CutOffError, TooLargeError
from crawler.importing import chunks, warc_checks
from crawler.importing.signals import held_back
from crawler.importing.warc_checks import Http
from crawler.importing.warc_frames import MAX_HEAD, Frame
from crawler.importing.warc_stream import RecordPlace
from crawler.webarchive import content_encoding
from db import lengths, times
from db.export.warc_records import FIELD, decode_facts
from db.headers import header, values, without
from db.store.captures import EMPTY_DIGEST
from db.store.fact_validation import FactError
from db.store.facts import Fact

# Encodings are undone here, and the other ones are only about the transfer.
_NOT_STORED = {"content-encoding", "transfer-encoding", "connection", "keep-alive"}
_SCANNED = 16 * 1024  # how many bytes `scan_record` reads: the headers of nearly all responses are shorter
_WEB = ("http://", "https://")
# The protocol in the status line is not checked, because files of browsers also have HTTP/2 and HTTP/3 there.
_HTTP = StatusAndHeadersParser([], verify=False)
_HEX_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")
_NO_HTTP = StatusAndHeaders("", [])
Headers = tuple[tuple[str, str], ...]
Named = Callable[[str], str]  # returns a header of the record; "" where it has none


@dataclass(frozen=True)
class Record:
    """One capture in a WARC file.

    - `original`, `timestamp`, `status`, `mimetype`, `digest`, `length`: as in an index row.
    - `headers`: the captured headers, without those about encoding and transfer.
    - `body`: the decompressed bytes. None for a revisit: an earlier capture with the same digest has the
      body.
    - `problem`: why the body could not be read; empty without a problem.
    - `id`: the id of the record in the file; `raw`: the bytes of the body as they are there.
    - `refers_to`: for a revisit, the address and timestamp of the earlier capture, or None if not recorded;
      `refers_to_id`: its record id, or "".
    - `place`: where the record is; None where no reader could begin.
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
    place: RecordPlace | None = field(default=None, compare=False)

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


@dataclass(frozen=True)
class NoCapture:
    """A record that is no capture. `kind` says in words for people what it is."""

    kind: str


@dataclass(frozen=True)
class Fault:
    """A line for people about a record or a file that is not as its writer made it."""

    line: str


@dataclass(frozen=True)
class Unreadable(Fault):
    """A line for people about a record that is not read at all."""


Entry = Record | FactsRecord | NoCapture | Fault
_KINDS = {
    "conversion": "conversions (the text of pages, as in WET files)",
    "metadata": "metadata (about other records, as in WAT files)",
    "request": "requests",
    "resource": "resources (files that no server sent as an answer)",
    "warcinfo": "descriptions of the file",
    "continuation": "continuations of split records",
    "response": "responses of another protocol than http",
    "revisit": "revisits of another protocol than http",
}


def read_record(frame: Frame) -> Iterator[Entry]:
    """Read one record: yield its faults, and then what it is."""
    url = _url(frame)
    if frame.kind == "metadata" and not url and (found := _facts(frame.block)):
        yield from _length_fault(frame)
        yield found
    elif _is_capture(frame, url):
        yield from _read_capture(frame, url)
    else:
        yield from _length_fault(frame)
        yield NoCapture(_KINDS.get(frame.kind, "records of other types"))


def scan_record(frame: Frame) -> tuple[str, str | None] | FactsRecord | None:
    """Return the address and the media type of a response.

    Return an empty FactsRecord for a record with facts, and None for all other records.
    """
    url = _url(frame)
    if frame.kind == "metadata" and not url and frame.block.startswith(FIELD.encode()):
        return FactsRecord({})
    if frame.kind == "response" and _is_capture(frame, url):
        return url, _mimetype(tuple(_http(frame.block[:_SCANNED]).head.headers))
    return None


def _url(frame: Frame) -> str:
    return frame.header("WARC-Target-URI").strip("<>")


def _is_capture(frame: Frame, url: str) -> bool:
    return frame.kind in ("response", "revisit") and url.lower().startswith(_WEB)


def _length_fault(frame: Frame) -> Iterator[Fault]:
    if frame.length == "wrong":
        yield Fault(f"record {frame.number} ({frame.kind[:20]}): {frame.wrong_length}")


def _read_capture(frame: Frame, url: str) -> Iterator[Fault | Record]:
    """Read a response or revisit. A body that is not as it was archived is a problem of its capture."""
    http = _http(frame.block)
    named, of_record = frame.header, _revisit if frame.kind == "revisit" else _response
    record = replace(of_record(named, url, http), place=frame.place)
    problem, notice = (http.problem, "") if http.problem else warc_checks.problem_of(frame, http, record.body)
    if line := problem or notice:
        where = " ".join(f"{url[:200]} {record.timestamp}".split())
        yield Fault(f"record {frame.number} ({where}): {line}")
    if problem and record.problem in ("", http.problem):
        # The digest of other bytes than the server's would name no capture.
        record = replace(record, body=None, problem=problem, raw=b"", digest=_digest(named) or "-")
    yield record


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


def _http(block: bytes) -> Http:
    """Split the content of a record into the headers and the body of the response.

    Without headers (HTTP/0.9), all of it is the body.
    """
    if block[:5].upper() != b"HTTP/":
        return Http(_NO_HTTP, block, block)
    stream = BytesIO(block[:MAX_HEAD])
    with held_back():
        head = _HTTP.parse(stream)
    if stream.tell() == MAX_HEAD:
        return Http(_NO_HTTP, b"", b"", f"its headers are longer than {MAX_HEAD >> 10} kB")
    payload = body = block[stream.tell() :]
    is_cut_off = False
    if "chunked" in (head.get_header("Transfer-Encoding") or "").lower():
        body, is_cut_off = chunks.undone(payload)
    return Http(head, payload, body, lacks_chunks=is_cut_off)


def _response(named: Named, url: str, http: Http) -> Record:
    headers, raw = tuple(http.head.headers), http.raw
    body, problem = b"", http.problem
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
        _status(http.head),
        _mimetype(headers),
        digest,
        len(raw),
        _stored(headers),
        body,
        problem,
        named("WARC-Record-ID"),
        raw,
    )


def _revisit(named: Named, url: str, http: Http) -> Record:
    """Read a revisit: a capture without a body, because an earlier capture has the same body.

    If the server answered "not modified" (304), that is not the status of the page, so the status is None.
    """
    unchanged = "server-not-modified" in named("WARC-Profile")
    headers, status = ((), None) if unchanged else (_stored(tuple(http.head.headers)), _status(http.head))
    digest = _digest(named)
    refers = named("WARC-Refers-To-Date")
    refers_to = (
        ((named("WARC-Refers-To-Target-URI") or url).strip("<>"), _timestamp(refers)) if refers else None
    )
    if unchanged:  # the digest can be the digest of the answer "not modified", which has no body
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


def _digest(named: Named) -> str:
    """Return the digest of the body in the form of an index: SHA-1 in base 32.

    A digest of another kind is only converted to upper case. Return an empty string without a digest.
    """
    digest = re.sub(r"^sha-?1:", "", named("WARC-Payload-Digest").strip(), flags=re.I)
    if _HEX_SHA1.fullmatch(digest):
        return base64.b32encode(binascii.unhexlify(digest)).decode()
    return digest.upper() if len(digest) <= lengths.DIGEST else ""


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
    return value.partition(";")[0].strip().lower()[: lengths.MEDIA_TYPE] or None
