"""A request that the archive has answered before, or one about a page without faults.

Its answer tells an outage from the faults of some pages.
"""

from collections.abc import Iterable

import scrapy

from crawler.crawl.context import CrawlContext
from crawler.webarchive import replay
from crawler.webarchive.cdx import Enumeration
from crawler.webarchive.fetcher import INDEX_PRIORITY, index_request
from db.store import captures, retailers

PRIORITY = INDEX_PRIORITY + 1  # before the row of faults grows


def request(context: CrawlContext, service: str, troubled: Iterable[int]) -> scrapy.Request | None:
    """Return a request to the index ("cdx") or for a capture ("replay"); None if there is none to send.

    What the archive has answered is preferred, and pages that are not among the `troubled` (page ids).
    """
    if service == "cdx":
        page = retailers.to_probe(context.db, troubled)
        if page is None:
            return None
        address = Enumeration(context.source, page.url, limit=1).address
        return index_request(str(address)).replace(priority=PRIORITY)
    capture = captures.to_probe(context.db, context.source.name, troubled)
    return replay.request(context.source, capture, priority=PRIORITY) if capture else None
