"""What happens to fetched captures: their texts are extracted, and at the end of a policy its history is derived."""

from typing import Self

from scrapy.crawler import Crawler

from crawler.extraction import Extraction
from crawler.items import Done
from crawler.spiders.history import HistorySpider
from db import history


class JudgementPipeline:
    """Extract in worker processes what the spider stored; derive a policy's versions when its last capture is judged."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._underived: set[int] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make a pipeline, as Scrapy does."""
        return cls(crawler)

    @property
    def _spider(self) -> HistorySpider:
        if not isinstance(self._crawler.spider, HistorySpider):
            raise TypeError("this pipeline goes with the history spider")
        return self._crawler.spider

    def open_spider(self) -> None:
        """Start the workers."""
        settings = self._crawler.settings
        self._extraction = Extraction(
            self._spider.db,
            jobs=settings.getint("EXTRACTION_JOBS"),
            seconds=settings.getfloat("EXTRACTION_SECONDS"),
            megabytes=settings.getint("EXTRACTION_MEGABYTES"),
        ).__enter__()

    async def process_item(self, item: Done) -> Done:
        """Judge the captures, and close the policy when this was the last that it waited for."""
        spider = self._spider
        self._underived.add(item.policy_id)
        await self._extraction.judge(item.fetched)
        if spider.is_last(item.policy_id):
            history.refresh(spider.db, item.policy_id)
            self._underived.discard(item.policy_id)
        return item

    def close_spider(self) -> None:
        """Derive the histories of policies that a stop left unfinished, so that what was fetched can be read."""
        self._extraction.__exit__()
        for policy_id in sorted(self._underived):
            history.refresh(self._spider.db, policy_id)
