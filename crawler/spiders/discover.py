"""The spider that searches the addresses of policies, one strategy after the other."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import Crawler

from crawler.crawl.pages import is_after_outage
from crawler.crawl.states import probe
from crawler.crawl.states.provisional import ProvisionalFailures
from crawler.discovery.candidates import accept_only_regional
from crawler.discovery.plan import DiscoveryPlan
from crawler.discovery.session import DiscoveryContext, DiscoverySession
from crawler.discovery.strategies import STRATEGIES, SUCCESSOR, Strategy, try_strategy
from crawler.discovery.summary import outcome_of, summarise
from crawler.errors import MACHINE_ERRORS, STOPPED_RUN, ReportError
from crawler.retailer_lists import Retailer
from crawler.runs import Result, Run, with_undone
from crawler.spiders.base import BaseSpider, read_arguments
from crawler.throttling.request_budget import RequestBudget
from crawler.webarchive.failures import STOPPED
from crawler.webarchive.faults import Sign
from crawler.workers.pool import WorkerPool
from db.errors import StoreError
from db.store import retailers, searches
from db.store.bodies import Bodies

# How many retailers are searched at once: while the index answers for one, captures of others are fetched.
CONCURRENT_RETAILERS = 4


class DiscoverSpider(BaseSpider):
    """The spider that searches addresses of policies and stores them in the archive file.

    Its arguments are a `plan`, or the arguments of `DiscoveryPlan.make` as strings. The search consists of
    steps: one strategy for one retailer. `done` of `steps` are finished.
    """

    name = "discover"
    # No pipeline, because the discovery sessions extract the texts of captures themselves.
    custom_settings = {"ITEM_PIPELINES": {}}  # noqa: RUF012 - Scrapy reads it, nobody writes it
    extraction: WorkerPool

    def __init__(
        self, plan: DiscoveryPlan | None = None, request_budget: RequestBudget | None = None, **arguments: Any
    ) -> None:
        self.plan = plan or _plan(arguments)
        super().__init__(
            self.plan.source,
            Run.of(self.plan, create=True),
            request_budget or RequestBudget(self.plan.budget),
        )
        self.sessions: list[DiscoverySession] = []
        self.done = self.steps = 0
        self.provisional = ProvisionalFailures()
        self._answered: dict[str, scrapy.Request] = {}  # the last request that each service answered

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "DiscoverSpider":
        """Return a spider with the rates and the worker processes of the settings."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.configure_throttling(
            crawler, {"cdx": spider.source.cdx_per_minute, "replay": spider.source.replay_per_minute}
        )
        spider.extraction = spider.worker_pool()
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Run the whole search.

        Scrapy expects requests from this method. It yields none, because the search sends its requests
        itself.
        """
        if self.stop_if_refused():
            return
        self._work = asyncio.create_task(self._search())
        try:
            await self._work
        except MACHINE_ERRORS as error:
            self.stop_for(error)
        except STOPPED:
            pass  # whatever stopped the run has reported the reason
        except Exception:
            self.problem = "the search ended with an error in policytrail: see the log"
            raise
        no_requests: tuple[scrapy.Request, ...] = ()
        for request in no_requests:
            yield request

    async def _search(self) -> None:
        """Run each strategy for all retailers before the next strategy, cheap ones first."""
        context = DiscoveryContext(
            self.db, Bodies(self.db), self.source, self, self.extraction, self.provisional
        )
        self.sessions = [
            DiscoverySession(context, retailer, again=self._asks_again(retailer.domain))
            for retailer in self._retailers()
        ]
        strategies = [strategy for strategy in STRATEGIES if strategy.name in self.plan.strategies]
        self.steps = len(strategies) * len(self.sessions)
        room = asyncio.Semaphore(CONCURRENT_RETAILERS)
        for strategy in strategies:
            steps = (self._step(session, strategy, room) for session in self.sessions)
            ended = await asyncio.gather(*steps, return_exceptions=True)
            errors = [error for error in ended if isinstance(error, BaseException)]
            if errors:
                raise min(errors, key=lambda error: not isinstance(error, MACHINE_ERRORS))
            if self.is_stopping:
                return
        for session in self.sessions:
            await accept_only_regional(session)
            session.store_costs()
        for session in self.sessions:
            await self.extraction.derive(session.policies["privacy"])

    async def _step(self, session: DiscoverySession, strategy: Strategy, room: asyncio.Semaphore) -> None:
        async with room:
            if not (session.excluded or self.is_stopping):
                await try_strategy(session, strategy, with_successors=SUCCESSOR in self.plan.strategies)
        self.done += 1

    def take_sign(self, request: scrapy.Request, sign: Sign, words: str) -> None:
        """Take what an answer says about the archive.

        After some faults, repeat a request that was answered, to tell the archive's from those of some hosts.
        """
        super().take_sign(request, sign, words)
        service = request.meta["kind"]
        if sign is Sign.ANSWERED:
            self._answered[service] = request
        elif (known := self._answered.get(service)) and self.faults.begin_probe(service):
            meta = {**known.meta, "on_sent": None}
            again = known.replace(priority=probe.PRIORITY, dont_filter=True, meta=meta)
            self.send_probe(again, lambda _: None)

    def _asks_again(self, domain: str) -> bool:
        """Whether to repeat a search that came to its end; one that was interrupted goes on instead."""
        again = self.plan.again is None or domain in self.plan.again
        return again and not searches.is_open(self.db, domain, self.source.name, self.plan.strategies)

    def _retailers(self) -> list[Retailer]:
        """Return the retailers of the plan, or without any, all retailers in the archive file.

        After a run that an outage ended, those come last whose search it interrupted. So hosts that always
        fail do not keep the run from all others.
        """
        stored = [Retailer(domain, None, (), "given") for _, domain in retailers.policies(self.db)]
        chosen, archive = list(self.plan.retailers) or stored, self.source.name
        if is_after_outage(self.db, "crawl", "discover"):
            chosen.sort(key=lambda one: searches.interrupted_at(self.db, one.domain, archive) or "")
        return chosen

    def closed(self, reason: str) -> None:
        """Store the result of the run.

        If something stopped the run, the next one computes the histories.
        """
        if hasattr(self, "_work"):
            self._work.cancel()
        self.extraction.close()
        self.note_end(reason, STOPPED_RUN)
        self.note_outage()
        given_back = self.provisional.give_back(self.db) if self.problem or self.refused else []
        for session in self.sessions:
            self.counts.update(session.counts)
        self.counts["failed"] = max(0, self.counts["failed"] - len(given_back))
        policies = [session.policies["privacy"] for session in self.sessions]
        try:
            self.result = with_undone(self._summary(), self.extraction.undone.line)
            self.run.finish(self.result, self.counts, policies, self._rows())
        except (StoreError, ReportError) as error:
            self.problem = str(error)
            self.result = Result(3, self.problem, self.problem)
        self.run.close()

    def _rows(self) -> dict[str, int]:
        counts = [session.index_rows for session in self.sessions]
        return {
            "index_rows": sum(count.rows for count in counts),
            "damaged_rows": sum(count.damaged for count in counts),
        }

    def _summary(self) -> Result:
        return summarise(
            [outcome_of(session, self.plan.strategies) for session in self.sessions],
            requests=self.counts["requests"],
            stop=self.stopped_by,
            spent_budget=None if self.request_budget.left else self.request_budget.limit,
            has_asked=self.index_answers > 0,
        )


def _plan(arguments: dict[str, Any]) -> DiscoveryPlan:
    """Make a plan from the `-a` arguments of `scrapy crawl`."""
    options = read_arguments(
        arguments, numbers=("cdx_per_minute", "replay_per_minute"), counts=("budget",), flags=("wait",)
    )
    names = {"retailers": "retailers_csv"}
    return DiscoveryPlan.make(**{names.get(name, name): value for name, value in options.items()})
