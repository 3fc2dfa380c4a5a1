"""The spider that finds the addresses of retailers' policies: way by way, from the cheapest to the dearest."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import Crawler

from crawler.discovery.candidates import settle_alone
from crawler.discovery.plan import DiscoveryPlan
from crawler.discovery.session import Hunt
from crawler.discovery.strategies import WAYS, Way, try_way, write_costs
from crawler.discovery.summary import outcome_of
from crawler.errors import ReportError
from crawler.retailer_lists import Retailer
from crawler.runs import Result, Run
from crawler.spiders.base import BaseSpider, read_arguments
from crawler.throttling.request_budget import RequestBudget
from crawler.webarchive.failures import STOPPED
from crawler.workers.pool import WorkerPool
from db.errors import StoreError
from db.history import versions
from db.store import retailers
from db.store.bodies import Bodies

AT_ONCE = 4  # retailers looked for at once: while the index thinks about one, captures of another are fetched


class DiscoverSpider(BaseSpider):
    """Fill an archive file with addresses. Arguments: `plan`, or those of `DiscoveryPlan.make` as strings."""

    name = "discover"
    # What is fetched is judged at once, by the hunts themselves.
    custom_settings = {"ITEM_PIPELINES": {}}  # noqa: RUF012 - Scrapy reads it, nobody writes it

    def __init__(
        self, plan: DiscoveryPlan | None = None, request_budget: RequestBudget | None = None, **arguments: Any
    ) -> None:
        self.plan = plan or _plan(arguments)
        super().__init__(
            self.plan.source,
            Run.of(self.plan, create=True),
            request_budget or RequestBudget(self.plan.budget),
        )
        self.bodies = Bodies(self.db)
        self.hunts: list[Hunt] = []
        self.done = self.steps = 0  # a step is a way for a retailer

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "DiscoverSpider":
        """Make a spider whose pace and client name follow the settings."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.configure_throttling(
            crawler, {"cdx": spider.source.cdx_per_minute, "replay": spider.source.replay_per_minute}
        )
        spider.extraction = spider.worker_pool(crawler)
        return spider

    extraction: WorkerPool

    async def start(self) -> AsyncIterator[Any]:
        """Try the ways one after the other, each for all retailers: what is cheap for all comes before what is dear for one."""
        if self.stop_if_refused():
            return
        self._work = asyncio.create_task(self._search())
        try:
            await self._work
        except StoreError as error:
            self.give_up("store", str(error))
        except STOPPED:
            pass  # what stopped the run has said why
        except Exception:
            self.problem = "the search broke off by an error of ours: the log has it"
            raise
        nothing: tuple[scrapy.Request, ...] = ()
        for request in nothing:  # requests are sent one by one, and waited for, above
            yield request

    async def _search(self) -> None:
        self.hunts = [Hunt(self, retailer) for retailer in self._retailers()]
        at_once = asyncio.Semaphore(AT_ONCE)
        ways = [way for way in WAYS if way.name in self.plan.ways]
        self.steps = len(ways) * len(self.hunts)

        async def step(hunt: Hunt, way: Way) -> None:
            async with at_once:
                if not (hunt.excluded or self.is_stopping):
                    await try_way(hunt, way)
            self.done += 1

        for way in ways:
            ended = await asyncio.gather(*(step(hunt, way) for hunt in self.hunts), return_exceptions=True)
            errors = [error for error in ended if isinstance(error, BaseException)]
            for error in sorted(errors, key=lambda error: not isinstance(error, StoreError)):
                raise error
            if self.is_stopping:
                return
        for hunt in self.hunts:
            settle_alone(hunt)
            write_costs(hunt)

    def _retailers(self) -> list[Retailer]:
        """Those of the plan; all that the archive file has, where the plan has none."""
        held = [Retailer(domain, None, (), "given") for _, domain in retailers.policies(self.db)]
        return list(self.plan.retailers) or held

    def closed(self, reason: str) -> None:
        """Write down how the run ended; what was fetched for a policy is in its history from now on."""
        if hasattr(self, "_work"):
            self._work.cancel()
        self.extraction.close()
        self.note_end(reason, "stopped: run the same command again to go on")
        policies = [hunt.policies["privacy"] for hunt in self.hunts]
        try:
            for policy_id in policies:
                versions.refresh(self.db, policy_id)
            self.result = outcome_of(self)
            self.run.finish(self.result, self.counts, policies)
        except (StoreError, ReportError) as error:
            self.problem = str(error)
            self.result = Result(3, self.problem, self.problem)
        self.run.close()


def _plan(arguments: dict[str, Any]) -> DiscoveryPlan:
    """Read `-a` arguments."""
    given = read_arguments(
        arguments, numbers=("cdx_per_minute", "replay_per_minute"), counts=("budget",), flags=("wait",)
    )
    names = {"retailers": "retailers_csv"}
    return DiscoveryPlan.make(**{names.get(name, name): value for name, value in given.items()})
