"""Saving: one page's way from the request for a capture to the capture, or to the reason why there is none."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy import exceptions

from crawler.webarchive import save_page_now
from crawler.webarchive.failures import NO_ANSWER, in_words
from crawler.webarchive.save_page_now import Begun, Failure, Held, Saved, Then
from db.database import transaction
from db.store import save_requests
from db.store.captures import IndexRow
from db.store.retailers import Page
from db.urlkey import urlkey

if TYPE_CHECKING:
    from crawler.spiders.save import SaveSpider

ASKS = 3  # for one page in one run, where the archive stumbles
# Times are in intervals, of ten seconds unless the user chooses others.
BETWEEN_ASKS = 3  # doubled each time
FOR_A_SESSION = 6  # "Please wait for a minute", says the archive
SESSION_WAITS = 3  # all sessions still taken after so many: another program of the account needs them
SLOWER, SLOWEST = 1.5, 3  # how the time between two looks at a job grows, and up to what
LOOKS = 12  # five minutes: the archive ends a capture after two, but may begin it later
SESSIONS_SECONDS = 600
A_DAY = 24 * 3600
_NOTHING_BEGUN = (
    exceptions.CannotResolveHostError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.IgnoreRequest,
)
_ENDS = {Then.NEVER: "refused", Then.UNCLEAR: "asked"}


@dataclass(frozen=True)
class Outcome:
    """What became of a page: `state` is that of the table `saves`, where `asked` means that nobody knows yet."""

    url: str
    state: str
    line: str


async def save(spider: "SaveSpider", page: Page) -> None:
    """Have a page captured, with a few attempts. Raises StoreError."""
    wait = BETWEEN_ASKS * spider.plan.interval
    for asked in range(1, ASKS + 1):
        async with spider.sessions:
            begun = await _begin(spider, page)
            if begun is None:
                return
            save_id, first = begun
            answer = await _look(spider, save_id, first.job) if isinstance(first, Begun) else first
            if not isinstance(answer, Failure) or answer.then is not Then.AGAIN or asked == ASKS:
                _end(spider, page, save_id, answer)
                return
            with transaction(spider.db):
                save_requests.set_ended(spider.db, save_id, "failed", answer.reason)
        await asyncio.sleep(wait)
        wait *= 2


async def follow(spider: "SaveSpider", page: Page, save_id: int, job: str) -> None:
    """Ask what became of a job that an earlier run began. Raises StoreError."""
    async with spider.sessions:
        _end(spider, page, save_id, await _look(spider, save_id, job))


async def _begin(spider: "SaveSpider", page: Page) -> tuple[int, Begun | Held | Failure] | None:
    """Ask for a capture, of one page after the other; None where nothing was begun and the run ends."""
    async with spider.one_begins:
        for waits in range(1 + SESSION_WAITS):
            if waits:
                await asyncio.sleep(FOR_A_SESSION * spider.plan.interval)
            if spider.is_over:
                return None
            with transaction(spider.db):
                save_id = save_requests.begin(spider.db, page.id, spider.source.name)
            answer = await _post(spider, page)
            if not isinstance(answer, Failure) or not (answer.wrong or answer.then is Then.WAIT):
                return save_id, answer
            with transaction(spider.db):
                save_requests.undo(spider.db, save_id)
            if answer.wrong:
                return None
        spider.refuse("all captures that the account may make at once are under way", SESSIONS_SECONDS)
        return None


async def _post(spider: "SaveSpider", page: Page) -> Begun | Held | Failure:
    url = page.url.partition("#")[0]
    try:
        return await spider.question(
            save_page_now.read_begun, spider.save, save_page_now.form(url, spider.plan.if_older_than)
        )
    except _NOTHING_BEGUN as error:
        return Failure(in_words(error), Then.UNCLEAR, wrong=True)
    except NO_ANSWER as error:
        return Failure(f"no answer: {in_words(error)}", Then.UNCLEAR)


async def _look(spider: "SaveSpider", save_id: int, job: str) -> Saved | Failure:
    """Look at a job until it has ended, or for as long as can be waited."""
    with transaction(spider.db):
        save_requests.set_pending(spider.db, save_id, job)
    wait, unclear = spider.plan.interval, "it is still under way"
    for _ in range(LOOKS):
        await asyncio.sleep(wait)
        wait = min(wait * SLOWER, SLOWEST * spider.plan.interval)
        try:
            answer = await spider.question(
                save_page_now.read_job, save_page_now.job_address(spider.save, job)
            )
        except NO_ANSWER as error:
            answer = Failure(f"no answer: {in_words(error)}", Then.UNCLEAR)
        if isinstance(answer, Saved) or (isinstance(answer, Failure) and answer.then is not Then.UNCLEAR):
            return answer
        if isinstance(answer, Failure):
            unclear = answer.reason
    return Failure(unclear, Then.UNCLEAR)


def _end(spider: "SaveSpider", page: Page, save_id: int, answer: Saved | Held | Failure) -> None:
    """Write down what became of a page, and enter its capture; what is unclear stays open, for the next run to ask about."""
    state, capture_id = "failed", None
    with transaction(spider.db):
        if isinstance(answer, Saved):
            row = IndexRow(urlkey(answer.original), answer.timestamp, answer.original, status=answer.status)
            capture_id, new = save_requests.enter_capture(spider.db, page, spider.source.name, row)
            spider.counts["listed"] += new
            state, line = "saved", f"captured at {answer.timestamp}" + _elsewhere(page, answer.original)
        elif isinstance(answer, Held):
            state, line = "held", answer.said
        else:
            state, line = _ENDS.get(answer.then, "failed"), answer.reason
        if state != "asked":
            save_requests.set_ended(spider.db, save_id, state, line, capture_id)
    spider.outcomes.append(Outcome(page.url, state, line))
    if isinstance(answer, Failure) and answer.then is Then.STOP:
        spider.refuse(answer.reason, A_DAY)


def _elsewhere(page: Page, original: str) -> str:
    return "" if urlkey(original) == page.urlkey else f", at {original}"
