"""The demo archive: one WARC file, made from captures.csv and the folder `pages`.

A body depends only on the page, the address and the timestamp of its capture, never on the clock or on
chance. The same files therefore always lead to the same bytes.
"""

import base64
import csv
import hashlib
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from db import new_files

HERE = Path(__file__).parent
PAGES = HERE / "pages"

Headers = list[tuple[str, str]]

_PLACEHOLDER = re.compile(rb"\{\{(token|date|year|choose|cfemail|in)(?::(.*?))?\}\}", re.DOTALL)
_DYNAMIC = re.compile(rb"\{\{(?:token|date|year|choose|cfemail)\b")
_IN_FORCE = re.compile(rb"\{\{in:([\d-]+)\.\.")
_MONTHS = ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December")  # fmt: skip

# The web servers of the shops: first year, Server header, name of the session cookie, and other headers.
_SERVERS: list[tuple[int, str, str, Headers]] = [
    (1998, "Apache/1.3.3 (Unix)", "session", []),
    (
        2002,
        "Microsoft-IIS/5.0",
        "ASPSESSIONIDQQGQ",
        [("X-Powered-By", "ASP.NET"), ("Cache-Control", "private")],
    ),
    (2006, "Apache/2.0.52 (Red Hat)", "JSESSIONID", [("Accept-Ranges", "none")]),
    (
        2010,
        "Apache/2.2.15 (CentOS)",
        "PHPSESSID",
        [("X-Powered-By", "PHP/5.3.3"), ("Vary", "Accept-Encoding")],
    ),
    (
        2014,
        "nginx/1.4.6 (Ubuntu)",
        "_session",
        [("Vary", "Accept-Encoding"), ("X-Frame-Options", "SAMEORIGIN")],
    ),
    (
        2018,
        "cloudflare",
        "__session",
        [("CF-Cache-Status", "DYNAMIC"), ("X-Content-Type-Options", "nosniff")],
    ),
]
# Pages that a network such as Cloudflare sends instead of the shop (file name), and its headers.
_EDGES: dict[str, Headers] = {
    "access-denied.html": [("Server", "AkamaiGHost"), ("Mime-Version", "1.0"), ("Cache-Control", "no-cache")],
    "challenge.html": [
        ("Server", "cloudflare"),
        ("cf-mitigated", "challenge"),
        ("Cache-Control", "no-store"),
    ],
}


@dataclass(frozen=True, slots=True)
class DemoCapture:
    """One row of captures.csv: a capture of a fictional shop."""

    timestamp: str
    url: str
    status: int
    content_type: str
    file: str
    location: str
    kind: str

    @property
    def when(self) -> datetime:
        """The moment of the capture, in UTC."""
        return datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def captures() -> list[DemoCapture]:
    """Return all rows of captures.csv, in the order of the file."""
    with (HERE / "captures.csv").open(encoding="utf-8", newline="") as lines:
        return [_capture(**row) for row in csv.DictReader(lines)]


def _capture(status: str, **texts: str) -> DemoCapture:
    return DemoCapture(status=int(status), **texts)


def render(capture: DemoCapture) -> bytes:
    """Return the body of a capture: its page, with the placeholders replaced (README.md).

    Return an empty body for a capture without a page. A page stays in the charset of its time, so it is never
    decoded. Placeholders are ASCII.
    """
    if not capture.file:
        return b""
    return _PLACEHOLDER.sub(
        lambda found: _fill(capture, found[1].decode(), found[2] or b""), _page(capture.file)
    )


def build(path: Path) -> int:
    """Write the archive to `path` (.warc.gz), and return the count of its captures.

    An existing file is replaced.
    """
    rows = captures()
    with new_files.create(path) as out:
        writer = WARCWriter(out, gzip=True)
        writer.write_record(_information(writer))
        for record in _records(writer, rows):
            writer.write_record(record)
    return len(rows)


def _records(writer: Any, rows: list[DemoCapture]) -> Iterator[Any]:
    """Yield a WARC record for each capture.

    A revisit refers to the last response with the same address.
    """
    last: dict[str, DemoCapture] = {}
    for row in rows:
        if row.kind == "revisit":
            yield _revisit(writer, row, last[row.url])
        else:
            last[row.url] = row
            yield _response(writer, row)


def _response(writer: Any, capture: DemoCapture) -> Any:
    body = render(capture)
    return writer.create_warc_record(
        capture.url,
        "response",
        payload=BytesIO(body),
        length=len(body),
        http_headers=_http(capture, capture, body),
        warc_headers_dict=_identity(capture.timestamp, capture.url),
    )


def _revisit(writer: Any, capture: DemoCapture, original: DemoCapture) -> Any:
    body = render(original)
    return writer.create_revisit_record(
        capture.url,
        "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode(),
        original.url,
        _warc_date(original.timestamp),
        http_headers=_http(capture, original, body),
        warc_headers_dict=_identity(capture.timestamp, capture.url),
    )


def _information(writer: Any) -> Any:
    text = (
        b"software: policytrail demo\r\nformat: WARC File Format 1.0\r\n"
        b"description: fictional shops, for demonstration\r\n"
    )
    identity = _identity("19980101000000", "warcinfo")
    return writer.create_warc_record(
        "", "warcinfo", payload=BytesIO(text), length=len(text), warc_headers_dict=identity
    )


def _identity(timestamp: str, url: str) -> dict[str, str]:
    """Return the id and the date of a record.

    warcio would make them from random numbers and the clock.
    """
    return {
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{timestamp}/{url}')}>",
        "WARC-Date": _warc_date(timestamp),
    }


def _warc_date(timestamp: str) -> str:
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S").strftime("%Y-%m-%dT%H:%M:%SZ")


def _http(capture: DemoCapture, shown: DemoCapture, body: bytes) -> Any:
    """Return the status line and the headers that the shop sent for `capture`.

    `shown` is the capture with the page; for a revisit, it is an earlier one.
    """
    headers = [("Date", format_datetime(capture.when, usegmt=True)), *_server(capture, shown, body)]
    if capture.location:
        headers.append(("Location", capture.location))
    if capture.content_type:
        headers.append(("Content-Type", capture.content_type))
    headers.append(("Content-Length", str(len(body))))
    return StatusAndHeaders(
        f"{capture.status} {HTTPStatus(capture.status).phrase}", headers, protocol="HTTP/1.1"
    )


def _server(capture: DemoCapture, shown: DemoCapture, body: bytes) -> Headers:
    """Return the headers of the server that sent the page.

    It is a network such as Cloudflare, a server of static files, or a shop with sessions.
    """
    if edge := _EDGES.get(Path(shown.file).name):
        return edge
    _, server, cookie, more = next(era for era in reversed(_SERVERS) if capture.when.year >= era[0])
    headers = [("Server", server), *more]
    page = _page(shown.file) if shown.file else b""
    if b"{{token}}" in page:
        return [*headers, ("Set-Cookie", f"{cookie}={_token(capture)}; path=/")]
    if body and capture.status == HTTPStatus.OK and not _DYNAMIC.search(page):
        return [*headers, *_validators(shown, page, body)]
    return headers


def _validators(shown: DemoCapture, page: bytes, body: bytes) -> Headers:
    """Return the ETag of a static page, and its Last-Modified header.

    Without a date of the text in the page, there is no Last-Modified.
    """
    dates = [datetime.fromisoformat(date.decode()).replace(tzinfo=UTC) for date in _IN_FORCE.findall(page)]
    past = [date for date in dates if date <= shown.when]
    modified = [("Last-Modified", format_datetime(max(past), usegmt=True))] if past else []
    return [*modified, ("ETag", f'"{hashlib.sha256(body).hexdigest()[:12]}"')]


def _fill(capture: DemoCapture, name: str, argument: bytes) -> bytes:
    """Return the text that replaces a placeholder in a capture."""
    match name:
        case "token":
            return _token(capture).encode()
        case "year":
            return capture.timestamp[:4].encode()
        case "date":
            return f"{_MONTHS[capture.when.month - 1]} {capture.when.day}, {capture.when.year}".encode()
        case "choose":
            texts = argument.split(b"|")
            return texts[_number(capture.timestamp.encode() + argument) % len(texts)]
        case "cfemail":
            key = _number(capture.timestamp.encode()) % 255 + 1
            return bytes([key, *(letter ^ key for letter in argument)]).hex().encode()
        case _:
            period, _, text = argument.partition(b"|")
            return text if _within(capture.timestamp, period.decode()) else b""


def _within(timestamp: str, period: str) -> bool:
    """Return whether a timestamp lies in a period such as `2001-09-01..2004-02-29`.

    The first day belongs to the period, the last day does not. Without a last day, the period has no end.
    """
    first, _, end = period.replace("-", "").partition("..")
    return first <= timestamp[:8] and (not end or timestamp[:8] < end)


def _token(capture: DemoCapture) -> str:
    return hashlib.sha256(f"{capture.timestamp} {capture.url}".encode()).hexdigest()[:16].upper()


def _number(text: bytes) -> int:
    return int.from_bytes(hashlib.sha256(text).digest()[:4])


@cache
def _page(file: str) -> bytes:
    return (PAGES / file).read_bytes()
