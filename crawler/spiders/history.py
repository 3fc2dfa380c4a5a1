"""The spider that lists, chooses and fetches captures, and follows archived redirects."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import scrapy
from scrapy import exceptions, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.crawl import answers
from crawler.crawl.context import CrawlContext
from crawler.crawl.extraction import PolicyExtraction
from crawler.crawl.listing import list_captures, side_by_side
from crawler.crawl.plan import CrawlPlan
from crawler.crawl.policy_tracker import PolicyTracker
from crawler.crawl.retry_queue import RetryQueue
from crawler.crawl.rounds import BisectScheduler
from crawler.crawl.sequential import in_order
from crawler.crawl.summary import budget_is_spent, summarise
from crawler.errors import UnknownDomainError
from crawler.items import FetchResult, FetchTask
from crawler.runs import Run
from crawler.spiders.base import BaseSpider, read_arguments
from crawler.throttling.request_budget import RequestBudget
from crawler.webarchive import replay
from crawler.webarchive.cdx import RowCount
from crawler.webarchive.failures import STOPPED, in_words
from crawler.webarchive.memento import Answer, Kind
from db.database import open_archive, transaction
from db.store import captures, clues, extraction_queue, retailers
from db.store.bodies import Bodies
from db.store.retailers import Page

# The maximum number of requests and captures in extraction at the same time, because bodies that wait for a
# worker take memory.
UNDER_WAY = 64
LISTED_AHEAD = 4  # how many pages are listed ahead, while captures of earlier pages are fetched
# The value of `FetchTask.hops` for the target of a redirect that an earlier run stored but did not request.
# The address that redirected to it is not stored.
BY_A_LINK = ("",)


class HistorySpider(BaseSpider):
    """The spider that fills an archive file with captures.

    Its arguments are a `plan`, or the arguments of `CrawlPlan.make` as strings (`-a db=archive.db -a
    domains=a.example,b.example`). `after` is the run of a search for addresses that this crawl continues, or
    None.
    """

    name = "history"

    def __init__(
        self,
        plan: CrawlPlan | None = None,
        request_budget: RequestBudget | None = None,
        after: Run | None = None,
        **arguments: Any,
    ) -> None:
        self.plan = plan or _plan(arguments)
        super().__init__(
            self.plan.source,
            Run.of(self.plan, create=True, after=after),
            request_budget or RequestBudget(self.plan.budget),
        )
        self.bodies = Bodies(self.db)
        self.tracker = PolicyTracker(lambda: self.is_stopping)
        self.extraction = PolicyExtraction(self.db, self.worker_pool, self.tracker)
        self.scheduler: BisectScheduler | None = None
        self.retry_queue = RetryQueue()
        self.began = time.monotonic()
        self.policies: dict[int, str] = {}  # the domains of the retailers, by policy id
        self.pages = self.unlisted = 0  # the count of all pages, and of pages that are not listed yet
        self.not_listed = 0  # the count of pages that were not listed because the budget was spent
        self.index_rows = RowCount()  # the rows of the complete lists of this run
        self.chosen = 0  # the count of captures that this run requests, one for each digest

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "HistorySpider":
        """Return a spider with the rates of the settings."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        source = spider.source
        spider.configure_throttling(
            crawler, {"cdx": source.cdx_per_minute, "replay": source.replay_per_minute}
        )
        crawler.signals.connect(spider._on_idle, signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """List the pages, and yield the requests for the chosen captures.

        A few pages are listed ahead. Requests wait if too much work is open (see UNDER_WAY).
        """
        if self.stop_if_refused():
            return
        pages = self._store_pages()
        self.pages = self.unlisted = len(pages)
        context = CrawlContext(self.db, self.source, self.plan, self.request_budget, self, self.extraction)
        listed: asyncio.Queue[Page | None] = asyncio.Queue(0 if self.plan.in_rounds else LISTED_AHEAD)
        if self.plan.in_rounds:
            self.scheduler = BisectScheduler(context, pages)
            pages = self.scheduler.in_listing_order(pages)
            batches = self.scheduler.rounds(listed)
        else:
            batches = in_order(context, pages, listed, self._room)
        self._lister = asyncio.create_task(self._list_all(context, pages, listed))
        for policy_id in self.policies:
            if waiting := extraction_queue.unjudged(self.db, policy_id):
                self.extraction.submit(policy_id, waiting)
        async for tasks in batches:
            self.chosen += len(tasks)
            for task in tasks:
                request = self._request(task)
                await self._room()
                yield request
        await asyncio.gather(self._lister, *self.extraction.submitted)

    async def _room(self) -> None:
        """Wait until more requests may begin."""
        await self.tracker.wait_until_at_most(UNDER_WAY)
        if self.crawler.engine and self.crawler.engine.needs_backout():
            await self.crawler.signals.wait_for(signals.scheduler_empty)

    def _store_pages(self) -> list[Page]:
        """Store the plan's retailers, and return all known pages of their policies.

        The pages of one policy follow each other.
        """
        with transaction(self.db):
            for retailer in self.plan.retailers:
                policy_id = retailers.add_policy(self.db, retailer.domain, retailer.name)
                for address, found_by in retailer.pages:
                    page = retailers.add_page(self.db, policy_id, address, found_by)
                    clues.note(self.db, page.id, found_by)
        chosen = retailers.policies(self.db, [retailer.domain for retailer in self.plan.retailers])
        self.policies = dict(chosen)
        return [page for policy_id, _ in chosen for page in retailers.pages(self.db, policy_id)]

    async def _list_all(
        self, context: CrawlContext, pages: list[Page], listed: "asyncio.Queue[Page | None]"
    ) -> None:
        """List all pages, and put each into the queue `listed`.

        After the last page, None is put into the queue. Pages that could not be listed are tried a second
        time.
        """
        failed = []

        async def list_page(page: Page) -> None:
            if self._needs_listing(page) and await self._list(context, page):
                failed.append(page)
            await listed.put(page)
            self.unlisted -= 1

        try:
            # Only `in_order` needs the pages of a policy in their order.
            await side_by_side(pages, lambda page: page.id if self.scheduler else page.policy_id, list_page)
            for page in failed:
                if reason := await self._list(context, page):
                    self.logger.warning("%s: %s", page.url, reason)
                await listed.put(page)
        finally:
            await listed.put(None)

    def _needs_listing(self, page: Page) -> bool:
        # A page that is known only because an archived redirect leads to it is not listed.
        if page.waypoint or self.plan.only is not None:
            return False
        return not (self.scheduler and self.scheduler.needs_no_listing(page))

    async def _list(self, context: CrawlContext, page: Page) -> str | None:
        """List a page. Return the reason if this failed, otherwise None."""
        listing = await list_captures(context, page, lambda new: self.counts.update(listed=new))
        self.counts["excluded"] += listing.state == "excluded"
        self.not_listed += listing.state == "budget"
        self.index_rows += listing.count
        return listing.reason if listing.state == "failed" else None

    def _request(self, task: FetchTask, **meta: Any) -> scrapy.Request:
        """Return the request for a task, and count it as open work of its policy."""
        self.tracker.begin(task.page.policy_id)
        if task.page.waypoint and not task.hops:
            task = replace(task, hops=BY_A_LINK)
        return replay.request(
            self.source,
            task.capture,
            callback=self._on_answer,
            errback=self._on_failure,
            cb_kwargs={"task": task},
            meta=meta,
            priority=len(task.hops) - task.rank,
        )

    def _on_answer(self, response: Response, task: FetchTask) -> Iterator[Any]:
        yield from self._store(task, replay.read(self.source, task.capture, response))

    def _on_failure(self, failure: Failure) -> Iterator[Any]:
        task = failure.request.cb_kwargs["task"]
        if isinstance(failure.value, STOPPED):
            yield FetchResult(task.page.policy_id)
        else:
            yield from self._store(task, Answer(Kind.FAULT, f"no answer: {in_words(failure.value)}"))

    def _store(self, task: FetchTask, answer: Answer) -> Iterator[Any]:
        """Store an answer. Yield the next requests, then the fetch result for the pipeline."""
        stored = answers.store(self.db, self.bodies, task, answer)
        if stored.may_pass:
            self.retry_queue.add(task)
        if stored.state != "not yet":
            self.counts[stored.state] += 1
        for next_task in stored.next_tasks:
            yield self._request(next_task)
        yield FetchResult(task.page.policy_id, stored.fetched)

    def _on_idle(self) -> None:
        """When all other work is done, request captures with temporary failures a second time."""
        tasks = [] if self.stopped_by else list(self.retry_queue.begin(self.db))
        for task in tasks:
            self.counts["failed"] -= len(task.captures)
            if self.crawler.engine:
                self.crawler.engine.crawl(self._request(task, max_retry_times=0))
        if tasks:
            raise exceptions.DontCloseSpider

    def stop(self, reason: str) -> None:
        """End the run. Stop waiting for open work."""
        super().stop(reason)
        self.tracker.wake()

    def closed(self, reason: str) -> None:
        """Store the result of the run."""
        if hasattr(self, "_lister"):
            self._lister.cancel()
        stopped = "stopped" if reason == "shutdown" else f"stopped ({reason})"
        self.note_end(reason, f"{stopped}: run the same command again to go on")
        plan = self.plan
        waiting = captures.to_try(self.db, self.source.name, self.policies, plan.first, plan.last)
        if self.scheduler:
            waiting = self.scheduler.waiting(self.policies, waiting, self.not_listed)
            if waiting and not self.request_budget.left and not self.problem:
                self.problem = budget_is_spent(
                    self.request_budget.limit,
                    waiting,
                    self.not_listed,
                    self.scheduler.open_spans,
                    self.policies,
                )
        self.finish(
            lambda: summarise(self.counts, self.stopped_by, waiting, self.index_rows.note),
            self.policies,
            {"index_rows": self.index_rows.rows, "damaged_rows": self.index_rows.damaged},
        )


def _plan(arguments: dict[str, Any]) -> CrawlPlan:
    """Make a plan from the `-a` arguments of `scrapy crawl`.

    Some arguments have shorter names than in `CrawlPlan.make`: `retailers`, `from`, `to`.
    """
    given = read_arguments(
        arguments,
        numbers=("cdx_per_minute", "replay_per_minute"),
        counts=("budget",),
        flags=("relist", "wait"),
    )
    names = {"retailers": "retailers_csv", "from": "first", "to": "last"}
    plan = CrawlPlan.make(**{names.get(name, name): value for name, value in given.items()})
    with closing(open_archive(plan.db, create=True)) as db:
        unknown = plan.unknown(db)
    if unknown:
        raise UnknownDomainError(
            f"no address of the policy of {unknown[0].domain} is known: find one with "
            "'policytrail discover', or give it in a CSV file (columns domain,policy_url) with --retailers"
        )
    return plan
