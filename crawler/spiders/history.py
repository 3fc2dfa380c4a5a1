"""The spider that lists, chooses and fetches captures, and follows archived redirects."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
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
from crawler.crawl.pages import store_pages
from crawler.crawl.plan import CrawlPlan
from crawler.crawl.policy_tracker import PolicyTracker
from crawler.crawl.retry_queue import RetryQueue
from crawler.crawl.rounds import BisectScheduler
from crawler.crawl.sequential import in_order
from crawler.crawl.states import probe
from crawler.crawl.states.provisional import CaptureCounts
from crawler.crawl.states.readmission import readmit_one, readmit_rest
from crawler.crawl.summary import budget_is_spent, summarise, without_address
from crawler.errors import GO_ON, UnknownDomainError
from crawler.items import FetchResult, FetchTask
from crawler.runs import Run, with_undone
from crawler.spiders.base import BaseSpider, read_arguments
from crawler.throttling.request_budget import RequestBudget
from crawler.webarchive import replay
from crawler.webarchive.cdx import RowCount
from crawler.webarchive.failures import STOPPED, DroppedError
from crawler.webarchive.faults import Sign
from crawler.webarchive.memento import Answer, Kind, is_memento
from db import times
from db.database import open_archive
from db.errors import StoreError
from db.store import extraction_queue, retailers
from db.store.bodies import Bodies
from db.store.retailers import Page
from db.store.runs.waiting import of_captures, unlisted

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
        self.search_id = after.id if after else None
        self.bodies = Bodies(self.db)
        self.tracker = PolicyTracker(lambda: self.is_stopping)
        self.extraction = PolicyExtraction(
            self.db, self.worker_pool, self.tracker, lambda: self.is_interrupted
        )
        self.scheduler: BisectScheduler | None = None
        self.retry_queue = RetryQueue()
        self.captures = CaptureCounts(self.db, self.counts)
        self.started_at = times.now()
        self.probed = False
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
        self.policies, pages = store_pages(self.db, self.plan, self.search_id)
        self.pages = self.unlisted = len(pages)
        self.context = context = CrawlContext(
            self.db, self.source, self.plan, self.request_budget, self, self.extraction
        )
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
                await self._room()
                for request in self._requests([task]):
                    yield request
        await asyncio.gather(self._lister, *self.extraction.submitted)

    async def _room(self) -> None:
        """Wait until more requests may begin."""
        await self.tracker.wait_until_at_most(UNDER_WAY)
        if self.crawler.engine and self.crawler.engine.needs_backout():
            await self.crawler.signals.wait_for(signals.scheduler_empty)

    async def _list_all(
        self, context: CrawlContext, pages: list[Page], listed: "asyncio.Queue[Page | None]"
    ) -> None:
        """List all pages, and put each into the queue `listed`, once.

        After the last page, None is put into the queue. Pages that could not be listed are tried a second
        time before they are put into it.
        """
        failed = []

        async def put(page: Page, *, was_excluded: bool) -> None:
            self._readmit_one(context, page, was_excluded=was_excluded)
            await listed.put(page)
            self.unlisted -= 1

        async def list_page(page: Page) -> None:
            was_excluded = retailers.listing(self.db, page.id) == "excluded"
            if self._needs_listing(page) and await self._list(context, page):
                failed.append((page, was_excluded))
            else:
                await put(page, was_excluded=was_excluded)

        try:
            # Only `in_order` needs the pages of a policy in their order.
            await side_by_side(pages, lambda page: page.id if self.scheduler else page.policy_id, list_page)
            for page, was_excluded in failed:
                if (reason := await self._list(context, page)) and not self.is_stopping:
                    self.logger.warning("%s: %s", page.url, reason)
                await put(page, was_excluded=was_excluded)
        finally:
            await listed.put(None)

    def _readmit_one(self, context: CrawlContext, page: Page, *, was_excluded: bool) -> None:
        listing = retailers.listing(self.db, page.id)
        if self.plan.only is not None or listing in ("failed", "excluded"):
            return
        at_once = was_excluded or self.plan.asks_again(self.policies[page.policy_id])
        readmit_one(context, page, at_once=at_once)

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

    def _requests(self, tasks: Iterable[FetchTask], **meta: Any) -> Iterator[scrapy.Request]:
        """Yield the requests for tasks, and count each as open work of its policy."""
        for given in tasks:
            by_a_link = given.page.waypoint and not given.hops
            task = replace(given, hops=BY_A_LINK) if by_a_link else given
            self.tracker.begin(task.page.policy_id)
            if self.scheduler:
                self.scheduler.mark_requested(task.capture)
            number = self.open_requests.begin()
            self.open_requests.set(number, partial(self._on_lost, task, number))
            try:
                yield replay.request(
                    self.source,
                    task.capture,
                    callback=self._on_answer,
                    errback=self._on_failure,
                    cb_kwargs={"task": task, "number": number},
                    meta=meta,
                    priority=len(task.hops) - task.rank,
                )
            except ValueError as error:  # Scrapy makes no request of this address
                self._end_without_scrapy(self._fail(task, number, DroppedError(str(error))))

    def _on_answer(self, response: Response, task: FetchTask, number: int) -> Iterator[Any]:
        try:
            answer = replay.read(self.source, task.capture, response)
        except Exception as error:  # whatever the archive sent, the capture ends with a reason
            self.logger.exception("%s could not be read", response.url)
            answer = Answer(Kind.FAULT, f"its answer cannot be read: {type(error).__name__}")
        yield from self._store(task, number, answer)

    def _on_failure(self, failure: Failure) -> Iterator[Any]:
        named = failure.request.cb_kwargs
        yield from self._fail(named["task"], named["number"], self.failure_of(failure.value))

    def _fail(self, task: FetchTask, number: int, error: BaseException) -> Iterator[Any]:
        """End a task that has no answer. It stays as it was if the run is being stopped."""
        if isinstance(error, STOPPED):
            if self.open_requests.end(number):
                yield self._result(task, number, ())
        else:
            yield from self._store(task, number, replay.no_answer(error))

    def _on_lost(self, task: FetchTask, number: int, error: DroppedError) -> None:
        self.open_requests.set(number, lambda _: None)
        self._end_without_scrapy(self._fail(task, number, error))

    def _store(self, task: FetchTask, number: int, answer: Answer) -> Iterator[Any]:
        """Store an answer. Yield the next requests, then the fetch result for the pipeline.

        Nothing is yielded for an answer that comes after its request was counted as lost.
        """
        if not self.open_requests.end(number):
            return
        try:
            stored = answers.store(self.db, self.bodies, task, answer)
        except StoreError:
            raise
        except Exception as error:
            self.logger.exception("%s could not be stored", task.capture.original)
            fault = Answer(Kind.FAULT, f"its answer cannot be stored: {type(error).__name__}")
            stored = answers.store(self.db, self.bodies, task, fault)
        if stored.may_pass:
            self.retry_queue.add(task)
        self.captures.add(stored, answer)
        next_tasks = list(stored.next_tasks)
        if stored.state == "fetched" and stored.before.asked_at:
            rest = readmit_rest(self.context, task.page, self.started_at)
            next_tasks += [] if self.scheduler else rest
        result = self._result(task, number, stored.fetched)
        yield from self._requests(next_tasks)
        yield result

    def _result(self, task: FetchTask, number: int, fetched: tuple[int, ...]) -> FetchResult:
        """Return the result of a task. If it never reaches the pipeline, it is processed without Scrapy."""
        result = FetchResult(task.page.policy_id, fetched, number)
        self.open_requests.set(number, lambda _: self.extraction.process_later(result))
        return result

    def _end_without_scrapy(self, outputs: Iterator[Any]) -> None:
        """Take the requests and the result that a callback would yield to Scrapy."""
        for one in outputs:
            if isinstance(one, FetchResult):
                self.open_requests.end(one.number)
                self.extraction.process_later(one)
            elif self.crawler.engine:
                self.crawler.engine.crawl(one)

    def take_sign(self, request: scrapy.Request, sign: Sign, words: str) -> None:
        """Take what an answer says about the archive.

        After some faults, request a capture that came before, or one of a page without faults.
        """
        super().take_sign(request, sign, words)
        if sign is Sign.ANSWERED:
            return
        if page_id := request.meta.get("page"):
            self.captures.provisional.pages.add(page_id)
        service = request.meta["kind"]
        if self.faults.begin_probe(service):
            self._probe(service)

    def _probe(self, service: str) -> bool:
        """Probe a service (see `probe.request`). Return False if nothing was sent."""
        request = probe.request(self.context, service, self.captures.provisional.pages)
        is_sent = self.send_probe(request, self._on_probe)
        self.probed = self.probed or (is_sent and service == "replay")
        return is_sent

    def _on_probe(self, response: Response) -> None:
        headers = [(name.decode("latin-1"), "") for name in response.headers]
        if is_memento(headers):
            self.captures.confirm()

    def _on_idle(self) -> None:
        """When all other work is done, request captures with temporary failures a second time.

        If all captures failed, or some are forbidden, first find out whether the archive shows any.
        """
        if error := self.extraction.fatal_error:
            self.stop_for(error)
        if self.stopped_by:
            return
        if self.open_requests.end_lost() or self.extraction.in_background:
            raise exceptions.DontCloseSpider
        doubtful = self.captures.provisional.has_forbidden or self.faults.has_not_answered("replay")
        if doubtful and not self.probed and self._probe("replay"):
            raise exceptions.DontCloseSpider
        tasks = list(self.retry_queue.begin(self.db))
        self._end_without_scrapy(self._requests(tasks, max_retry_times=0))
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
        self.note_end(reason, f"{stopped}: {GO_ON}")
        self.note_outage()
        plan = self.plan
        if self.stopped_by:
            with suppress(StoreError):
                self.captures.give_back()
        missing = of_captures(
            self.db, self.source.name, self.policies, plan.first, plan.last, since=self.started_at
        )
        waiting = missing.to_try + unlisted(self.db, self.policies)
        if self.scheduler:
            waiting = self.scheduler.waiting(self.policies, waiting, self.not_listed)
            if waiting and not self.request_budget.left and not self.problem:
                limit, spans = self.request_budget.limit, self.scheduler.open_spans
                self.problem = budget_is_spent(limit, waiting, self.not_listed, spans, self.policies)
        findings = without_address(self.db, self.policies.values())
        note, has_asked = self.index_rows.note, self.index_answers > 0
        self.finish(
            lambda: with_undone(
                summarise(
                    self.counts, self.stopped_by, waiting, note, missing, findings, has_asked=has_asked
                ),
                self.extraction.undone,
            ),
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
