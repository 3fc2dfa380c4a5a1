"""Listing: all captures of a page that the archive's index knows, entered before anything is fetched."""

import asyncio
from typing import TYPE_CHECKING

import scrapy
from scrapy import exceptions
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import encoding
from crawler.budget import BudgetSpentError
from crawler.cdx import Enumeration, ExcludedError
from crawler.errors import CdxError, CutOffError, TooLargeError
from db import captures, retailers, times
from db.archive import transaction
from db.retailers import Page

if TYPE_CHECKING:
    from crawler.spiders.history import HistorySpider

FIRST = 100  # the priority of index requests: before all replay requests, whose work they bring
_NO_ANSWER = (
    exceptions.CannotResolveHostError,
    exceptions.DownloadCancelledError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.DownloadFailedError,
    exceptions.DownloadTimeoutError,
    exceptions.IgnoreRequest,
    exceptions.ResponseDataLossError,
)


async def list_captures(spider: "HistorySpider", page: Page) -> None:
    """Enter all captures of a page that the archive lists, or why they cannot be had. Raises StoreError.

    Where the budget ends first, the page keeps what was said of its listing before.
    """
    listing, reason = "complete", None
    try:
        await _enumerate(spider, page)
    except BudgetSpentError:
        if spider.rounds:
            spider.rounds.not_listed += 1
        return
    except ExcludedError as error:
        listing, reason = "excluded", str(error)
    except (CdxError, CutOffError, TooLargeError) as error:
        listing, reason = "failed", str(error)
    except _NO_ANSWER as error:
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
        response = await _ask(spider, address)
        if response.status == 504 and enumeration.narrow():
            continue
        rows = enumeration.take(response.status, encoding.decode(response.body, _encodings(response)))
        with transaction(spider.db):
            spider.counts["listed"] += captures.record_rows(spider.db, page.id, spider.source.name, rows)


async def _ask(spider: "HistorySpider", address: str) -> Response:
    """Send a request through Scrapy's queue and wait for its answer; when the crawl is stopped, there is none."""
    answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()

    def on_answer(response: Response) -> None:
        if not answer.done():
            answer.set_result(response)

    def on_failure(failure: Failure) -> None:
        if not answer.done():
            answer.set_exception(failure.value)

    meta = {"kind": "cdx", "download_slot": "cdx", "handle_httpstatus_all": True}
    request = scrapy.Request(address, callback=on_answer, errback=on_failure, meta=meta, priority=FIRST)
    if spider.crawler.engine is None:
        raise exceptions.IgnoreRequest("the crawl has ended")
    spider.crawler.engine.crawl(request)
    return await answer


def _encodings(response: Response) -> str:
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
