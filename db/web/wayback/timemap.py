"""TimeMaps (RFC 7089) and `Link` headers (RFC 8288).

A TimeMap is the list of all captures of a page.
"""

import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, NamedTuple

from db.ascii_urls import encoded
from db.times import moment
from db.web.common.archives import AttachedArchive
from db.web.common.holdings import IndexedCapture, one_urlkey
from db.web.common.responses import Response
from db.web.common.urls import absolute, memento_path, path
from db.web.wayback.cdx_rows import DuplicateFilter, row_of
from db.web.wayback.mementos import Neighbours, neighbours
from db.web.wayback.scan import Scan

LINK_FORMAT = "application/link-format"


def http_date(when: datetime) -> str:
    """Return a moment in the format of HTTP: `Fri, 30 May 2014 13:02:40 GMT`."""
    return format_datetime(when.astimezone(UTC), usegmt=True)


class Links(NamedTuple):
    """Writes links for one request, with its host and Datasette's base_url."""

    datasette: Any
    request: Any

    def timemap(self, url: str) -> str:
        """Return the address of the TimeMap of a page."""
        return absolute(self.request, path(self.datasette, f"/web/timemap/link/{encoded(url)}"))

    def timegate(self, url: str) -> str:
        """Return the address of the TimeGate of a page."""
        return absolute(self.request, path(self.datasette, f"/web/{encoded(url)}"))

    def memento(self, capture: IndexedCapture, relation: str) -> str:
        """Return the link to a capture, or "" if its timestamp is no valid time."""
        when = moment(capture.timestamp)
        if when is None:
            return ""
        # Links never contain `id_` (docs/wayback.md, "Replay headers").
        target = absolute(self.request, memento_path(self.datasette, capture.timestamp, "", capture.original))
        return f'<{target}>; rel="{relation}"; datetime="{http_date(when)}"'

    def header(self, original: str, around: Neighbours, this: IndexedCapture | None) -> str:
        """Return the `Link` header of a capture, or of the TimeGate.

        `this` is the capture, or None for the TimeGate.
        """
        links = [
            f'<{encoded(original)}>; rel="original"',
            f'<{self.timemap(original)}>; rel="timemap"; type="{LINK_FORMAT}"',
            f'<{self.timegate(original)}>; rel="timegate"',
        ]
        related = [
            (around.first, "first memento"),
            (around.previous, "prev memento"),
            (this, "memento"),
            (around.next, "next memento"),
            (around.last, "last memento"),
        ]
        links += [
            link for capture, relation in related if capture and (link := self.memento(capture, relation))
        ]
        return ", ".join(links)


async def timemap(archive: AttachedArchive, urlkey: str, url: str, links: Links) -> Response:
    """Return the TimeMap of a page that has captures, the oldest first.

    It is read while it is sent.
    """
    around = await archive.read(lambda connection: neighbours(connection, urlkey, ""))
    body = _body(archive, _head(url, around, links), _Mementos(urlkey, links))
    return Response(200, [("content-type", LINK_FORMAT)], body)


def _head(url: str, around: Neighbours, links: Links) -> str:
    ends = {"from": around.first, "until": around.last}
    times = {name: moment(capture.timestamp) for name, capture in ends.items() if capture}
    bounds = "".join(f'; {name}="{http_date(when)}"' for name, when in times.items() if when)
    return (
        f'<{encoded(url)}>; rel="original",\n'
        f'<{links.timemap(url)}>; rel="self"; type="{LINK_FORMAT}"{bounds},\n'
        f'<{links.timegate(url)}>; rel="timegate"'
    )


class _Mementos:
    """Writes the links to the captures of a page.

    The newest link is only written when the next capture is known, because the last link has another
    relation.
    """

    def __init__(self, urlkey: str, links: Links) -> None:
        self.scan = Scan(one_urlkey(urlkey), "", "99999999999999")
        self._links = links
        self._duplicates = DuplicateFilter()
        self._waiting: IndexedCapture | None = None
        self._relation = "first memento"

    def read(self, connection: sqlite3.Connection) -> bytes:
        """Return the next links, each after a comma. After the last link, `scan.done` is True."""
        lines = []
        for capture in self.scan.read(connection):
            if moment(capture.timestamp) is None or not self._duplicates.add(row_of(capture)):
                continue
            if self._waiting is not None:
                lines.append(self._links.memento(self._waiting, self._relation))
                self._relation = "memento"
            self._waiting = capture
        if self.scan.done and self._waiting is not None:
            last = "last memento" if self._relation == "memento" else "first last memento"
            lines.append(self._links.memento(self._waiting, last))
        return "".join(f",\n{line}" for line in lines).encode()


async def _body(archive: AttachedArchive, head: str, mementos: _Mementos) -> AsyncIterator[bytes]:
    yield head.encode()
    while not mementos.scan.done:
        yield await archive.read(mementos.read)
    yield b"\n"
