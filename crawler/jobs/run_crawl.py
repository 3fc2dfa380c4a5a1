"""Running the spiders that read an archive inside this process, and saying how it went."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import settings as project
from crawler.crawl.plan import CrawlPlan
from crawler.discovery.plan import DiscoveryPlan, retailers_to_discover
from crawler.errors import NothingToDoError
from crawler.jobs.progress import CrawlProgress, DiscoveryProgress, crawl_progress
from crawler.runs import Result, check_report
from crawler.spiders.base import BaseSpider
from crawler.spiders.discover import DiscoverSpider
from crawler.spiders.history import HistorySpider
from crawler.throttling.admission import wait_until_allowed
from crawler.throttling.request_budget import RequestBudget
from db.database import open_archive
from db.errors import StoreError
from db.store.retailers import policies
from db.write_lock import exclusive_writer


def crawl(
    plan: CrawlPlan, *, jobs: int = 0, verbose: bool = False, waiting: Callable[[str], object] | None = None
) -> Result:
    """Run a crawl to its end; first, where addresses are to be found, the search for them, under the same budget.

    Once a process: Scrapy's reactor cannot be started again. `waiting` hears for whom we wait; without it, nobody is.
    Raises ArchiveError (the file is no archive, a newer one, or held by another run), ReportError, NothingToDoError,
    RefusedError and LimitsError before anything is asked of the source.
    """
    _check(plan)
    wait_until_allowed(plan.source, waiting)
    with exclusive_writer(plan.db, plan.command, waiting):
        with closing(open_archive(plan.db, create=True)) as db:
            sought = retailers_to_discover(plan, db)
        process, request_budget = scrapy_process(verbose=verbose, jobs=jobs), RequestBudget(plan.budget)
        crawls = [SpiderRun(process, HistorySpider, plan, request_budget)]
        if sought:
            crawls.insert(
                0, SpiderRun(process, DiscoverSpider, DiscoveryPlan.before(plan, sought), request_budget)
            )
        return _run(process, crawls)


def discover(
    plan: DiscoveryPlan,
    *,
    jobs: int = 0,
    verbose: bool = False,
    waiting: Callable[[str], object] | None = None,
) -> Result:
    """Run a search for addresses to its end, as `crawl` runs a crawl."""
    _check(plan)
    wait_until_allowed(plan.source, waiting)
    with exclusive_writer(plan.db, plan.command, waiting):
        open_archive(plan.db, create=True).close()
        process = scrapy_process(verbose=verbose, jobs=jobs)
        return _run(process, [SpiderRun(process, DiscoverSpider, plan, RequestBudget(plan.budget))])


class SpiderRun:
    """A spider that is to run in a process, alone or behind another one."""

    def __init__(
        self,
        process: AsyncCrawlerProcess,
        spider: type[HistorySpider | DiscoverSpider],
        plan: CrawlPlan | DiscoveryPlan,
        request_budget: RequestBudget,
    ) -> None:
        self.crawler = process.create_crawler(spider)
        self._process, self._arguments = process, dict[str, Any](plan=plan, request_budget=request_budget)

    def begin(self, after: "SpiderRun | None" = None) -> "asyncio.Task[None]":
        if after and isinstance(after.crawler.spider, DiscoverSpider):
            self._arguments["after"] = after.crawler.spider.run
        self._task = self._process.crawl(self.crawler, **self._arguments)
        return self._task

    @property
    def may_go_on(self) -> bool:
        """Whether what comes behind it may begin."""
        spider = self.crawler.spider
        return isinstance(spider, BaseSpider) and not (spider.problem or spider.refused)

    def result(self) -> Result:
        """How it went. Raises what kept it from starting."""
        spider = self.crawler.spider
        if isinstance(spider, BaseSpider) and spider.result:
            return spider.result
        self._task.result()
        logging.getLogger(__name__).error("the crawl did not start")
        return Result(3, "the crawl did not start", "the crawl did not start")


def _run(process: AsyncCrawlerProcess, crawls: Sequence[SpiderRun]) -> Result:
    """Run crawls one after the other, and say how they went."""
    begun = [crawls[0]]

    def go_on(_: object) -> None:
        if len(begun) < len(crawls) and begun[-1].may_go_on:
            begun.append(crawls[len(begun)])
            begun[-1].begin(after=begun[-2]).add_done_callback(go_on)

    with crawl_progress() as show:
        for crawl in crawls:
            for signal in (signals.item_scraped, signals.response_received):
                crawl.crawler.signals.connect(lambda spider: show(_progress_of(spider)), signal, weak=False)
        crawls[0].begin().add_done_callback(go_on)
        process.start()
    results = [crawl.result() for crawl in begun]
    worst = max(reversed(results), key=lambda result: result.exit_status)
    return Result(worst.exit_status, worst.outcome, "\n".join(result.summary for result in results))


def _progress_of(spider: HistorySpider | DiscoverSpider) -> CrawlProgress | DiscoveryProgress:
    if isinstance(spider, DiscoverSpider):
        requests = spider.request_budget.spent - spider.spent_before
        return DiscoveryProgress(spider.done, spider.steps, requests)
    counts, source = spider.counts, spider.source
    done = counts["fetched"] + counts["failed"]
    return CrawlProgress(
        seconds=time.monotonic() - spider.began,
        done=done,
        chosen=max(spider.chosen, done),
        failed=counts["failed"],
        pages=spider.pages,
        unlisted=spider.unlisted,
        retailers=len(spider.policies),
        finished=len(spider.tracker.finished),
        cdx_per_minute=source.cdx_per_minute,
        replay_per_minute=source.replay_per_minute,
    )


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


def _check(plan: CrawlPlan | DiscoveryPlan) -> None:
    """Find what is wrong with the archive file here, where it can be said in a line."""
    check_report(plan.report)
    held = []
    if plan.db.exists():
        with closing(open_archive(plan.db, create=True)) as db:
            held = policies(db)
    if not (plan.retailers or held):
        raise NothingToDoError(
            f"{plan.db} has no retailers yet: name some (see 'policytrail retailers'), or give --retailers"
        )


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a log record says more than the result will: a store that fails is told there, in one line."""
    return not (record.exc_info and isinstance(record.exc_info[1], StoreError))
