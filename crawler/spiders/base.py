"""The base of all spiders: clients of one archive that keep to its pace, and stop when it refuses them."""

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

from crawler.errors import LimitsError, ReportError
from crawler.runs import Result, Run, Stop
from crawler.throttling.fault_row import NOT_SERVING, FaultRow
from crawler.throttling.rate_limiter import RateLimiter
from crawler.throttling.request_budget import RequestBudget
from crawler.throttling.shared_limits import SharedLimits
from crawler.webarchive.faults import Sign
from crawler.webarchive.sources import Source
from crawler.workers.pool import WorkerPool
from db import times
from db.errors import StoreError

REASONS = (
    "refused",
    "store",
    "limits",
    "offline",
    "wrong",
    "down",
)  # Scrapy's finish reasons where a spider stops itself


def read_arguments(
    arguments: Mapping[str, str],
    *,
    numbers: Iterable[str] = (),
    counts: Iterable[str] = (),
    flags: Iterable[str] = (),
) -> dict[str, Any]:
    """Convert `-a` arguments, which are all strings, to their types.

    `domains` is a list, separated by commas. Scrapyd adds arguments of its own, such as `_job`: those are
    left out.
    """
    given: dict[str, Any] = {name: value for name, value in arguments.items() if name[0] != "_"}
    given["domains"] = [domain for domain in given.get("domains", "").split(",") if domain]
    given |= {name: float(given[name]) for name in numbers if name in given}
    given |= {name: int(given[name]) for name in counts if name in given}
    return given | {name: given[name].lower() in ("1", "yes", "true") for name in flags if name in given}


class BaseSpider(scrapy.Spider):
    """A client of the archive `source` that fills the archive file of `run`. Implements `Fetcher`.

    `problem` and `refused` say in one line what stopped the run early; None while nothing did. `counts` is
    what the row of the run records, `result` how the run went, when it has ended. `index_answers` is how often
    the index answered.
    """

    rate_limiter: RateLimiter
    problem: str | None = None
    refused: str | None = None
    result: Result | None = None

    def __init__(self, source: Source, run: Run, request_budget: RequestBudget) -> None:
        super().__init__()
        self.source, self.run, self.request_budget = source, run, request_budget
        self.db: Database = run.db
        self.counts: Counter[str] = Counter()
        self.faults = FaultRow()
        self.index_answers = 0
        # A run before this one, such as a search for addresses, may have the same budget.
        self.spent_before = request_budget.spent

    def configure_throttling(self, crawler: Crawler, per_minute: dict[str, float]) -> None:
        """Set the rates, in requests a minute by kind, and stop the run at errors of the store.

        For `from_crawler`.
        """
        pause = crawler.settings.getfloat("THROTTLE_PAUSE")
        self.rate_limiter = RateLimiter(SharedLimits(self.source.host), per_minute, pause)
        crawler.signals.connect(self.on_error, signals.spider_error)
        crawler.signals.connect(self.on_error, signals.item_error)

    def worker_pool(self) -> WorkerPool:
        """Return a new pool of workers for the archive file, with the limits of the settings."""
        settings = self.crawler.settings
        return WorkerPool(
            self.db,
            jobs=settings.getint("EXTRACTION_JOBS"),
            seconds=settings.getfloat("EXTRACTION_SECONDS"),
            megabytes=settings.getint("EXTRACTION_MEGABYTES"),
        )

    def signed(self, request: Request) -> Request:
        """Return a request with its credentials.

        Called right before it is sent, so that nothing else sees them.
        """
        return request

    def spend(self, request: Request) -> None:
        """Count a request that goes out now. Raises BudgetSpentError where the budget is spent."""
        self.request_budget.spend()
        if on_sent := request.meta.get("on_sent"):
            on_sent()

    def take_sign(self, service: str, sign: Sign, words: str) -> None:
        """Take what an answer says about the archive as a whole. See `FaultRow.take`."""
        self.faults.take(service, sign, words)
        self.index_answers += service == "cdx" and sign is Sign.ANSWERED

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
        meta = {**request.meta, "on_sent": on_sent}
        self.crawler.engine.crawl(request.replace(callback=on_answer, errback=on_failure, meta=meta))
        return await answer

    @property
    def is_stopping(self) -> bool:
        """Whether no further request may go out."""
        return bool(self.problem or self.refused) or not self.crawler.crawling

    @property
    def stopped_by(self) -> Stop | None:
        """What stopped the run early; None where nothing did."""
        if self.refused:
            return Stop(4, self.refused)
        return Stop(3, self.problem) if self.problem else None

    def refuse(self, reason: str, seconds: float) -> None:
        """Stop the run because the archive refuses this client for so many seconds."""
        if not self.refused:
            until = times.iso(times.after(seconds))
            self.refused = (
                f"{self.source.name} refuses us: {reason}. Nothing is lost; run this again after {until}"
            )
            self.logger.info(self.refused)
            self.stop("refused")

    def stop_if_refused(self) -> bool:
        """Stop the run if the archive has refused an earlier run or another process.

        Return whether it is stopped.
        """
        try:
            state = self.rate_limiter.state()
        except LimitsError as error:
            self.give_up("limits", str(error))
        else:
            if state.blocked_until:
                self.refuse(state.reason, state.blocked_until - state.now)
        return bool(self.refused or self.problem)

    def give_up(self, reason: str, problem: str) -> None:
        """Stop the run because something on this side fails.

        `reason` is Scrapy's finish reason, one of REASONS.
        """
        if not self.problem:
            self.problem = problem
            self.stop(reason)

    def on_error(self, failure: Failure) -> None:
        """Stop the run if the store fails. A page that fails is recorded, and the run goes on."""
        if isinstance(failure.value, StoreError):
            self.give_up("store", str(failure.value))

    def stop(self, reason: str) -> None:
        """End the run when the requests on the wire are answered."""
        if self.crawler.engine:
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    def note_end(self, reason: str, stopped: str) -> None:
        """Count the requests of the run; if it was stopped from outside, `stopped` becomes its problem."""
        self.counts["requests"] = self.request_budget.spent - self.spent_before
        if reason not in ("finished", *REASONS):
            self.problem = self.problem or stopped

    def note_outage(self) -> None:
        """Take a run in which a service of the archive answered nothing for one that an outage ended."""
        if self.stopped_by:
            return
        self.faults.end_run()
        if self.faults.reason:
            line = f"{NOT_SERVING}: {self.faults.reason}. Nothing is lost; run the same command again later"
            if self.faults.is_wall:
                self.refused = line
            else:
                self.problem = line

    def finish(self, summarise: Callable[[], Result], policy_ids: Iterable[int]) -> None:
        """Record the result of the run and close the archive file.

        An error of either becomes the run's problem.
        """
        try:
            self.run.finish(summarise(), self.counts, policy_ids)
        except (StoreError, ReportError) as error:
            self.problem = str(error)
        self.run.close()
        self.result = summarise()
