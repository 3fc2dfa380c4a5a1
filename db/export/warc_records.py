"""The records of a WARC export: captures, and facts that a response record cannot contain.

Record ids are computed from the content of a record, and dates are the dates of captures. So the same archive
file always results in the same bytes.
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
FORM = 1  # the version of the JSON format
# The most bytes of facts that are read: JSON takes up to 30 times its size as objects in memory.
MAX_FACTS = 24 << 20
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_IN_URI = "".join(c for c in _PRINTABLE if c not in '<>"\\^`{|}')  # characters allowed in a URI (RFC 3986)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a header name (RFC 9110, 5.1)
_OF_THE_TRANSFER = ("content-encoding", "transfer-encoding")
_PHRASES = {int(status): status.phrase for status in HTTPStatus}


class RecordWriter:
    """Writes records to a WARC file. A later capture with the same body becomes a revisit."""

    def __init__(self, out: BinaryIO) -> None:
        self._writer: Any = WARCWriter(out, warc_version="1.1")
        self._there: dict[str, tuple[str, str]] = {}

    def begin(self, name: str, identity: str, moment: str) -> None:
        """Write the warcinfo record, the first of a file. `name` is the file's name."""
        fields = {
            "software": f"policytrail/{version('policytrail')}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "description": "captures of web archives, their content encoding undone;"
            f" what was known of them is in the metadata records with {FIELD}",
        }
        block = "".join(f"{field}: {value}\r\n" for field, value in fields.items()).encode()
        self._write("warcinfo", block, identity, moment, **{"WARC-Filename": name})

    def facts(self, line: bytes, moment: str) -> None:
        """Write a metadata record. `line` are facts from `encode_facts`."""
        self._write(
            "metadata", f"{FIELD}: ".encode() + line + b"\r\n", hashlib.sha256(line).hexdigest(), moment
        )

    def capture(self, record: str, fact: Fact, captured_at: str, body: bytes, source: str | None) -> None:
        """Write the record of a fetched capture.

        `record` is its record id, `fact` its columns, and `source` its address in the web archive, or None.
        """
        uri = target_uri(fact["original"])
        headers = {"WARC-Record-ID": record, "WARC-Date": captured_at}
        if source:
            headers["WARC-Source-URI"] = _quoted(source, _IN_URI)
        http = StatusAndHeaders(
            _status_line(fact["status"]), _headers(fact["headers"], len(body)), protocol="HTTP/1.1"
        )
        given = {"http_headers": http, "warc_headers_dict": headers}
        # No revisits of empty bodies, which all have the same digest. None of redirects either, because pywb
        # 2.10 shows no body for them.
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
    """Return the record id of a capture, as `<urn:uuid:…>`.

    It is computed from the retailer, the kind of the policy, the page's address, and the capture's key and
    body.
    """
    return _urn(
        "capture",
        domain,
        kind,
        page,
        *(fact[name] for name in ("archive", "timestamp", "original", "digest", "body")),
    )


def target_uri(original: str) -> str:
    """Return an address in a form that is allowed in a WARC header.

    Other characters are percent-encoded, and an address without a scheme gets `http://`.
    """
    uri = _quoted(original, _IN_URI)
    return uri if re.match(r"https?://", uri, re.I) else f"http://{uri}"


def encode_facts(**facts: Any) -> bytes:
    """Return facts as the line of a metadata record: JSON in bytes, without a newline."""
    return json.dumps({"form": FORM} | facts, separators=(",", ":")).encode()


def decode_facts(block: bytes) -> Fact | None:
    """Return the facts in the block of a metadata record, or None for other records.

    Raises FactError if the facts are too large, no JSON, or in an unknown format.
    """
    if not block.startswith(f"{FIELD}: ".encode()):
        return None
    if len(block) > MAX_FACTS:
        raise FactError(f"it is larger than {MAX_FACTS >> 20} MB")
    try:
        facts = json.loads(block[len(FIELD) + 2 :])
    except (ValueError, RecursionError) as error:
        raise FactError("it is not JSON") from error
    if not isinstance(facts, dict) or facts.get("form") != FORM:
        raise FactError("it is in a format that this policytrail does not know")
    return facts


def _status_line(status: int | None) -> str:
    """Return the status with its standard phrase, such as `200 OK`.

    Web archives store no phrases. An unknown status becomes 200, and an impossible one 500.
    """
    number = 200 if status is None else status if 100 <= status <= 999 else 500
    return f"{number} {_PHRASES.get(number, '')}".strip()


def _headers(stored: Iterable[list[str]] | None, size: int) -> list[tuple[str, str]]:
    """Return the HTTP headers to write before a body of `size` bytes.

    `stored` are the headers as the server sent them. Headers about encodings are left out, because the body
    is stored decoded, and Content-Length becomes `size`. Returns [] without headers.
    """
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
