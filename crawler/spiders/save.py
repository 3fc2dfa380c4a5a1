"""The spider that requests captures of pages from Save Page Now."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import scrapy
from scrapy.crawler import Crawler

from crawler.errors import CutOffError, TooLargeError
from crawler.runs import Run, Stop
from crawler.save import workflow
from crawler.save.plan import SavePlan, choose
from crawler.save.summary import summarise
from crawler.save.workflow import A_DAY, Outcome, PageResult, Parsed, SaveContext
from crawler.spiders.base import BaseSpider, read_arguments
from crawler.throttling.request_budget import RequestBudget
from crawler.webarchive import save_page_now
from crawler.webarchive.credentials import check
from crawler.webarchive.failures import NO_ANSWER, in_words
from crawler.webarchive.fetcher import decoded_body
from crawler.webarchive.save_page_now import NextStep, SaveFailure
from db import times
from db.store import retailers

# The maximum number of captures that are made at once. An account may be allowed more, but the request rate
# does not suffice for more.
MOST_AT_ONCE = 6


class SaveSpider(BaseSpider):
    """The spider that requests captures of pages. It implements `workflow.Client`.

    Its arguments are a `plan`, or the arguments of `SavePlan.make` as strings. The keys come from environment
    variables. `choice` has the pages that the run has to request, and `outcomes` what happened to them.
    `permanent_failure` says in one line why no request can succeed: the web archive does not accept the keys,
    or has no Save Page Now. It is None without such a problem.
    """

    name = "save"
    # Certificates are verified, because the keys must reach only the web archive. Nothing is extracted,
    # because a new capture often becomes available only after some hours. The next crawl fetches it.
    custom_settings = {  # noqa: RUF012 - Scrapy reads it, nobody writes it
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_MAXSIZE": 4 * 1024 * 1024,
        "ITEM_PIPELINES": {},
    }

    def __init__(self, plan: SavePlan | None = None, **arguments: Any) -> None:
        self.plan = plan or _plan(arguments)
        self.endpoint = check(self.plan.source)
        super().__init__(self.plan.source, Run.of(self.plan, create=False), RequestBudget())
        self.choice = choose(self.db, self.plan)
        self.outcomes: list[Outcome] = []
        self.permanent_failure: str | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "SaveSpider":
        """Return a spider with the rates of the settings."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        source = spider.source
        spider.configure_throttling(
            crawler, {"save": source.save_per_minute, "replay": source.replay_per_minute}
        )
        return spider

    def signed(self, request: scrapy.Request) -> scrapy.Request:
        """Return the request with the user's keys, if it goes to Save Page Now."""
        ours = request.url == self.endpoint or request.url.startswith(self.endpoint + "/")
        if not ours or self.plan.keys is None:
            return request
        return request.replace(headers={**request.headers, "Authorization": self.plan.keys.authorization})

    async def start(self) -> AsyncIterator[Any]:
        """Request captures of all chosen pages, and wait for the results.

        As many captures are made at once as the account allows.
        """
        if self.stop_if_refused():
            return
        if (self.choice.ask or self.choice.resume) and (at_once := await self._captures_at_once()):
            context = SaveContext(self.db, self.plan, self, asyncio.Semaphore(at_once), asyncio.Lock())
            pages = [
                workflow.resume(context, page, begun.id, str(begun.job)) for page, begun in self.choice.resume
            ]
            pages += [workflow.save(context, page) for page in self.choice.ask]
            self._tasks = [asyncio.create_task(self._note(page)) for page in pages]
            await asyncio.gather(*self._tasks)
        nothing: tuple[scrapy.Request, ...] = ()
        for request in nothing:  # Scrapy expects requests here, but `fetch` has sent all of them
            yield request

    async def _note(self, page: Awaitable[PageResult]) -> None:
        """Wait until the work on a page ends, and remember its outcome."""
        result = await page
        if result.outcome:
            self.outcomes.append(result.outcome)
            self.counts["listed"] += result.outcome.new
        if result.refusal:
            self.refuse(*result.refusal)

    async def send(
        self, parse: Callable[[int, bytes], Parsed], url: str, form: dict[str, str] | None = None
    ) -> Parsed | SaveFailure:
        """Send a request to Save Page Now. Implements `workflow.Client.send`.

        With `form`, it is a request for a capture.
        """
        # Requests for the status of a job count as replay requests.
        kind = "replay" if form is None else "save"
        meta: dict[str, Any] = {
            "kind": kind,
            "download_slot": kind,
            "handle_httpstatus_all": True,
            "job": True,
        }
        headers = {"Accept": "application/json"}
        if form is None:
            response = await self.fetch(scrapy.Request(url, headers=headers, meta=meta))
        else:  # sent once: without an answer, the archive can be making the capture
            meta["max_retry_times"] = 0
            response = await self.fetch(scrapy.FormRequest(url, formdata=form, headers=headers, meta=meta))
        try:
            body = decoded_body(response)
        except (CutOffError, TooLargeError) as error:
            return SaveFailure(str(error), NextStep.UNCLEAR)
        parsed = parse(response.status, self.plan.keys.hidden_in(body) if self.plan.keys else body)
        if isinstance(parsed, SaveFailure) and parsed.permanent and not self.permanent_failure:
            self.permanent_failure = parsed.reason
            self.stop("wrong")
        return parsed

    async def _captures_at_once(self) -> int:
        """Return how many captures may be made at once; 0 if none can be requested.

        If the account may request fewer captures today than there are pages, the last pages are left out.
        """
        try:
            account = await self.send(
                save_page_now.read_account, f"{self.endpoint}/status/user?_t={times.clock():.0f}"
            )
        except NO_ANSWER as error:
            account = SaveFailure(f"no answer: {in_words(error)}", NextStep.UNCLEAR)
        if isinstance(account, SaveFailure):
            self.problem = f"{self.source.name} did not say what the account may do: {account.reason}"
            return 0
        if account.left_today is not None and account.left_today < len(self.choice.ask):
            self.choice.leave_from(account.left_today, "the account may have no more captures made today")
            if not account.left_today and not self.choice.resume:
                self.refuse("the account has had all its captures of today made", A_DAY)
                return 0
        return min(max(1, account.available or 1), MOST_AT_ONCE)

    def closed(self, reason: str) -> None:
        """Store the result of the run."""
        for task in self._tasks:
            task.cancel()
        self.note_end(reason, "stopped: run the same command within the hour to go on")
        self.counts["failed"] = sum(outcome.state in ("failed", "refused") for outcome in self.outcomes)
        policies = [policy_id for policy_id, _ in retailers.policies(self.db, self.plan.domains)]
        self.finish(
            lambda: summarise(self.choice, self.outcomes, self.counts["requests"], self.stopped_by), policies
        )

    @property
    def stopped_by(self) -> Stop | None:
        """What stopped the run early; None if nothing did."""
        return Stop(2, self.permanent_failure) if self.permanent_failure else super().stopped_by

    @property
    def is_over(self) -> bool:
        """Whether the run is being stopped, so that no new capture may be requested."""
        return bool(self.permanent_failure) or self.is_stopping


def _plan(arguments: dict[str, Any]) -> SavePlan:
    """Make a plan from the `-a` arguments of `scrapy crawl`."""
    given = read_arguments(
        arguments, numbers=("saves_per_minute", "interval"), counts=("limit",), flags=("all_pages", "wait")
    )
    return SavePlan.make(**{**given, "environment": os.environ})
