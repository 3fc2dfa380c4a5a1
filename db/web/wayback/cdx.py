"""Answers to CDX queries (docs/wayback.md, "The index service").

`/cdx/search/cdx` and `/web/timemap/cdx` are the same service.
"""

import sqlite3
from collections.abc import AsyncIterator

from db.web.common.archives import AttachedArchive
from db.web.common.errors import BadQueryError
from db.web.common.holdings import IndexedCapture, count
from db.web.common.responses import Response, plain
from db.web.wayback.cdx_query import MAX_ROWS, CdxQuery
from db.web.wayback.cdx_rows import CdxRow, CdxWriter
from db.web.wayback.cdx_selection import RowSelector
from db.web.wayback.scan import ClosestScan, Position, Scan

_FIRST, _LAST = 0, 2**63 - 1  # ids that are lower and higher than the id of every capture


async def answer(archive: AttachedArchive | None, query: CdxQuery) -> Response:
    """Return the response to a query. Its rows are read while it is sent.

    Without an archive file, the response has no rows. Raises BadQueryError if the query cannot be answered.
    If a filter is too slow after the first rows were sent, the connection is closed, so the client notices
    that rows are missing.
    """
    writer = CdxWriter(query.columns, as_json=query.json)
    if query.show_num_pages or query.page is not None:
        pages = await _pages(archive, query)
        if query.show_num_pages:
            return plain(f"{pages}\n")
        if query.page and query.page >= pages:
            raise BadQueryError(f"page={query.page} does not exist; there are {pages}, and the first is 0")
    if archive is None:
        return Response(200, [("content-type", writer.content_type)], writer.end(None))
    scan, selector = await _begin(archive, query)
    # The first rows are read before the status is sent, so a query that fails at once gets the status 400.
    first = await _next(archive, scan, selector)
    body = _body(
        archive, scan, selector, writer, first, show_key=query.show_resume_key and query.page is None
    )
    return Response(200, [("content-type", writer.content_type)], body)


async def _pages(archive: AttachedArchive | None, query: CdxQuery) -> int:
    if archive is None:
        return 0
    rows = await archive.read(lambda connection: count(connection, query.urlkeys, query.start, query.end))
    return -(-rows // query.page_rows)


async def _begin(archive: AttachedArchive, query: CdxQuery) -> tuple[Scan | ClosestScan, RowSelector]:
    urlkeys, start, end = query.urlkeys, query.start, query.end
    if query.page is not None:
        whole = query._replace(offset=query.page * query.page_rows, resume=None)
        return Scan(urlkeys, start, end), RowSelector(whole, limit=abs(query.limit), cap=query.page_rows)
    if query.sort == "closest":
        return ClosestScan(urlkeys, start, end, query.closest), RowSelector(query, limit=abs(query.limit))
    newest_first = query.sort == "reverse"
    if query.limit < 0 and not newest_first and query.resume is None:
        return await archive.read(lambda connection: _last_rows(connection, query))
    at = None
    if query.resume is not None:
        at = query.resume.position._replace(id=_LAST if newest_first else _FIRST)
    return Scan(urlkeys, start, end, at=at, newest_first=newest_first), RowSelector(
        query, limit=abs(query.limit)
    )


def _last_rows(connection: sqlite3.Connection, query: CdxQuery) -> tuple[Scan, RowSelector]:
    """Find where the last rows of a result begin, by reading from the end.

    With a collapse, all rows are counted from the start instead, because the first row of equal rows stays.
    """
    urlkeys, start, end, wanted = query.urlkeys, query.start, query.end, -query.limit
    query = query._replace(offset=0)
    if query.collapses:
        counting = RowSelector(query)
        _exhaust(connection, Scan(urlkeys, start, end), counting)
        if counting.capped:
            raise BadQueryError(
                f"a negative limit with collapse reads {MAX_ROWS} captures at most; narrow with from and to"
            )
        return Scan(urlkeys, start, end), RowSelector(
            query, limit=wanted, skip_rows=max(counting.passed - wanted, 0)
        )
    backwards = RowSelector(query, limit=wanted)
    last = _exhaust(connection, Scan(urlkeys, start, end, newest_first=True), backwards)
    return Scan(urlkeys, start, end, at=last), RowSelector(query, limit=wanted)


def _exhaust(connection: sqlite3.Connection, scan: Scan, selector: RowSelector) -> Position | None:
    """Read all rows of a scan into a selector.

    Returns the position of the last capture that was read, or None if the scan ended before the selector.
    """
    while not (scan.done or selector.done):
        selector.take(scan.read(connection))
    return selector.resume.position if selector.resume else None


async def _next(archive: AttachedArchive, scan: Scan | ClosestScan, selector: RowSelector) -> list[CdxRow]:
    def read(connection: sqlite3.Connection) -> list[CdxRow]:
        captures: list[IndexedCapture] = scan.read(connection)
        return selector.take(captures)

    return await archive.read(read)


async def _body(
    archive: AttachedArchive,
    scan: Scan | ClosestScan,
    selector: RowSelector,
    writer: CdxWriter,
    rows: list[CdxRow],
    *,
    show_key: bool,
) -> AsyncIterator[bytes]:
    while True:
        yield writer.rows(rows)
        if scan.done or selector.done:
            break
        rows = await _next(archive, scan, selector)
    yield writer.end(selector.resume if show_key else None)
