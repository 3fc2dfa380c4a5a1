"""The records of an export to WARC 1.1: of captures, and of what a response cannot hold; and reading the latter again.

Record ids follow from what a record says, dates from when it was captured, so that the same archive gives the same bytes.
"""

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Iterable
from http import HTTPStatus
from importlib.metadata import version
from io import BytesIO
from typing import Any, BinaryIO
from urllib.parse import quote

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from db.store.fact_validation import FactError
from db.store.facts import Fact

FIELD = "policytrail-facts"
FORM = 1  # of the JSON; another number is another form
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_IN_URI = "".join(c for c in _PRINTABLE if c not in '<>"\\^`{|}')  # RFC 3986 has no use for the others
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.1: what the name of a header may be
_OF_THE_TRANSFER = ("content-encoding", "transfer-encoding")
_PHRASES = {int(status): status.phrase for status in HTTPStatus}


class RecordWriter:
    """Writes records to a file; remembers which bodies it has, for later captures of them are revisits."""

    def __init__(self, out: BinaryIO) -> None:
        self._writer: Any = WARCWriter(out, warc_version="1.1")
        self._there: dict[str, tuple[str, str]] = {}

    def begin(self, name: str, identity: str, moment: str) -> None:
        """Write the warcinfo record of a file that is to have this name."""
        fields = {
            "software": f"policytrail/{version('policytrail')}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "description": "captures of web archives, their content encoding undone; what was known of them is in the"
            f" metadata records with {FIELD}",
        }
        block = "".join(f"{field}: {value}\r\n" for field, value in fields.items()).encode()
        self._write("warcinfo", block, identity, moment, **{"WARC-Filename": name})

    def tell(self, line: bytes, moment: str) -> None:
        """Write a metadata record with facts, as `told` gives them."""
        self._write(
            "metadata", f"{FIELD}: ".encode() + line + b"\r\n", hashlib.sha256(line).hexdigest(), moment
        )

    def capture(self, record: str, fact: Fact, captured_at: str, body: bytes, source: str | None) -> None:
        """Write the record of this id for a fetched capture; `source` is where its archive shows it."""
        uri = target_uri(fact["original"])
        headers = {"WARC-Record-ID": record, "WARC-Date": captured_at}
        if source:
            headers["WARC-Source-URI"] = _quoted(source, _IN_URI)
        http = StatusAndHeaders(
            _status_line(fact["status"]), _headers(fact["headers"], len(body)), protocol="HTTP/1.1"
        )
        given = {"http_headers": http, "warc_headers_dict": headers}
        # The digest of no bytes says nothing; and of a redirect that is a revisit, pywb 2.10 shows no body.
        is_redirect = 300 <= (fact["status"] or 200) < 400
        first = None if is_redirect else self._there.get(fact["body"])
        if first and first[1] <= captured_at:
            written = self._writer.create_revisit_record(uri, _sha1(body), *first, **given)
        else:
            written = self._writer.create_warc_record(
                uri, "response", payload=BytesIO(body), length=len(body), **given
            )
            if body and not is_redirect:
                self._there[fact["body"]] = (uri, captured_at)
        self._writer.write_record(written)

    def _write(self, kind: str, block: bytes, identity: str, moment: str, **more: str) -> None:
        headers = {"WARC-Record-ID": _urn(kind, identity), "WARC-Date": moment, **more}
        content_type = "application/warc-fields"
        given = {"payload": BytesIO(block), "length": len(block), "warc_headers_dict": headers}
        self._writer.write_record(
            self._writer.create_warc_record("", kind, warc_content_type=content_type, **given)
        )


def record_id(domain: str, kind: str, page: str, fact: Fact) -> str:
    """The id of a capture's record: of a retailer, the kind of its policy, the address of the page, the capture's facts."""
    return _urn(
        "capture",
        domain,
        kind,
        page,
        *(fact[name] for name in ("archive", "timestamp", "original", "digest", "body")),
    )


def target_uri(original: str) -> str:
    """An address as it can stand in a WARC header: what is not of an address is percent-encoded, a missing scheme is http."""
    uri = _quoted(original, _IN_URI)
    return uri if re.match(r"https?://", uri, re.I) else f"http://{uri}"


def encode_facts(**facts: Any) -> bytes:
    """Facts as the line that a metadata record holds."""
    return json.dumps({"form": FORM} | facts, separators=(",", ":")).encode()


def decode_facts(block: bytes) -> Fact | None:
    """The facts in the block of a metadata record; None for a record of another kind. Raises FactError."""
    if not block.startswith(f"{FIELD}: ".encode()):
        return None
    try:
        facts = json.loads(block[len(FIELD) + 2 :])
    except (ValueError, RecursionError) as error:
        raise FactError("it is no JSON") from error
    if not isinstance(facts, dict) or facts.get("form") != FORM:
        raise FactError("it is of a form that this policytrail does not know")
    return facts


def _status_line(status: int | None) -> str:
    """The status and its phrase, which no archive keeps; where the status is not known, that of a page."""
    number = 200 if status is None else status if 100 <= status <= 999 else 500
    return f"{number} {_PHRASES.get(number, '')}".strip()


def _headers(stored: Iterable[list[str]] | None, size: int) -> list[tuple[str, str]]:
    """Headers as they can stand before the decoded body of this size; as they came they are among the facts."""
    written = []
    for name, value in stored or ():
        if _TOKEN.fullmatch(name) and name.lower() not in _OF_THE_TRANSFER:
            written.append(
                (name, str(size) if name.lower() == "content-length" else _quoted(value, f"{_PRINTABLE} "))
            )
    return written


def _quoted(text: str, safe: str) -> str:
    return quote(text, safe=safe, errors="replace")


def _urn(*names: object) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'policytrail:{json.dumps(names)}')}>"


def _sha1(body: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
