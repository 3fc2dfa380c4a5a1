"""Running the history spider inside this process, and saying how it went."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress, TaskID
from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import settings as project
from crawler.errors import NothingToDoError
from crawler.plan import Plan
from crawler.progress import progress
from crawler.spiders.history import HistorySpider
from db.archive import open_archive
from db.errors import StoreError
from db.retailers import policies


@dataclass(frozen=True)
class Result:
    """How a crawl went, in a line, and as an exit status: 0 all done, 3 done in part, 4 refused by the archive."""

    exit_status: int
    summary: str


def crawl(plan: Plan, *, jobs: int = 0, verbose: bool = False) -> Result:
    """Run a crawl to its end. Once a process: Scrapy's reactor cannot be started again.

    Raises ArchiveError (the file is no archive, or a newer one) and NothingToDoError before anything is asked of the source.
    """
    _check(plan)
    process = scrapy_process(verbose=verbose, jobs=jobs)
    crawler = process.create_crawler(HistorySpider)
    with progress() as shown:
        task = shown.add_task("fetching", total=None)
        crawler.signals.connect(_shower(shown, task), signals.item_scraped, weak=False)
        process.crawl(crawler, plan=plan)
        process.start()
    spider = crawler.spider
    if not isinstance(spider, HistorySpider):
        logging.getLogger(__name__).error("the crawl did not start")
        return Result(3, "the crawl did not start")
    return _result(spider)


def scrapy_process(*, verbose: bool, jobs: int = 0) -> AsyncCrawlerProcess:
    """Scrapy with the project's settings, whose log says only what the result does not say."""
    settings = Settings()
    settings.setmodule(project)
    settings.set("EXTRACTION_JOBS", jobs)
    settings.set("LOG_LEVEL", "DEBUG" if verbose else "WARNING")
    process = AsyncCrawlerProcess(settings)
    for name in ("scrapy.core.scraper", "scrapy.core.engine", "scrapy.utils.signal", "asyncio"):
        logging.getLogger(name).addFilter(_is_news)
    return process


def _check(plan: Plan) -> None:
    """Find what is wrong with the archive file here, where it can be said in a line."""
    if not plan.retailers and not (plan.db.exists() and _has_retailers(plan.db)):
        raise NothingToDoError(f"{plan.db} has no retailers yet: name some (see 'policytrail retailers'), or give --retailers")
    open_archive(plan.db, create=True).close()


def _has_retailers(file: Path) -> bool:
    db = open_archive(file)
    try:
        return bool(policies(db))
    finally:
        db.close()


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a log record says more than the result will: a store that fails is told there, in one line."""
    return not (record.exc_info and isinstance(record.exc_info[1], StoreError))


def _shower(shown: Progress, task: TaskID) -> Callable[[HistorySpider], None]:
    def show(spider: HistorySpider) -> None:
        done = spider.counts["fetched"] + spider.counts["failed"]
        shown.update(task, completed=done, total=max(spider.chosen, done))

    return show


def _result(spider: HistorySpider) -> Result:
    counts = spider.counts
    parts = [f"{counts['requests']} requests", f"{counts['listed']} captures new in the index", f"{counts['fetched']} fetched"]
    parts += [f"{counts[name]} {name}" for name in ("failed", "excluded") if counts[name]]
    done = ", ".join(parts)
    if spider.refused:
        return Result(4, f"{done}\n{spider.refused}")
    if spider.problem:
        return Result(3, f"{done}\n{spider.problem}")
    if spider.waiting:
        return Result(3, f"{done}\n{spider.waiting} captures or listings are still to be had: run the same command again")
    return Result(0, done)
