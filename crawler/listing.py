"""Listing: all captures of a page that the archive's index knows, entered before anything is fetched."""

from typing import TYPE_CHECKING

import scrapy
from scrapy import exceptions
from scrapy.http import Response

from crawler import encoding
from crawler.cdx import Enumeration, ExcludedError
from crawler.errors import CdxError, CutOffError, TooLargeError
from db import captures, retailers, times
from db.archive import transaction
from db.retailers import Page

if TYPE_CHECKING:
    from crawler.spiders.history import HistorySpider

FIRST = 100  # the priority of index requests: before all replay requests, whose work they bring
NO_ANSWER = (
    exceptions.CannotResolveHostError,
    exceptions.DownloadCancelledError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.DownloadFailedError,
    exceptions.DownloadTimeoutError,
    exceptions.IgnoreRequest,
    exceptions.ResponseDataLossError,
)


async def list_captures(spider: "HistorySpider", page: Page) -> None:
    """Enter all captures of a page that the archive lists, or why they cannot be had. Raises StoreError."""
    listing, reason = "complete", None
    try:
        await _enumerate(spider, page)
    except ExcludedError as error:
        listing, reason = "excluded", str(error)
    except (CdxError, CutOffError, TooLargeError) as error:
        listing, reason = "failed", str(error)
    except NO_ANSWER as error:
        listing, reason = "failed", f"the index did not answer: {in_words(error)}"
    with transaction(spider.db):
        retailers.set_listing(spider.db, page.id, listing, times.now(), reason)
        if listing == "excluded":
            spider.counts["excluded"] += 1
            captures.exclude(spider.db, page.id, str(reason))
    if listing == "failed":
        spider.logger.warning("%s: %s", page.url, reason)


async def _enumerate(spider: "HistorySpider", page: Page) -> None:
    enumeration = Enumeration(spider.source, page.url, spider.plan.first, spider.plan.last)
    while address := enumeration.address:
        meta = {"kind": "cdx", "download_slot": "cdx", "handle_httpstatus_all": True}
        response = await spider.ask(scrapy.Request(address, meta=meta, priority=FIRST))
        if response.status == 504 and enumeration.narrow():
            continue
        rows = enumeration.take(response.status, encoding.decode(response.body, encodings(response)))
        with transaction(spider.db):
            spider.counts["listed"] += captures.record_rows(spider.db, page.id, spider.source.name, rows)


def encodings(response: Response) -> str:
    """The content encodings of an answer, as `encoding.decode` takes them."""
    return ",".join(value.decode("latin-1") for value in response.headers.getlist("Content-Encoding"))


def in_words(error: BaseException) -> str:
    """Say in a few words why a request had no answer."""
    words: dict[type[BaseException], str] = {
        exceptions.DownloadTimeoutError: "it took too long",
        exceptions.ResponseDataLossError: "it was cut off",
        exceptions.CannotResolveHostError: "the host's name is unknown",
        exceptions.DownloadCancelledError: "it is too large",
    }
    return words.get(type(error)) or " ".join(str(error).split())[:160] or type(error).__name__
