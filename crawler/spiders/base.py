"""What all spiders of policytrail are: clients of one archive, at its pace, that stop when it refuses them or a store fails."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from sqlite_utils import Database
from twisted.python.failure import Failure

from crawler.errors import LimitsError
from crawler.runs import Stop
from crawler.throttling.rate_limiter import RateLimiter
from crawler.throttling.request_budget import RequestBudget
from crawler.throttling.shared_limits import SharedLimits
from crawler.webarchive.sources import Source
from db import times
from db.errors import StoreError

REASONS = (
    "refused",
    "store",
    "limits",
    "offline",
)  # Scrapy's finish reasons of runs that were stopped from here


def read_arguments(
    arguments: Mapping[str, str],
    *,
    numbers: Iterable[str] = (),
    counts: Iterable[str] = (),
    flags: Iterable[str] = (),
) -> dict[str, Any]:
    """Read `-a` arguments, which are all strings, by what they are; `domains` are a list, with commas between them.

    Scrapyd adds some of its own, such as `_job`: those are left out.
    """
    given: dict[str, Any] = {name: value for name, value in arguments.items() if name[0] != "_"}
    given["domains"] = [domain for domain in given.get("domains", "").split(",") if domain]
    given |= {name: float(given[name]) for name in numbers if name in given}
    given |= {name: int(given[name]) for name in counts if name in given}
    return given | {name: given[name].lower() in ("1", "yes", "true") for name in flags if name in given}


class BaseSpider(scrapy.Spider):
    """The base of the spiders: `source` is asked at `pace`, and `db` is the archive file that is filled.

    `problem` and `refused` say afterwards, in one line, what stopped the run early; None where nothing did.
    """

    source: Source
    rate_limiter: RateLimiter
    db: Database
    counts: Counter[str]  # what `db.crawls.finish` writes down
    request_budget: RequestBudget  # how many requests the run may make
    problem: str | None = None
    refused: str | None = None

    def __init__(self, request_budget: RequestBudget | None = None) -> None:
        super().__init__()
        self.counts = Counter()
        self.request_budget = request_budget or RequestBudget()
        self.spent_before = self.request_budget.spent

    def configure_throttling(self, crawler: Crawler, per_minute: dict[str, float]) -> None:
        """Set the pace, in requests a minute by kind, and have errors stop the run that must; for `from_crawler`."""
        self.rate_limiter = RateLimiter(
            SharedLimits(self.source.host), per_minute, crawler.settings.getfloat("THROTTLE_PAUSE")
        )
        crawler.signals.connect(self.on_error, signals.spider_error)
        crawler.signals.connect(self.on_error, signals.item_error)

    def signed(self, request: Request) -> Request:
        """What is sent for a request; asked right before it goes out, so that nothing else ever sees what is added here."""
        return request

    def spend(self, request: Request) -> None:
        """Count a request that goes out now. Raises BudgetSpentError where the budget is spent."""
        self.request_budget.spend()
        if on_sent := request.meta.get("on_sent"):
            on_sent()

    async def fetch(self, request: Request, on_sent: Callable[[], object] | None = None) -> Response:
        """Send a request through Scrapy's queue and return the answer. Implements `Fetcher.fetch`."""
        answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()

        def on_answer(response: Response) -> None:
            if not answer.done():
                answer.set_result(response)

        def on_failure(failure: Failure) -> None:
            if not answer.done():
                answer.set_exception(failure.value)

        if self.crawler.engine is None:
            raise IgnoreRequest("the run has ended")
        self.crawler.engine.crawl(
            request.replace(callback=on_answer, errback=on_failure, meta={**request.meta, "on_sent": on_sent})
        )
        return await answer

    @property
    def is_stopping(self) -> bool:
        """Whether no further request is to go out."""
        return bool(self.problem or self.refused) or not self.crawler.crawling

    @property
    def stopped_by(self) -> Stop | None:
        """What stopped the run early; None where nothing did."""
        if self.refused:
            return Stop(4, self.refused)
        return Stop(3, self.problem) if self.problem else None

    def refuse(self, reason: str, seconds: float) -> None:
        """Stop the run because the archive does not want us now; `seconds` is how long to stay away."""
        if not self.refused:
            until = times.iso(times.after(seconds))
            self.refused = (
                f"{self.source.name} refuses us: {reason}. Nothing is lost; run this again after {until}"
            )
            self.logger.info(self.refused)
            self.stop("refused")

    def stay_away(self) -> bool:
        """Stop the run if the archive has refused us, in an earlier one or to another process; whether the run is stopped."""
        try:
            standing = self.rate_limiter.standing()
        except LimitsError as error:
            self.give_up("limits", str(error))
        else:
            if standing.blocked_until:
                self.refuse(standing.reason, standing.blocked_until - standing.now)
        return bool(self.refused or self.problem)

    def give_up(self, reason: str, problem: str) -> None:
        """Stop the run because something of ours fails; `reason` is Scrapy's finish reason, one of REASONS."""
        if not self.problem:
            self.problem = problem
            self.stop(reason)

    def on_error(self, failure: Failure) -> None:
        """A page that fails is recorded and the run goes on; a store that fails stops the run."""
        if isinstance(failure.value, StoreError):
            self.give_up("store", str(failure.value))

    def stop(self, reason: str) -> None:
        """End the run; what is on the wire is waited for."""
        if self.crawler.engine:
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    def count_requests(self) -> None:
        """Take note, at the end, of how many requests went out, but those of a run before it that had the same budget."""
        self.counts["requests"] = self.request_budget.spent - self.spent_before
