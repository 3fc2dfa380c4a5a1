"""What happens to fetched captures: their texts are extracted, and at the end of a policy its history is derived."""

import asyncio
from typing import Self

from scrapy.crawler import Crawler

from crawler.items import FetchResult
from crawler.middlewares import spider_of
from crawler.spiders.history import HistorySpider
from crawler.workers.pool import WorkerPool
from db.history import versions
from extract.html.source_text import source_text


class ExtractionPipeline:
    """Extract in worker processes what the spider stored; derive a policy's versions when its last capture is judged."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._underived: set[int] = set()
        self._under_way: set[asyncio.Task[FetchResult]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make a pipeline, as Scrapy does."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Start the workers."""
        spider_of(self._crawler, HistorySpider).judge = self.begin
        settings = self._crawler.settings
        self._extraction = WorkerPool(
            spider_of(self._crawler, HistorySpider).db,
            jobs=settings.getint("EXTRACTION_JOBS"),
            seconds=settings.getfloat("EXTRACTION_SECONDS"),
            megabytes=settings.getint("EXTRACTION_MEGABYTES"),
        ).__enter__()

    async def process_item(self, item: FetchResult) -> FetchResult:
        """Judge the captures, and close the policy when this was the last that it waited for."""
        spider = spider_of(self._crawler, HistorySpider)
        self._underived.add(item.policy_id)
        await self._extraction.judge(item.fetched)
        if spider.is_last(item.policy_id):
            await self._extraction.derive(item.policy_id)
            self._underived.discard(item.policy_id)
        return item

    def begin(self, item: FetchResult) -> asyncio.Task[FetchResult]:
        """Process what no response brought. A stop does not wait for it: the next run finds it where it is."""
        task = asyncio.create_task(self.process_item(item))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def close_spider(self) -> None:
        """Derive the histories of policies that a stop left unfinished, so that what was fetched can be read."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._extraction.__exit__()
        for policy_id in sorted(self._underived):
            versions.refresh(spider_of(self._crawler, HistorySpider).db, policy_id, source_text)
