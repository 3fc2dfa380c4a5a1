"""The base class of all spiders: they read one web archive, at its rates.

A spider stops when the web archive refuses requests.
"""

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

from crawler.errors import MACHINE_ERRORS, LimitsError, ReportError, machine_problem
from crawler.runs import Result, Run, Stop
from crawler.spiders.open_requests import OpenRequests
from crawler.terminal import escape_logs
from crawler.throttling.fault_row import NOT_SERVING, FaultRow
from crawler.throttling.rate_limiter import RateLimiter
from crawler.throttling.request_budget import BudgetSpentError, RequestBudget
from crawler.throttling.shared_limits import SharedLimits
from crawler.webarchive import failures
from crawler.webarchive.faults import Sign
from crawler.webarchive.sources import Source
from crawler.workers.pool import WorkerPool
from db import times
from db.errors import StoreError
from db.store.run_log import REFUSES

REASONS = (
    "refused",
    "store",
    "workers",
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
    """Convert the `-a` arguments of a spider, which are all strings, to their types.

    `numbers`, `counts` and `flags` name the arguments to convert to float, int and bool. `domains` becomes a
    list, split at commas. Arguments that begin with `_`, such as Scrapyd's `_job`, are left out.
    """
    given: dict[str, Any] = {name: value for name, value in arguments.items() if name[0] != "_"}
    given["domains"] = [domain for domain in given.get("domains", "").split(",") if domain]
    given |= {name: float(given[name]) for name in numbers if name in given}
    given |= {name: int(given[name]) for name in counts if name in given}
    return given | {name: given[name].lower() in ("1", "yes", "true") for name in flags if name in given}


class BaseSpider(scrapy.Spider):
    """A client of the web archive `source`, which writes to the archive file of `run`.

    It implements `Fetcher`. `problem` and `refused` say in one line why the run was stopped early. They are
    None while nothing has stopped the run. `counts` has the counts for the table `crawls`. `result` is the
    result of the run, or None before its end. `index_answers` is how often the index answered.
    """

    rate_limiter: RateLimiter
    problem: str | None = None
    refused: str | None = None
    result: Result | None = None
    fault: str | None = None  # an error in policytrail, after which the run went on

    def __init__(self, source: Source, run: Run, request_budget: RequestBudget) -> None:
        super().__init__()
        self.source, self.run, self.request_budget = source, run, request_budget
        self.db: Database = run.db
        self.counts: Counter[str] = Counter()
        self.faults = FaultRow()
        self.index_answers = 0
        self.open_requests = OpenRequests(self._is_quiet)
        # An earlier spider, such as a search for addresses, may have spent a part of the same budget.
        self.spent_before = request_budget.spent

    def configure_throttling(self, crawler: Crawler, per_minute: dict[str, float]) -> None:
        """Set the request rates, and stop the run when the archive file cannot be written.

        From here on, the log shows unprintable characters escaped.

        `per_minute` has the requests a minute for each kind of request. Call this in `from_crawler`.
        """
        pause = crawler.settings.getfloat("THROTTLE_PAUSE")
        self.rate_limiter = RateLimiter(SharedLimits(self.source.host), per_minute, pause)
        crawler.signals.connect(escape_logs, signals.spider_opened)  # Scrapy replaces its handler before
        crawler.signals.connect(self.on_error, signals.spider_error)
        crawler.signals.connect(self.on_error, signals.item_error)
        crawler.signals.connect(self._watch, signals.spider_opened)
        crawler.signals.connect(self._end_watch, signals.spider_closed)

    def worker_pool(self) -> WorkerPool:
        """Return a new pool of worker processes, with the limits in the settings."""
        settings = self.crawler.settings
        return WorkerPool(
            self.db,
            jobs=settings.getint("EXTRACTION_JOBS"),
            seconds=settings.getfloat("EXTRACTION_SECONDS"),
            history_seconds=settings.getfloat("HISTORY_SECONDS"),
            megabytes=settings.getint("EXTRACTION_MEGABYTES"),
        )

    def signed(self, request: Request) -> Request:
        """Return a request with its credentials; here the request itself, without any.

        This is called immediately before the request is sent, so no other code sees the credentials.
        """
        return request

    def spend(self, request: Request) -> None:
        """Count a request that is sent now. Raises BudgetSpentError if no request is left."""
        self.request_budget.spend()
        if on_sent := request.meta.get("on_sent"):
            on_sent()

    def take_sign(self, request: Request, sign: Sign, words: str) -> None:
        """Take what the answer to a request says about the archive as a whole. See `FaultRow.take`."""
        service = request.meta["kind"]
        self.faults.take(service, sign, words)
        self.index_answers += service == "cdx" and sign is Sign.ANSWERED

    def send_probe(self, request: Request | None, callback: Callable[[Response], object]) -> bool:
        """Send a request whose answer tells the faults of the archive from those of some pages.

        Return False if there is none, or if no request may be sent. A failure is only counted.
        """
        if request is None or self.crawler.engine is None or not self.request_budget.left or self.is_stopping:
            return False
        self.crawler.engine.crawl(request.replace(callback=callback, errback=lambda _: None))
        return True

    async def fetch(self, request: Request, on_sent: Callable[[], object] | None = None) -> Response:
        """Send a request through Scrapy, and return the answer. Implements `Fetcher.fetch`."""
        answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()

        def on_answer(response: Response) -> None:
            if not answer.done():
                answer.set_result(response)

        def on_failure(failure: Failure) -> None:
            on_lost(self.failure_of(failure.value))

        def on_lost(error: BaseException) -> None:
            if not answer.done():
                answer.set_exception(error)

        if self.crawler.engine is None:
            raise IgnoreRequest("the run has ended")
        meta = {**request.meta, "on_sent": on_sent}
        number = self.open_requests.begin()
        self.open_requests.set(number, on_lost)
        try:
            self.crawler.engine.crawl(request.replace(callback=on_answer, errback=on_failure, meta=meta))
            return await answer
        finally:
            self.open_requests.end(number)

    def failure_of(self, error: BaseException) -> BaseException:
        """Return the error that stands for a request without an answer: one of `failures.NO_ANSWER`."""
        is_stopping = self.is_stopping or isinstance(error, BudgetSpentError)
        return failures.failure_of(error, is_stopping=is_stopping)

    def _is_quiet(self) -> bool:
        """Whether Scrapy has no request to send, none on the wire, and no answer or item to process."""
        engine = self.crawler.engine
        if engine is None or engine._slot is None or engine.scraper.slot is None or self.is_stopping:
            return False
        waiting = engine._slot.inprogress or engine._slot.scheduler.has_pending_requests()
        return engine.scraper.slot.is_idle() and not engine.downloader.active and not waiting

    def _watch(self) -> None:
        self._watching = asyncio.ensure_future(self.open_requests.watch())

    def _end_watch(self) -> None:
        if hasattr(self, "_watching"):
            self._watching.cancel()

    @property
    def is_stopping(self) -> bool:
        """Whether the run is being stopped, so that no further request may be sent."""
        return bool(self.problem or self.refused) or not self.crawler.crawling

    @property
    def is_interrupted(self) -> bool:
        """Whether somebody stops the run: Ctrl-C or a signal, and no reason of its own."""
        return not (self.crawler.crawling or self.problem or self.refused)

    @property
    def stopped_by(self) -> Stop | None:
        """What stopped the run early; None if nothing did."""
        if self.refused:
            return Stop(4, self.refused)
        return Stop(3, self.problem) if self.problem else None

    def refuse(self, reason: str, seconds: float | None) -> None:
        """Stop the run, because the web archive refuses requests for some seconds.

        `seconds` is None if nothing is stored about the refusal, so that a run can begin at once.
        """
        if not self.refused:
            when = "when it answers" if seconds is None else f"after {times.iso(times.after(seconds))}"
            self.refused = f"{self.source.name} {REFUSES}: {reason}. Nothing is lost; run this again {when}"
            self.logger.info(self.refused)
            self.stop("refused")

    def stop_if_refused(self) -> bool:
        """Stop the run if the web archive already refuses requests.

        An earlier run or another process has recorded this. Return whether the run is stopped.
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
        """Stop the run because of a local problem.

        `reason` is Scrapy's finish reason, one of REASONS. `problem` is a line of text for the user.
        """
        if not self.problem:
            self.problem = problem
            self.stop(reason)

    def stop_for(self, error: BaseException) -> None:
        """Stop the run because of one of MACHINE_ERRORS."""
        self.give_up("store" if isinstance(error, StoreError) else "workers", machine_problem(error))

    def on_error(self, failure: Failure) -> None:
        """Stop the run if this machine lacks something, for example room for the archive file.

        After any other error the run continues, and ends with a problem.
        """
        if isinstance(failure.value, MACHINE_ERRORS):
            self.stop_for(failure.value)
        else:
            self.fault = "an error in policytrail: see the log"

    def stop(self, reason: str) -> None:
        """End the run as soon as all requests that were sent are answered."""
        if self.crawler.engine:
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    def note_end(self, reason: str, stopped: str) -> None:
        """Count the requests of the run.

        `reason` is Scrapy's finish reason. If something outside stopped the run, such as Ctrl-C, the line of
        text `stopped` becomes the run's problem.
        """
        self.counts["requests"] = self.request_budget.spent - self.spent_before
        if reason not in ("finished", *REASONS):
            self.problem = self.problem or stopped
        self.problem = self.problem or self.fault

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

    def finish(
        self,
        summarise: Callable[[], Result],
        policy_ids: Iterable[int],
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Store the result of the run, and close the archive file. The report contains `more`.

        If the result or the report cannot be written, this becomes the run's problem.
        """
        try:
            self.run.finish(summarise(), self.counts, policy_ids, more)
        except (StoreError, ReportError) as error:
            self.problem = str(error)
        self.run.close()
        self.result = summarise()
