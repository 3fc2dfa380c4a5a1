"""Parts of Scrapy that drop requests at random, from a seed, to see that a run ends all the same."""

import random
from collections.abc import AsyncIterator, Iterable
from typing import Any

from scrapy import Request, Spider
from scrapy.dupefilters import BaseDupeFilter
from scrapy.exceptions import DropItem, IgnoreRequest
from scrapy.http import Response

_SHARE = 0.2
_random = random.Random(14)


def _drops() -> bool:
    return _random.random() < _SHARE


class Ignoring:
    """A downloader middleware that raises an exception before a request or for its answer."""

    def process_request(self, request: Request) -> None:
        if _drops():
            raise _random.choice((IgnoreRequest("a test wants it"), ValueError("a test is broken")))

    def process_response(self, request: Request, response: Response) -> Response:
        if _random.random() < _SHARE / 3:
            raise IgnoreRequest("a test wants it")
        return response


class Filtering:
    """A spider middleware that leaves out requests and items silently, as the one for long URLs does."""

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for one in start:
            if not _drops():
                yield one

    async def process_spider_output_async(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        async for one in result:
            if not _drops():
                yield one

    def process_spider_output(self, response: Response, result: Iterable[Any]) -> Iterable[Any]:
        return [one for one in result if not _drops()]

    def process_spider_input(self, response: Response) -> None:
        if _random.random() < _SHARE / 3:
            raise RuntimeError("a test is broken")


class Duplicates(BaseDupeFilter):
    """A filter of duplicates that takes new requests for old ones, so that the scheduler refuses them."""

    def request_seen(self, request: Request) -> bool:
        return _drops()


class Dropping:
    """A pipeline before ours that drops results, or fails."""

    def process_item(self, item: Any, spider: Spider | None = None) -> Any:
        if _drops():
            raise _random.choice((DropItem("a test wants it"), RuntimeError("a test is broken")))
        return item
