"""The spider that rebuilds the history of policies: list a page's captures, choose, fetch, follow archived redirects."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import closing, suppress
from typing import Any

import scrapy
from scrapy import exceptions, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.crawl import listing, redirects
from crawler.crawl.plan import CrawlPlan
from crawler.crawl.retry_queue import RetryQueue
from crawler.crawl.rounds import BisectScheduler
from crawler.crawl.sequential import in_order
from crawler.crawl.summary import outcome_of
from crawler.errors import ReportError, UnknownDomainError
from crawler.items import FetchResult
from crawler.runs import Run
from crawler.spiders.base import REASONS, BaseSpider, read_arguments
from crawler.throttling.rate_limiter import LOOK_SECONDS
from crawler.throttling.request_budget import RequestBudget
from crawler.webarchive import replay
from crawler.webarchive.failures import STOPPED, in_words
from crawler.webarchive.memento import Answer, Kind
from db import times
from db.database import open_archive, transaction
from db.errors import StoreError
from db.store import captures, clues, extraction_queue, retailers
from db.store.bodies import Bodies
from db.store.captures import Capture, Replayed
from db.store.retailers import Page

UNDER_WAY = 64  # requests and judgements from which no more are begun: what waits for a worker takes memory
LISTED_AHEAD = 4  # pages whose captures are listed while those of others are fetched
BY_A_LINK = (
    "",
)  # the hops of a redirect's target that an earlier run did not come to: where they began is forgotten
FRESH = (
    48 * 3600
)  # seconds after a capture in which the archive may not show it yet (wayback.md section 5: about 12 hours)


class HistorySpider(BaseSpider):
    """Fill an archive file. Arguments: `plan`, or those of `CrawlPlan.make` as strings (`-a db=… -a domains=a.example,…`)."""

    name = "history"

    def __init__(
        self,
        plan: CrawlPlan | None = None,
        request_budget: RequestBudget | None = None,
        after: Run | None = None,
        **arguments: Any,
    ) -> None:
        self.plan = plan or _plan(arguments)
        super().__init__(request_budget or RequestBudget(self.plan.budget))
        self.source = self.plan.source
        self.run = Run.of(self.plan, create=True, after=after)
        self.db = self.run.db
        self.bodies = Bodies(self.db)
        self._open: Counter[int] = Counter()  # requests under way, by policy
        self._under_way = 0  # all of these
        self._ended = asyncio.Event()  # one of them has come to its end, or the run is being stopped
        self._asked_all: set[int] = set()  # policies whose captures have all been asked for
        self.policies: dict[int, str] = {}  # their retailers, by id
        self.rounds: BisectScheduler | None = None
        self.began = time.monotonic()
        self.finished: set[int] = set()  # policies whose history is up to date with all that could be had
        self.pages = self.unlisted = (
            0  # pages of the plan, and those of them whose captures are not listed yet
        )
        self._second_try = RetryQueue()
        self._judged: list[asyncio.Task[FetchResult]] = []
        self.chosen = 0  # captures, one for each digest, that this run wants
        self.waiting = 0  # captures and listings that the next run will try again

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "HistorySpider":
        """Make a spider whose pace and client name follow the settings."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.configure_throttling(
            crawler, {"cdx": spider.source.cdx_per_minute, "replay": spider.source.replay_per_minute}
        )
        crawler.signals.connect(spider._on_idle, signals.spider_idle)
        return spider

    judge: Callable[[FetchResult], asyncio.Task[FetchResult]]  # set by the pipeline

    async def start(self) -> AsyncIterator[Any]:
        """List the pages, a few ahead, and ask for the chosen captures of each as there is room."""
        if self.stay_away():
            return
        pages = self._pages()
        self.pages = self.unlisted = len(pages)
        self.rounds = BisectScheduler(self, pages) if self.plan.in_rounds else None
        listed: asyncio.Queue[Page | None] = asyncio.Queue(0 if self.plan.in_rounds else LISTED_AHEAD)
        self._lister = asyncio.create_task(self._list_all(pages, listed))
        for policy_id in self.policies:
            if leftovers := extraction_queue.unjudged(self.db, policy_id):
                self.judge_held(policy_id, leftovers)
        async for request in self.rounds.requests(listed) if self.rounds else in_order(self, pages, listed):
            await self.room()
            yield request
        await asyncio.gather(self._lister, *self._judged)

    def asked_all(self, policy_id: int) -> None:
        """Take note that no more captures of a policy will be asked for but those under way."""
        self._asked_all.add(policy_id)
        self.judge_held(policy_id, ())

    async def quiet(self) -> None:
        """Wait until all that was asked for is answered and judged, or the run is being stopped."""
        await self._until_at_most(0)

    async def room(self) -> None:
        """Wait until more can be asked for."""
        await self._until_at_most(UNDER_WAY)
        if self.crawler.engine and self.crawler.engine.needs_backout():
            await self.crawler.signals.wait_for(signals.scheduler_empty)

    async def _until_at_most(self, number: int) -> None:
        while self._under_way > number and not self.is_stopping:
            self._ended.clear()
            with suppress(TimeoutError):  # what waits in Scrapy's queue when it is told to stop never ends
                await asyncio.wait_for(self._ended.wait(), LOOK_SECONDS)

    def judge_held(self, policy_id: int, capture_ids: Iterable[int]) -> None:
        """Have captures judged that no response brought. Not as items of `start`: a stop would wait for those for ever."""
        self._begin(policy_id)
        self._judged.append(self.judge(FetchResult(policy_id, tuple(capture_ids))))

    def _begin(self, policy_id: int) -> None:
        self._open[policy_id] += 1
        self._under_way += 1

    def is_last(self, policy_id: int) -> bool:
        """Take note that one request of a policy has come to its end; whether it was the last that the policy waited for."""
        self._open[policy_id] -= 1
        self._under_way -= 1
        self._ended.set()
        done = policy_id in self._asked_all and self._open[policy_id] == 0
        self.finished |= {policy_id} if done else set()
        return done

    def closed(self, reason: str) -> None:
        """Write down how the run ended."""
        if hasattr(self, "_lister"):
            self._lister.cancel()
        self.count_requests()
        if reason not in ("finished", *REASONS):
            stopped = "stopped" if reason == "shutdown" else f"stopped ({reason})"
            self.problem = self.problem or f"{stopped}: run the same command again to go on"
        self.waiting = captures.to_try(
            self.db, self.source.name, self.policies, self.plan.first, self.plan.last
        )
        if self.rounds:
            self.waiting = self.rounds.waiting(self.waiting)
            self.problem = self.problem or self.rounds.problem()
        try:
            self.run.finish(outcome_of(self), self.counts, self.policies)
        except (StoreError, ReportError) as error:
            self.problem = str(error)
        self.run.close()

    def _pages(self) -> list[Page]:
        """Enter the plan's retailers; give their pages, and all that the archive knows of them, policy by policy."""
        with transaction(self.db):
            for retailer in self.plan.retailers:
                policy_id = retailers.add_policy(self.db, retailer.domain, retailer.name)
                for address in retailer.addresses:
                    page = retailers.add_page(self.db, policy_id, address, retailer.found_by)
                    clues.note(self.db, page.id, retailer.found_by)
        chosen = retailers.policies(self.db, [retailer.domain for retailer in self.plan.retailers])
        self.policies = dict(chosen)
        return [page for policy_id, _ in chosen for page in retailers.pages(self.db, policy_id)]

    async def _list_all(self, pages: list[Page], listed: asyncio.Queue[Page | None]) -> None:
        failed = []
        try:
            for page in pages:
                # What only a redirect led to is no page of its own yet.
                known = (self.rounds and self.rounds.goes_on(page)) or self.plan.only is not None
                if not page.waypoint and not known and await listing.list_captures(self, page):
                    failed.append(page)
                await listed.put(page)
                self.unlisted -= 1
            for page in failed:
                if reason := await listing.list_captures(self, page):
                    self.logger.warning("%s: %s", page.url, reason)
                await listed.put(page)
        finally:
            await listed.put(None)

    def ask_for(
        self, page: Page, group: list[Capture], hops: tuple[str, ...] = (), **meta: Any
    ) -> scrapy.Request:
        """Ask for the first of a group of twins; the others are its substitutes. `hops` are the urlkeys that led here."""
        self._begin(page.policy_id)
        hops = hops or (BY_A_LINK if page.waypoint else ())
        return replay.request(
            self.source,
            group[0],
            callback=self._on_answer,
            errback=self._on_failure,
            cb_kwargs={"page": page, "group": group, "hops": hops},
            meta=meta,
            priority=len(hops),
        )

    def _on_answer(
        self, response: Response, page: Page, group: list[Capture], hops: tuple[str, ...]
    ) -> Iterator[Any]:
        answer = replay.read(self.source, group[0], response)
        if answer.kind is Kind.MEMENTO:
            yield from self._on_memento(answer, page, group, hops)
        else:
            yield from self._on_miss(answer, page, group, hops)

    def _on_memento(
        self, answer: Answer, page: Page, group: list[Capture], hops: tuple[str, ...]
    ) -> Iterator[Any]:
        """Store a capture and share it with its twins; revisits that turn out to be redirects are asked for one by one."""
        capture, twins_left = group[0], group[1:] if answer.location else []
        with transaction(self.db):
            replayed = Replayed(self.source.name, answer.body, answer.headers, answer.status, times.now())
            captures.set_fetched(self.db, self.bodies, capture, replayed)
            shared = captures.share_fetched(self.db, capture)
            onward = redirects.target(self.db, page, capture, answer.location, (*hops, page.urlkey))
        self.counts["fetched"] += 1
        if onward:
            yield self.ask_for(*onward, (*hops, page.urlkey))
        if twins_left:
            yield self.ask_for(page, twins_left, hops)
        yield FetchResult(page.policy_id, (capture.id, *shared))

    def _on_miss(
        self, answer: Answer, page: Page, group: list[Capture], hops: tuple[str, ...]
    ) -> Iterator[Any]:
        """Record why a capture could not be had; try its next twin, or, at the end of a redirect, its neighbour in time."""
        capture, substitutes = group[0], group[1:]
        onward: tuple[Page, list[Capture]] | None = (page, substitutes) if substitutes else None
        not_yet = answer.kind in (Kind.NEAREST, Kind.NOT_ARCHIVED) and _is_fresh(capture.timestamp)
        with transaction(self.db):
            state = "excluded" if answer.kind is Kind.EXCLUDED else "failed"
            final = bool(hops) and answer.kind is not Kind.FAULT  # no index says that it should be there
            if not_yet:
                captures.set_not_yet(self.db, capture.id, answer.reason)
            else:
                captures.set_failed(self.db, capture.id, answer.reason, state=state, final=final)
            if hops and answer.kind is Kind.NEAREST:
                onward = redirects.neighbour(self.db, page, capture, answer.timestamp) or onward
            if answer.kind is Kind.FAULT:
                self._second_try.note(page, capture, hops)
        self.counts[state] += not not_yet
        if onward:
            yield self.ask_for(*onward, hops)
        yield FetchResult(page.policy_id)

    def _on_failure(self, failure: Failure) -> Iterator[Any]:
        request = failure.request
        if isinstance(failure.value, STOPPED):
            yield FetchResult(request.cb_kwargs["page"].policy_id)
        else:
            yield from self._on_miss(
                Answer(Kind.FAULT, f"no answer: {in_words(failure.value)}"), **request.cb_kwargs
            )

    def _on_idle(self) -> None:
        """When all else is done, ask once more for what failed and may have passed by now."""
        groups = [] if self.problem or self.refused else list(self._second_try.begin(self.db))
        for page, group, hops in groups:
            self.counts["failed"] -= len(group)
            if self.crawler.engine:
                self.crawler.engine.crawl(self.ask_for(page, group, hops, max_retry_times=0))
        if groups:
            raise exceptions.DontCloseSpider

    def stop(self, reason: str) -> None:
        """End the run, and wait no longer for what is under way."""
        super().stop(reason)
        self._ended.set()


def _plan(arguments: dict[str, Any]) -> CrawlPlan:
    """Read `-a` arguments, some of which have shorter names."""
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
        hint = "find one with 'policytrail discover', or give it in a CSV file (columns domain,policy_url) with --retailers"
        raise UnknownDomainError(f"no address of the policy of {unknown[0].domain} is known: {hint}")
    return plan


def _is_fresh(timestamp: str) -> bool:
    moment = times.moment(timestamp)
    return moment is not None and times.clock() - moment.timestamp() < FRESH
