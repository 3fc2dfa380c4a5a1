"""Captures as WARC 1.1: a file for each retailer, which players replay, tools read, and `import` enters again without loss.

A fetched capture is a `response`, or a `revisit` (profile identical-payload-digest, ISO 28500:2017, 6.7 and annex) where an
earlier record of the same file has the same body: so every file can be moved and played alone. Bodies are written as they are
held: with every encoding of the transfer and content undone, and `Content-Length` accordingly.

What a response cannot hold stands in `metadata` records before those of its captures, and at the end: the facts of
`db.facts`, as JSON in the field `policytrail-facts`. They name every capture by all its columns (the digest of the archive's
index, what failed and why, the headers as they came), so the last record tells one state of the archive from every other: a file
that ends with it is not written again. Other tools pass `application/warc-fields` over.
"""

import hashlib
import json
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from io import BytesIO
from itertools import islice
from typing import Any, BinaryIO
from urllib.parse import quote

import zstandard
from sqlite_utils import Database
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from db import facts
from db.bodies import Bodies
from db.facts import Fact, Held

FIELD = "policytrail-facts"
FORM = 1  # of the JSON; another number is another form
CAPTURES = 1000  # in one metadata record, so that neither side has to hold more of them in memory
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_IN_URI = "".join(c for c in _PRINTABLE if c not in '<>"\\^`{|}')  # RFC 3986 has no use for the others
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.1: what the name of a header may be
_OF_THE_TRANSFER = ("content-encoding", "transfer-encoding")
_BEGINNING = "1970-01-01T00:00:00Z"  # of a file in which nothing has a time


@dataclass(frozen=True)
class Window:
    """The captures made between two moments (ISO 8601, both included); None and None: all, also those without a moment."""

    first: str | None = None
    last: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it leaves nothing out."""
        return self.first is None and self.last is None


@dataclass(frozen=True)
class Part:
    """One metadata record: its JSON, and the captures whose records follow it."""

    line: bytes
    captures: tuple[Held, ...] = ()


class RetailerFile:
    """The WARC file of one retailer: what would be in it, and its bytes.

    `address` gives where the web archive itself shows a capture (archive, timestamp, original), None where nobody knows.
    """

    def __init__(self, db: Database, domain: str, window: Window, address: Callable[[str, str, str], str | None]) -> None:
        self._db, self._domain, self._window, self._address = db, domain, window, address
        digest, self.captures, self._moment = hashlib.sha256(), 0, _BEGINNING
        for part in self._parts():
            digest.update(part.line)
            self.captures += len(part.captures)
            for held in part.captures:
                self._moment = max(self._moment, held.captured_at or "", held.fact["fetched_at"] or "")
        self._print = digest.hexdigest()

    @property
    def is_empty(self) -> bool:
        """Whether the window leaves nothing of the retailer."""
        return not (self.captures or self._window.is_open)

    def is_end_of(self, file: BinaryIO) -> bool:
        """Whether a file ends as this one would: then it is this one."""
        end = BytesIO()
        self._close(WARCWriter(end, warc_version="1.1"), 0)
        size = file.seek(0, 2)
        file.seek(max(0, size - end.tell()))
        return file.read() == end.getvalue()

    def write(self, out: BinaryIO, name: str, done: Callable[[object], object]) -> int:
        """Write the file, which is to be called `name`, and give how many bodies are damaged and were left out.

        `done` hears of each capture.
        """
        records = _Records(out, Bodies(self._db), self._address)
        _write(records.writer, "warcinfo", _information(name), self._print, self._moment, **{"WARC-Filename": name})
        for part in self._parts():
            _write(records.writer, "metadata", _field(part.line), _sha256(part.line), self._moment)
            for held in part.captures:
                records.write(self._domain, held)
                done(held)
        self._close(records.writer, records.damaged)
        return records.damaged

    def _close(self, writer: Any, damaged: int) -> None:
        """Write the last record. That of a file that lacks bodies is another, so that the next export makes it anew."""
        line = _json(retailer=self._retailer(), end=self._print, damaged=damaged)
        _write(writer, "metadata", _field(line), _sha256(line), self._moment)

    def _retailer(self) -> Fact:
        (name,) = self._db.execute("select name from retailers where domain = ?", [self._domain]).fetchone()
        return {"domain": self._domain, "name": name}

    def _parts(self) -> Iterator[Part]:
        retailer, shown = self._retailer(), set()
        for page_id, kind, page in facts.pages(self._db, self._domain):
            chosen = self._captures(page_id)
            part = tuple(islice(chosen, CAPTURES))
            if not (part or self._window.is_open):
                continue
            if not self._window.is_open:  # what was listed completely is not what is here
                page |= {"listing": None, "listing_reason": None, "listed_at": None, "coverage": []}
            shown.add((kind, page["url"]))
            while True:
                told = [held.fact for held in part]
                yield Part(_json(retailer=retailer, policy=kind, page=page, captures=told), part)
                if not (part := tuple(islice(chosen, CAPTURES))):
                    break
        clues = (clue for clue in facts.clues_of(self._db, self._domain) if (clue["policy"], clue["page"]) in shown)
        while some := list(islice(clues, CAPTURES)):
            yield Part(_json(retailer=retailer, clues=some))

    def _captures(self, page_id: int) -> Iterator[Held]:
        if self._window.is_open:
            return facts.captures_of(self._db, page_id)
        bounds = (self._window.first or "", self._window.last or "9999")
        return facts.captures_of(self._db, page_id, "c.captured_at between ? and ?", *bounds)


class _Records:
    """Writes the records of captures; remembers which bodies the file has."""

    def __init__(self, out: BinaryIO, bodies: Bodies, address: Callable[[str, str, str], str | None]) -> None:
        self.writer: Any = WARCWriter(out, warc_version="1.1")
        self.damaged = 0
        self._bodies, self._address = bodies, address
        self._there: dict[str, tuple[str, str]] = {}
        self._ids: Counter[str] = Counter()

    def write(self, domain: str, held: Held) -> None:
        """Write a fetched capture; others, and a twin that names no moment, are told by the metadata alone."""
        fact = held.fact
        if fact["body"] is None or held.captured_at is None:
            return
        body = self._body(held)
        if body is None:
            self.damaged += 1
            return
        uri = target_uri(fact["original"])
        identity = {"WARC-Record-ID": self._id(domain, fact), "WARC-Date": held.captured_at}
        source = self._address(fact["archive"], fact["timestamp"], fact["original"])
        if source:
            identity["WARC-Source-URI"] = quote(source, safe=_IN_URI)
        http = StatusAndHeaders(_status_line(fact["status"]), _headers(fact["headers"], len(body)), protocol="HTTP/1.1")
        first = self._there.get(fact["body"])
        if first and first[1] <= held.captured_at:
            record = self.writer.create_revisit_record(
                uri, _sha1(body), *first, http_headers=http, warc_headers_dict=identity
            )
        else:
            record = self.writer.create_warc_record(
                uri, "response", payload=BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=identity
            )
            if body:  # the digest of no bytes says nothing, and players do not follow it
                self._there[fact["body"]] = (uri, held.captured_at)
        self.writer.write_record(record)

    def _body(self, held: Held) -> bytes | None:
        """A capture's body; None where it is not what it was."""
        try:
            body = self._bodies.of_capture(held.id)
        except (KeyError, zstandard.ZstdError):
            return None
        return body if hashlib.sha256(body).hexdigest() == held.fact["body"] else None

    def _id(self, domain: str, fact: Fact) -> str:
        key = json.dumps([domain, *(fact[name] for name in ("archive", "timestamp", "original", "digest", "body"))])
        self._ids[key] += 1
        return _urn(f"{key}{self._ids[key]}")


def target_uri(original: str) -> str:
    """An address as it can stand in a WARC header: what is not of an address is percent-encoded, a missing scheme is http."""
    uri = quote(original, safe=_IN_URI, errors="replace")
    return uri if re.match(r"https?://", uri, re.I) else f"http://{uri}"


def read_facts(block: bytes) -> Fact | None:
    """The facts in the block of a metadata record; None for a record of another kind. Raises FactError."""
    if not block.startswith(f"{FIELD}: ".encode()):
        return None
    try:
        told = json.loads(block[len(FIELD) + 2 :])
    except (ValueError, RecursionError) as error:
        raise facts.FactError("it is no JSON") from error
    if not isinstance(told, dict) or told.get("form") != FORM:
        raise facts.FactError("it is of a form that this policytrail does not know")
    return told


def _json(**told: Any) -> bytes:
    return json.dumps({"form": FORM} | told, separators=(",", ":")).encode()


def _field(line: bytes) -> bytes:
    return f"{FIELD}: ".encode() + line + b"\r\n"


def _information(name: str) -> bytes:
    fields = {
        "software": f"policytrail/{version('policytrail')}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": name.removesuffix(".warc.gz"),
        "description": "captures of web archives; bodies with their content encoding undone; "
        f"metadata records with {FIELD} hold what was known of them",
    }
    return "".join(f"{field}: {value}\r\n" for field, value in fields.items()).encode()


def _write(writer: Any, kind: str, block: bytes, identity: str, moment: str, **more: str) -> None:
    headers = {"WARC-Record-ID": _urn(f"{kind}{identity}"), "WARC-Date": moment, **more}
    content_type = "application/warc-fields"
    writer.write_record(
        writer.create_warc_record(
            "", kind, payload=BytesIO(block), length=len(block), warc_content_type=content_type, warc_headers_dict=headers
        )
    )


def _status_line(status: int | None) -> str:
    """The status and its phrase, which no index and no archive keeps; where the status is not known, that of a page."""
    number = 200 if status is None else status if 100 <= status <= 999 else 500
    phrases = {int(known): known.phrase for known in HTTPStatus}
    return f"{number} {phrases.get(number, '')}".strip()


def _headers(stored: Iterable[list[str]] | None, size: int) -> list[tuple[str, str]]:
    """Headers as they can stand before the decoded body of this size. As they came they are in the metadata."""
    written = []
    for name, value in stored or ():
        if _TOKEN.fullmatch(name) and name.lower() not in _OF_THE_TRANSFER:
            right = str(size) if name.lower() == "content-length" else quote(value, safe=f"{_PRINTABLE} ", errors="replace")
            written.append((name, right))
    return written


def _urn(name: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'policytrail:{name}')}>"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _sha1(body: bytes) -> str:
    import base64

    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
