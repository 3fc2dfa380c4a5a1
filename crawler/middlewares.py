"""The download handler and the retry middleware: send requests only to one web archive, at its rates.

Each request waits immediately before it is sent. A pause therefore also applies to requests that were already
in the queue (docs/wayback.md "Rate limits").
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.utils.response import response_status_message

from crawler.errors import LimitsError
from crawler.spiders.base import BaseSpider
from crawler.throttling.fault_row import NOT_SERVING
from crawler.throttling.rate_limiter import RateLimiter
from crawler.webarchive import faults
from crawler.webarchive.failures import MAX_URL, LongUrlError, NotServingError, in_words
from crawler.webarchive.faults import Sign
from crawler.webarchive.memento import retry_after
from crawler.webarchive.response_headers import tolerant
from crawler.webarchive.sources import Source, origin

logger = logging.getLogger(__name__)
RETRIED = (DownloadTimeoutError, DownloadFailedError, ResponseDataLossError, OSError)  # no answer at all
AnySpider = TypeVar("AnySpider", bound=BaseSpider)


def spider_of(crawler: Crawler, kind: type[AnySpider]) -> AnySpider:
    """Return the running spider. Raises TypeError if the spider is not of the class `kind`."""
    if not isinstance(crawler.spider, kind):
        raise TypeError(f"policytrail's settings go with its own spiders; this needs a {kind.__name__}")
    return crawler.spider


@contextmanager
def _rate_limiter_of(spider: BaseSpider) -> Iterator[RateLimiter]:
    """Yield the spider's rate limiter. On a LimitsError, stop the run and raise IgnoreRequest."""
    try:
        yield spider.rate_limiter
    except LimitsError as error:
        spider.give_up("limits", str(error))
        raise IgnoreRequest("the run is being stopped") from error


class ThrottledDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP client, which only sends requests to the spider's web archive, at its rates."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False  # Twisted's own retries would ignore the rate limit
        self._pool._factory = tolerant(self._pool._factory)

    async def download_request(self, request: Request) -> Response:
        """Wait until the rate limit allows the request, then send it and return the answer.

        Raises ValueError for an address outside the web archive, and LongUrlError for one that is too long.
        Raises IgnoreRequest if the run is being stopped or its request budget is spent.
        """
        spider = spider_of(self.crawler, BaseSpider)
        if len(request.url) > MAX_URL:
            raise LongUrlError(f"its address has {len(request.url)} characters, more than {MAX_URL}")
        if origin(request.url) not in spider.source.origins:
            raise ValueError(f"{request.url} is not an address of {spider.source.name}")
        if spider.request_budget.left:
            with _rate_limiter_of(spider) as limiter:
                is_ours = await limiter.acquire(request.meta["kind"], lambda: spider.is_stopping)
            if not is_ours:
                spider.stop_if_refused()
                raise IgnoreRequest("the run is being stopped")
        spider.spend(request)
        return await super().download_request(spider.signed(request))


def _sign(source: Source, request: Request, response: Response) -> tuple[Sign, str]:
    """Return what an answer says about the archive, with its status in words."""
    headers = [
        (k.decode("latin-1"), v.decode("latin-1")) for k, values in response.headers.items() for v in values
    ]
    words, status = f"status {response.status}", response.status
    if request.meta.get("narrows") and status == 504:  # this query takes too long
        return Sign.NOTHING, words
    if request.meta.get("job"):  # Save Page Now has refusals of its own
        return (Sign.DOWN if status >= 500 else Sign.ANSWERED), words
    if request.meta["kind"] == "cdx":
        return faults.of_index(status, headers, response.body), words
    return faults.of_replay(source, status, headers, response.body), words


def _moved(request: Request, response: Response) -> str:
    """Describe where an index redirects to, as a value of --source where that is possible."""
    location = response.headers.get("Location")
    target = response.urljoin(location.decode("latin-1")) if location else ""
    if not target:
        return (
            f"the index answered with status {response.status} and no target: "
            "is this the address of an archive?"
        )
    path = urlsplit(request.url).path
    base = target.partition("?")[0].removesuffix(path)
    prefix = "" if path.endswith("/cdx/search/cdx") else "pywb+"
    hint = f": give {prefix}{base} as --source" if base != target.partition("?")[0] else ""
    return f"the index redirects to {target.partition('?')[0]}{hint}"


class WaybackRetryMiddleware(RetryMiddleware):
    """Scrapy's retry middleware, adapted to the answers of web archives.

    An answer with the header `Memento-Datetime` is a capture and is not retried, whatever its status
    (docs/wayback.md "Replay answers").
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return a response, or return the request for another try.

        Captures are returned. After a 429 from the web archive, all requests pause and this request is sent
        again. Temporary errors of the web archive are also tried again. Each answer counts in the row of
        faults, also an answer that is tried again.
        """
        if b"Memento-Datetime" not in response.headers and response.status == 429:
            return self._pause(request, response)
        spider = spider_of(self.crawler, BaseSpider)
        is_moved = request.meta["kind"] == "cdx" and 300 <= response.status < 400
        if is_moved and not spider.faults.has_answered("cdx"):
            spider.give_up("down", _moved(request, response))
            raise IgnoreRequest("the index is somewhere else")
        self._take(request, *_sign(spider.source, request, response))
        # The same index query would time out again, so the caller asks for less.
        if response.status == 504 and request.meta.get("narrows"):
            return response
        if b"Memento-Datetime" not in response.headers and response.status in self.retry_http_codes:
            return self._retry(request, response_status_message(response.status)) or response
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | Response | None:  # type: ignore[override]
        """Handle a request that failed without an answer.

        Stop the run if connections are refused (this is how the web archive blocks) or if the name of its
        host is unknown. Try other requests again.
        """
        if isinstance(exception, DownloadConnectionRefusedError):
            self._blocked()
            return None
        if isinstance(exception, CannotResolveHostError):
            host = urlsplit(request.url).hostname
            spider_of(self.crawler, BaseSpider).give_up(
                "offline", f"{host} cannot be found: is there a network?"
            )
            return None
        if isinstance(exception, DownloadTimeoutError) and request.meta.get("narrows"):
            return None
        if isinstance(exception, RETRIED):
            self._take(request, Sign.DOWN, f"no answer: {in_words(exception)}")
        return super().process_exception(request, exception)

    def _take(self, request: Request, sign: Sign, words: str) -> None:
        """Count an answer, or that there was none. Raises NotServingError if the archive does not serve."""
        spider = spider_of(self.crawler, BaseSpider)
        with _rate_limiter_of(spider) as limiter:
            if sign is Sign.ANSWERED:
                limiter.answered()
            spider.take_sign(request, sign, words)
            if spider.faults.reason is None or sign is Sign.ANSWERED:
                return
            reason = f"{NOT_SERVING}: {spider.faults.reason}"
            if spider.faults.is_wall:
                spider.refuse(reason, None if spider.source.is_private else limiter.refused(reason))
            else:
                spider.give_up("down", f"{reason}. Nothing is lost; run the same command again later")
        raise NotServingError("the archive does not serve now")

    def _blocked(self) -> None:
        """Stop the run because connections are refused.

        For a server on this machine or in a private network no block is stored, because such a server is
        probably only down.
        """
        spider = spider_of(self.crawler, BaseSpider)
        if spider.source.is_private:
            spider.refuse("it refuses connections: probably it is not running", None)
            return
        reason = "it refuses connections: it is down, or it blocks us"
        with _rate_limiter_of(spider) as limiter:
            spider.refuse(reason, limiter.refused(reason))

    def _pause(self, request: Request, response: Response) -> Request:
        spider = spider_of(self.crawler, BaseSpider)
        header = response.headers.get("Retry-After")
        asked = retry_after(header.decode("latin-1") if header else None)
        with _rate_limiter_of(spider) as limiter:
            seconds = limiter.throttled(asked)
            if seconds is None:
                reason = "it still answers 429 (slow down)"
                spider.refuse(reason, limiter.refused(reason, asked))
                raise IgnoreRequest("the archive refuses us")
        logger.warning("the archive asks us to slow down (429): everything pauses for %.0f s", seconds)
        return request.replace(dont_filter=True)
