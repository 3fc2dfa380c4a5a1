"""Retrying what may pass, pausing when the archive asks for it, stopping when it shuts us out."""

import logging

from scrapy import Request
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import DownloadConnectionRefusedError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.response import response_status_message

from crawler.limits import BLOCK_SECONDS
from crawler.memento import retry_after

logger = logging.getLogger(__name__)


class MannersMiddleware(RetryMiddleware):
    """Scrapy's retries with the archive's rules: a response with `Memento-Datetime` is content, whatever its status."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Pass captures on; pause and ask again after a 429; retry what may pass."""
        spider = self.crawler.spider
        if b"Memento-Datetime" not in response.headers and response.status == 429:
            return self._pause(request, response)
        spider.pace.eased()  # type: ignore[union-attr]
        if b"Memento-Datetime" not in response.headers and response.status in self.retry_http_codes:
            return self._retry(request, response_status_message(response.status)) or response
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | Response | None:  # type: ignore[override]
        """Stop the crawl when connections are refused, for that is how the archive blocks; retry other failures."""
        if isinstance(exception, DownloadConnectionRefusedError):
            self.crawler.spider.refuse("it refuses connections: it is down, or it blocks us", BLOCK_SECONDS)  # type: ignore[union-attr]
            return None
        return super().process_exception(request, exception)

    def _pause(self, request: Request, response: Response) -> Request:
        spider = self.crawler.spider
        header = response.headers.get("Retry-After")
        seconds = spider.pace.throttled(retry_after(header.decode("latin-1") if header else None))  # type: ignore[union-attr]
        if seconds is None:
            spider.refuse("it still answers 429 after long pauses", BLOCK_SECONDS)  # type: ignore[union-attr]
            raise IgnoreRequest("the archive refuses us")
        logger.warning("the archive asks us to slow down (429): everything pauses for %.0f s", seconds)
        self.crawler.stats.inc_value("policytrail/pauses")  # type: ignore[union-attr]
        return request.replace(dont_filter=True)
