"""The way of a request to the archive: fenced in, in its turn, retried where that may help, never pushed.

Every request, retries and redirect hops too, takes its turn right before it goes out, so that nothing that was queued
earlier slips through a pause (wayback.md section 3).
"""

import logging

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import DownloadConnectionRefusedError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.response import response_status_message

from crawler.limits import BLOCK_SECONDS
from crawler.memento import retry_after
from crawler.sources import origin
from crawler.spiders.history import HistorySpider

LONGEST_SECONDS = 7 * 24 * 3600  # a Retry-After beyond a week is a mistake
logger = logging.getLogger(__name__)


def spider_of(crawler: Crawler) -> HistorySpider:
    """The running spider, whose source and pace count. Raises TypeError for another one, which has neither."""
    if not isinstance(crawler.spider, HistorySpider):
        raise TypeError("policytrail's settings go with its history spider")
    return crawler.spider


class PoliteHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP client behind the spider's pace and its fence: one archive, nothing else."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False  # Twisted's own retries would not wait for their turn

    async def download_request(self, request: Request) -> Response:
        """Send a request when its turn has come.

        Raises ValueError for an address outside the archive, IgnoreRequest when the run is being stopped or the budget spent.
        """
        spider = spider_of(self.crawler)
        if origin(request.url) not in spider.source.origins:
            raise ValueError(f"{request.url} is not an address of {spider.source.name}")
        if spider.budget.left:
            await spider.pace.turn(request.meta["kind"])
        if spider.problem or spider.refused:
            raise IgnoreRequest("the run is being stopped")
        spider.budget.spend()
        return await super().download_request(request)


class MannersMiddleware(RetryMiddleware):
    """Scrapy's retries with the archive's rules: a response with `Memento-Datetime` is content, whatever its status."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Pass captures on; pause and ask again after a 429; retry what may pass."""
        spider = spider_of(self.crawler)
        if b"Memento-Datetime" not in response.headers and response.status == 429:
            return self._pause(request, response)
        spider.pace.eased()
        if b"Memento-Datetime" not in response.headers and response.status in self.retry_http_codes:
            return self._retry(request, response_status_message(response.status)) or response
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | Response | None:  # type: ignore[override]
        """Stop the crawl when connections are refused, for that is how the archive blocks; retry other failures."""
        if isinstance(exception, DownloadConnectionRefusedError):
            spider_of(self.crawler).refuse("it refuses connections: it is down, or it blocks us", BLOCK_SECONDS)
            return None
        return super().process_exception(request, exception)

    def _pause(self, request: Request, response: Response) -> Request:
        spider = spider_of(self.crawler)
        header = response.headers.get("Retry-After")
        asked = retry_after(header.decode("latin-1") if header else None)
        seconds = spider.pace.throttled(asked)
        if seconds is None:
            spider.refuse("it still answers 429 (slow down)", min(max(asked or 0, BLOCK_SECONDS), LONGEST_SECONDS))
            raise IgnoreRequest("the archive refuses us")
        logger.warning("the archive asks us to slow down (429): everything pauses for %.0f s", seconds)
        return request.replace(dont_filter=True)
