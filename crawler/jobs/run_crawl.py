"""The run of a crawl or of a search for addresses in this process."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from twisted.internet.base import ReactorBase

from crawler import settings as project
from crawler.crawl.plan import CrawlPlan
from crawler.discovery.plan import DiscoveryPlan, retailers_to_discover
from crawler.errors import MACHINE_ERRORS, STOPPED_RUN, NothingToDoError
from crawler.jobs.brought import with_news
from crawler.jobs.estimate import CrawlProgress, DiscoveryProgress
from crawler.jobs.progress import crawl_progress
from crawler.runs import Result, check_report
from crawler.spiders.base import BaseSpider
from crawler.spiders.discover import DiscoverSpider
from crawler.spiders.history import HistorySpider
from crawler.throttling.admission import wait_until_allowed
from crawler.throttling.request_budget import RequestBudget
from crawler.webarchive.sources import Source
from crawler.workers.limits import check_memory
from db.database import open_archive
from db.store.retailers import policies
from db.write_lock import exclusive_writer


def crawl(plan: CrawlPlan, *, jobs: int = 0, waiting: Callable[[str], object] | None = None) -> Result:
    """Run a crawl to its end, and return the result.

    For retailers without a known address, search for addresses first, with the same request budget. Call this
    only once in a process, because Scrapy cannot start again. If the crawl must wait for another run or for
    the web archive, call `waiting` with a line of text. Without `waiting`, do not wait.

    Raises before the first request: ArchiveError (the file is no archive file, of a newer version, or
    locked), ReportError, NothingToDoError, RefusedError, LimitsError,
    WorkersError.
    """
    _check(plan)
    wait_until_allowed(plan.source, waiting)
    with exclusive_writer(plan.db, plan.command, waiting):
        with closing(open_archive(plan.db, create=True)) as db:
            to_discover = retailers_to_discover(plan, db)
        process, request_budget = (
            scrapy_process(plan.source, jobs=jobs),
            RequestBudget(plan.budget),
        )
        runs = [SpiderRun(process, HistorySpider, plan, request_budget)]
        if to_discover:
            runs.insert(
                0, SpiderRun(process, DiscoverSpider, DiscoveryPlan.before(plan, to_discover), request_budget)
            )
        return _run(process, runs, plan.db)


def discover(
    plan: DiscoveryPlan,
    *,
    jobs: int = 0,
    waiting: Callable[[str], object] | None = None,
) -> Result:
    """Run a search for addresses to its end, and return the result.

    `waiting` and the errors are as in `crawl`.
    """
    _check(plan)
    wait_until_allowed(plan.source, waiting)
    with exclusive_writer(plan.db, plan.command, waiting):
        process = scrapy_process(plan.source, jobs=jobs)
        run = SpiderRun(process, DiscoverSpider, plan, RequestBudget(plan.budget))
        return _run(process, [run], plan.db)


class SpiderRun:
    """One spider of a process, which runs alone or after another spider."""

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
        """Start the spider. A crawl after a search for addresses continues the same run."""
        if after and isinstance(after.crawler.spider, DiscoverSpider):
            self._arguments["after"] = after.crawler.spider.run
        self._task = self._process.crawl(self.crawler, **self._arguments)
        return self._task

    @property
    def next_may_begin(self) -> bool:
        """Whether the next spider may start: this one was not stopped."""
        spider = self.crawler.spider
        return isinstance(spider, BaseSpider) and not (spider.problem or spider.refused)

    @property
    def news(self) -> list[dict[str, Any]]:
        """What the spider and those before it brought; [] if it did not start or brought nothing."""
        spider = self.crawler.spider
        return spider.run.news if isinstance(spider, BaseSpider) else []

    def result(self) -> Result:
        """Return the result of the spider. Raises the error that prevented its start."""
        spider = self.crawler.spider
        if isinstance(spider, BaseSpider) and spider.result:
            return spider.result
        if not self._task.done():  # Ctrl-C came before the spider began
            return Result(3, "stopped", STOPPED_RUN)
        self._task.result()
        logging.getLogger(__name__).error("the crawl did not start")
        return Result(3, "the crawl did not start", "the crawl did not start")


def _run(process: AsyncCrawlerProcess, runs: Sequence[SpiderRun], path: Path) -> Result:
    """Run spiders one after the other, and return one result for all of them, with its news.

    `path` is the archive file.
    """
    begun = [runs[0]]

    def begin_next(_: object) -> None:
        if len(begun) < len(runs) and begun[-1].next_may_begin:
            begun.append(runs[len(begun)])
            begun[-1].begin(after=begun[-2]).add_done_callback(begin_next)

    with crawl_progress() as show:
        for run in runs:
            for signal in (signals.item_scraped, signals.response_received):
                run.crawler.signals.connect(lambda spider: show(_progress_of(spider)), signal, weak=False)
        runs[0].begin().add_done_callback(begin_next)
        process.start()
    results = [run.result() for run in begun]
    worst = max(reversed(results), key=lambda result: result.exit_status)
    result = Result(worst.exit_status, worst.outcome, "\n".join(result.summary for result in results))
    return with_news(result, path, next((run.news for run in reversed(begun) if run.news), ()))


def _progress_of(spider: HistorySpider | DiscoverSpider) -> CrawlProgress | DiscoveryProgress:
    if isinstance(spider, DiscoverSpider):
        requests = spider.request_budget.spent - spider.spent_before
        return DiscoveryProgress(spider.done, spider.steps, requests)
    counts, source = spider.counts, spider.source
    done = counts["fetched"] + counts["failed"]
    return CrawlProgress(
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


def scrapy_process(source: Source, *, jobs: int = 0) -> AsyncCrawlerProcess:
    """Return a Scrapy process with the project's settings, for requests to a web archive.

    Errors that the result reports are left out of the log. Without a contact in the User-Agent, a web archive
    of others cannot write before it blocks (docs/wayback.md "Rate limits"); the log asks for one.
    """
    # Twisted's timers use the time of day. A clock that is set back would stop a crawl for as long.
    ReactorBase.seconds = staticmethod(time.monotonic)
    settings = Settings()
    settings.setmodule(project)
    settings.set("SPIDER_MODULES", [])  # by their names they are not looked for here
    settings.set("EXTRACTION_JOBS", jobs)
    settings.set("LOG_LEVEL", "WARNING")
    settings.set("LOG_INSTALL_ROOT_HANDLER", not logging.root.handlers)  # else the command has its own
    process = AsyncCrawlerProcess(settings)
    # Scrapy writes a record for each request and answer; without -v, nobody reads it.
    logging.getLogger("scrapy").setLevel(logging.NOTSET)
    for name in ("scrapy.core.scraper", "scrapy.core.engine", "scrapy.utils.signal", "asyncio"):
        logging.getLogger(name).addFilter(_is_news)
    if not (source.is_private or project.CONTACT):
        logging.getLogger(__name__).warning(
            "set POLICYTRAIL_CONTACT to your e-mail address, so that %s can write to you before it blocks "
            "requests",
            source.name,
        )
    return process


def _check(plan: CrawlPlan | DiscoveryPlan) -> None:
    """Check before a run that the report, the archive file and the memory are usable.

    The user then gets an error of one line, and not a failed run.
    """
    check_report(plan.report)
    check_memory(project.EXTRACTION_MEGABYTES)
    stored = []
    if plan.db.exists():
        with closing(open_archive(plan.db, create=True)) as db:
            stored = policies(db)
    if not (plan.retailers or stored):
        raise NothingToDoError(
            f"{plan.db} has no retailers yet: name some (see 'policytrail retailers'), or give --retailers"
        )


def _is_news(record: logging.LogRecord) -> bool:
    """Return whether a log record is none of MACHINE_ERRORS. The result reports these errors."""
    return not (record.exc_info and isinstance(record.exc_info[1], MACHINE_ERRORS))
