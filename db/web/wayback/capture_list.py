"""The page `/web/*/{url}`, where the Wayback Machine has its calendar: the stored captures of an address."""

import sqlite3
from typing import Any, NamedTuple

from db.times import iso, moment
from db.web.common.archives import AttachedArchive
from db.web.common.holdings import IndexedCapture, count, one_urlkey
from db.web.common.page_urls import PageUrls
from db.web.common.responses import Response
from db.web.common.urls import memento_path
from db.web.common.views import render_template
from db.web.wayback.cdx_rows import DuplicateFilter, row_of
from db.web.wayback.scan import Scan

MOST = 1_000  # captures on the page; the address of the index has all


class ListedCapture(NamedTuple):
    """A capture on the page. `captured_at` is ISO 8601, and `address` replays the capture on this server."""

    captured_at: str
    original: str
    status: int | None
    mimetype: str | None
    address: str


class CaptureList(NamedTuple):
    """The captures to show, how many there are, and the retailers with a page at the address."""

    captures: list[IndexedCapture]
    total: int
    retailers: list[str]


async def page(datasette: Any, request: Any, archive: AttachedArchive, key: str, url: str) -> Response:
    """Return the page for an address with the urlkey `key`. The path can have the first digits of a moment.

    At most MOST captures are listed, the oldest first.
    """
    digits = request.url_vars["digits"]
    found = await archive.read(lambda connection: read_list(connection, key, digits))
    rows = [
        ListedCapture(
            iso(when),
            capture.original,
            capture.status,
            capture.mimetype,
            memento_path(datasette, capture.timestamp, "", capture.original),
        )
        for capture in found.captures
        if (when := moment(capture.timestamp))
    ]
    return await render_template(
        datasette,
        request,
        "captures.html",
        to=PageUrls(datasette, archive.name),
        url=url,
        digits=digits,
        found=found,
        rows=rows,
    )


def read_list(connection: sqlite3.Connection, key: str, digits: str) -> CaptureList:
    """Return the captures of a urlkey whose moments begin with some digits; "" for all of them."""
    start, end = digits.ljust(14, "0"), digits.ljust(14, "9")
    scan, duplicates = Scan(one_urlkey(key), start, end), DuplicateFilter()
    captures: list[IndexedCapture] = []
    while not scan.done and len(captures) < MOST:
        captures += [capture for capture in scan.read(connection) if duplicates.add(row_of(capture))]
    retailers = connection.execute(
        """select distinct p.retailer from pages g join policies p on p.id = g.policy_id
        where g.urlkey = ? order by 1""",
        [key],
    )
    total = count(connection, one_urlkey(key), start, end)
    return CaptureList(captures[:MOST], total, [retailer for (retailer,) in retailers])
