"""Running the history spider inside this process, and saying how it went."""

import logging
from collections.abc import Callable
from contextlib import closing

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import settings as project
from crawler.admission import admit
from crawler.errors import NothingToDoError
from crawler.outcome import outcome_of
from crawler.plan import Plan
from crawler.progress import crawl_progress
from crawler.runs import Result, check_report
from crawler.spiders.history import HistorySpider
from crawler.way import way_of
from db.archive import open_archive
from db.errors import StoreError
from db.retailers import policies
from db.writer import writing


def crawl(plan: Plan, *, jobs: int = 0, verbose: bool = False, waiting: Callable[[str], object] | None = None) -> Result:
    """Run a crawl to its end. Once a process: Scrapy's reactor cannot be started again.

    `waiting` hears for whom we wait; without it, nobody is waited for.
    Raises ArchiveError (the file is no archive, a newer one, or held by another run), ReportError, NothingToDoError,
    RefusedError and LimitsError before anything is asked of the source.
    """
    _check(plan)
    admit(plan.source, waiting)
    with writing(plan.db, plan.command, waiting):
        open_archive(plan.db, create=True).close()
        return _crawl(plan, jobs, verbose)


def _crawl(plan: Plan, jobs: int, verbose: bool) -> Result:
    process = scrapy_process(verbose=verbose, jobs=jobs)
    crawler = process.create_crawler(HistorySpider)
    with crawl_progress() as show:
        for signal in (signals.item_scraped, signals.response_received):
            crawler.signals.connect(lambda spider: show(way_of(spider)), signal, weak=False)
        crawling = process.crawl(crawler, plan=plan)
        process.start()
    spider = crawler.spider
    if not isinstance(spider, HistorySpider):
        crawling.result()  # raises what kept it from starting
        logging.getLogger(__name__).error("the crawl did not start")
        return Result(3, "the crawl did not start", "the crawl did not start")
    return outcome_of(spider)


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
    check_report(plan.report)
    held = []
    if plan.db.exists():
        with closing(open_archive(plan.db, create=True)) as db:
            held = policies(db)
    if not (plan.retailers or held):
        raise NothingToDoError(f"{plan.db} has no retailers yet: name some (see 'policytrail retailers'), or give --retailers")


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a log record says more than the result will: a store that fails is told there, in one line."""
    return not (record.exc_info and isinstance(record.exc_info[1], StoreError))
