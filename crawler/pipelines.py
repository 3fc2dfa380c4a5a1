"""The pipeline of fetched captures: extract texts, derive a policy's history after its last one."""

from typing import Self

from scrapy.crawler import Crawler

from crawler.items import FetchResult
from crawler.middlewares import spider_of
from crawler.spiders.history import HistorySpider


class ExtractionPipeline:
    """Passes the results of fetches to the spider's extraction, and shuts that down at the end."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return a pipeline, as Scrapy expects."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Start the workers."""
        spider_of(self._crawler, HistorySpider).extraction.start()

    async def process_item(self, item: FetchResult) -> FetchResult:
        """Extract the texts of the fetched captures."""
        spider = spider_of(self._crawler, HistorySpider)
        spider.open_requests.end(item.number)
        await spider.extraction.process(item)
        return item

    async def close_spider(self) -> None:
        """Stop the workers and derive the histories of unfinished policies."""
        await spider_of(self._crawler, HistorySpider).extraction.shut_down()
