"""The spider that has the archive capture pages now: ask for a page, ask what became of it, enter the capture."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import scrapy
from scrapy.crawler import Crawler

from crawler.errors import CutOffError, ReportError, TooLargeError
from crawler.runs import Run
from crawler.save import workflow
from crawler.save.plan import SavePlan, choose
from crawler.save.summary import outcome_of
from crawler.save.workflow import A_DAY, Outcome
from crawler.spiders.base import REASONS, BaseSpider, read_arguments
from crawler.webarchive import save_page_now
from crawler.webarchive.credentials import check
from crawler.webarchive.failures import NO_ANSWER, in_words
from crawler.webarchive.fetcher import decoded_body
from crawler.webarchive.save_page_now import Failure, Then
from db import times
from db.errors import StoreError
from db.store import retailers

MOST_AT_ONCE = 6  # captures under way, should the account be allowed more: the rate does not feed them anyway
_ENDED = ("finished", "wrong", *REASONS)
Read = TypeVar("Read")


class SaveSpider(BaseSpider):
    """Have pages captured. Arguments: `plan`, or those of `SavePlan.make` as strings; the keys come from the environment.

    `choice` is what the run set out to do, `outcomes` what became of the pages asked for. `wrong` says in one line why no
    request can succeed: the archive does not accept the keys, or has no Save Page Now.
    """

    name = "save"
    # Keys go only to who can prove to be the archive, and its answers are short. There is nothing to extract: what was
    # captured a moment ago is often not to be had before some hours, so the next crawl fetches it.
    custom_settings = {  # noqa: RUF012 - Scrapy reads it, nobody writes it
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_MAXSIZE": 4 * 1024 * 1024,
        "ITEM_PIPELINES": {},
    }

    def __init__(self, plan: SavePlan | None = None, **arguments: Any) -> None:
        super().__init__()
        self.plan = plan or _plan(arguments)
        self.source = self.plan.source
        self.save = check(self.source)
        self.run = Run.of(self.plan, create=False)
        self.db = self.run.db
        self.choice = choose(self.db, self.plan)
        self.outcomes: list[Outcome] = []
        self.wrong: str | None = None
        self._works: list[asyncio.Task[None]] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "SaveSpider":
        """Make a spider whose pace and client name follow the settings."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.configure_throttling(
            crawler, {"save": spider.source.save_per_minute, "replay": spider.source.replay_per_minute}
        )
        return spider

    sessions: asyncio.Semaphore  # as many captures as may be under way at once
    one_begins: asyncio.Lock  # held while a page is asked for

    def signed(self, request: scrapy.Request) -> scrapy.Request:
        """The request with the keys, if it goes to Save Page Now."""
        ours = request.url == self.save or request.url.startswith(self.save + "/")
        if not ours or self.plan.keys is None:
            return request
        return request.replace(headers={**request.headers, "Authorization": self.plan.keys.authorization})

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the pages, as many at once as the account may, and wait for their captures."""
        if self.stay_away():
            return
        if (self.choice.ask or self.choice.resume) and (at_once := await self._at_once()):
            self.sessions, self.one_begins = asyncio.Semaphore(at_once), asyncio.Lock()
            works = [
                workflow.follow(self, page, begun.id, str(begun.job)) for page, begun in self.choice.resume
            ]
            works += [workflow.save(self, page) for page in self.choice.ask]
            self._works = [asyncio.create_task(work) for work in works]
            await asyncio.gather(*self._works)
        nothing: tuple[scrapy.Request, ...] = ()
        for request in nothing:  # requests are sent one by one, and waited for, above
            yield request

    async def question(
        self, read: Callable[[int, bytes], Read], url: str, form: dict[str, str] | None = None
    ) -> Read | Failure:
        """Ask Save Page Now something (a capture, with a form) and give what it says. Raises what `failures.NO_ANSWER` names."""
        kind = (
            "replay" if form is None else "save"
        )  # looks at jobs count as any other request (wayback.md section 3)
        meta = {"kind": kind, "download_slot": kind, "handle_httpstatus_all": True}
        headers = {"Accept": "application/json"}
        if form is None:
            response = await self.fetch(scrapy.Request(url, headers=headers, meta=meta))
        else:
            response = await self.fetch(scrapy.FormRequest(url, formdata=form, headers=headers, meta=meta))
        try:
            body = decoded_body(response)
        except (CutOffError, TooLargeError) as error:
            return Failure(str(error), Then.UNCLEAR)
        said = read(response.status, self.plan.keys.hidden_in(body) if self.plan.keys else body)
        if isinstance(said, Failure) and said.wrong and not self.wrong:
            self.wrong = said.reason
            self.stop("wrong")
        return said

    async def _at_once(self) -> int:
        """Ask for the account first: how many captures may be under way at once; 0 where nothing can be asked.

        Pages beyond what the account may still have captured today are left out.
        """
        try:
            account = await self.question(
                save_page_now.read_account, f"{self.save}/status/user?_t={times.clock():.0f}"
            )
        except NO_ANSWER as error:
            account = Failure(f"no answer: {in_words(error)}", Then.UNCLEAR)
        if isinstance(account, Failure):
            self.problem = f"{self.source.name} did not say what the account may do: {account.reason}"
            return 0
        if account.left_today is not None and account.left_today < len(self.choice.ask):
            self.choice.leave_from(account.left_today, "the account may have no more captures made today")
            if not account.left_today and not self.choice.resume:
                self.refuse("the account has had all its captures of today made", A_DAY)
                return 0
        return min(max(1, account.available or 1), MOST_AT_ONCE)

    def closed(self, reason: str) -> None:
        """Write down how the run ended."""
        for work in self._works:
            work.cancel()
        self.count_requests()
        if reason not in _ENDED:
            self.problem = self.problem or "stopped: run the same command within the hour to go on"
        self.counts["failed"] = sum(outcome.state in ("failed", "refused") for outcome in self.outcomes)
        policies = [policy_id for policy_id, _ in retailers.policies(self.db, self.plan.domains)]
        try:
            self.run.finish(outcome_of(self), self.counts, policies)
        except (StoreError, ReportError) as error:
            self.problem = str(error)
        self.run.close()

    @property
    def is_over(self) -> bool:
        """Whether the run is being stopped, so that nothing may be begun."""
        return bool(self.wrong) or self.is_stopping

    @property
    def is_done(self) -> bool:
        """Whether every page is saved, or need not be."""
        done = sum(outcome.state in ("saved", "held") for outcome in self.outcomes)
        return done == len(self.choice.ask) + len(self.choice.resume) and not self.choice.waiting


def _plan(arguments: dict[str, Any]) -> SavePlan:
    """Read `-a` arguments."""
    given = read_arguments(
        arguments, numbers=("saves_per_minute", "interval"), counts=("limit",), flags=("all_pages", "wait")
    )
    return SavePlan.make(**{**given, "environment": os.environ})
