"""The Scrapy pipeline: extract the texts of fetched captures, and compute the histories of policies."""

from typing import Self

from scrapy.crawler import Crawler

from crawler.items import FetchResult
from crawler.middlewares import spider_of
from crawler.spiders.history import HistorySpider


class ExtractionPipeline:
    """Passes each fetch result to the extraction, and stops the extraction at the end."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return a pipeline. Scrapy calls this method."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Start the worker processes."""
        spider_of(self._crawler, HistorySpider).extraction.start()

    async def process_item(self, item: FetchResult) -> FetchResult:
        """Extract the texts of the fetched captures, and return the fetch result unchanged."""
        spider = spider_of(self._crawler, HistorySpider)
        spider.open_requests.end(item.number)
        await spider.extraction.process(item)
        return item

    async def close_spider(self) -> None:
        """Stop the worker processes, and compute the histories of policies that are not finished."""
        await spider_of(self._crawler, HistorySpider).extraction.shut_down()
