"""The steps of saving one page: submit a request, poll the job until it ends, record the outcome."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from scrapy import exceptions
from sqlite_utils import Database

from crawler.save.plan import SavePlan
from crawler.webarchive import save_page_now
from crawler.webarchive.failures import NO_ANSWER, in_words
from crawler.webarchive.save_page_now import JobStarted, NextStep, RecentCapture, SavedCapture, SaveFailure
from db.database import transaction
from db.store import save_requests
from db.store.captures import IndexRow
from db.store.retailers import Page
from db.urlkey import urlkey

ATTEMPTS = 3  # for one page in one run, where the archive fails for a reason that may pass
# Times in intervals, which are ten seconds unless the user chooses others.
BETWEEN_ATTEMPTS = 3  # doubled each time
FOR_A_SESSION = 6  # the archive says "Please wait for a minute"
SESSION_WAITS = 3  # after so many, another program of the account must be using all sessions
SLOWER, SLOWEST = 1.5, 3  # the factor by which the time between two polls grows, and its limit
POLLS = 12  # five minutes in all: the archive ends a capture after two, but may begin it later
SESSIONS_SECONDS = 600
A_DAY = 24 * 3600
_NOTHING_BEGUN = (
    exceptions.CannotResolveHostError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.IgnoreRequest,
)
_STATES = {NextStep.NEVER: "refused", NextStep.UNCLEAR: "asked"}
Parsed = TypeVar("Parsed")


class Client(Protocol):
    """Sends requests to Save Page Now. The spider implements it."""

    @property
    def endpoint(self) -> str:
        """The address of Save Page Now."""

    @property
    def is_over(self) -> bool:
        """Whether the run is being stopped, so that nothing may be begun."""

    async def send(
        self, parse: Callable[[int, bytes], Parsed], url: str, form: dict[str, str] | None = None
    ) -> Parsed | SaveFailure:
        """Return the parsed answer, or a failure that the answer reports.

        Raises what `failures.NO_ANSWER` names.
        """


@dataclass(frozen=True)
class SaveContext:
    """What the pages of one run share.

    `sessions` admits as many captures as the account may have under way, `one_begins` one request for a
    capture.
    """

    db: Database
    plan: SavePlan
    client: Client
    sessions: asyncio.Semaphore
    one_begins: asyncio.Lock


@dataclass(frozen=True)
class Outcome:
    """What became of a page.

    `state` is that of the table `saves`, where `asked` means that the archive has not reported it yet. `new`
    is the number of captures that were not stored before.
    """

    url: str
    state: str
    line: str
    new: int = 0


class Refusal(NamedTuple):
    """Why the archive wants no further requests, and for how many seconds."""

    reason: str
    seconds: float


@dataclass(frozen=True)
class PageResult:
    """The end of one page: its outcome, if it was requested, and a refusal that ends the run, if any."""

    outcome: Outcome | None = None
    refusal: Refusal | None = None


async def save(context: SaveContext, page: Page) -> PageResult:
    """Have a page captured, in a few attempts. Raises StoreError."""
    wait = BETWEEN_ATTEMPTS * context.plan.interval
    for attempt in range(1, ATTEMPTS + 1):
        async with context.sessions:
            submitted = await _submit(context, page)
            if isinstance(submitted, PageResult):
                return submitted
            save_id, first = submitted
            answer = await _poll(context, save_id, first.job) if isinstance(first, JobStarted) else first
            if (
                not isinstance(answer, SaveFailure)
                or answer.next_step is not NextStep.AGAIN
                or attempt == ATTEMPTS
            ):
                return _record(context, page, save_id, answer)
            with transaction(context.db):
                save_requests.set_ended(context.db, save_id, "failed", answer.reason)
        await asyncio.sleep(wait)
        wait *= 2
    raise AssertionError("the last attempt returns")


async def resume(context: SaveContext, page: Page, save_id: int, job: str) -> PageResult:
    """Ask what became of a job that an earlier run began. Raises StoreError."""
    async with context.sessions:
        return _record(context, page, save_id, await _poll(context, save_id, job))


async def _submit(
    context: SaveContext, page: Page
) -> tuple[int, JobStarted | RecentCapture | SaveFailure] | PageResult:
    """Request a capture, of one page at a time.

    Return a PageResult where nothing was begun and the run ends.
    """
    db = context.db
    async with context.one_begins:
        for waits in range(1 + SESSION_WAITS):
            if waits:
                await asyncio.sleep(FOR_A_SESSION * context.plan.interval)
            if context.client.is_over:
                return PageResult()
            with transaction(db):
                save_id = save_requests.begin(db, page.id, context.plan.source.name)
            answer = await _post(context, page)
            if not isinstance(answer, SaveFailure) or not (
                answer.permanent or answer.next_step is NextStep.WAIT
            ):
                return save_id, answer
            with transaction(db):
                save_requests.undo(db, save_id)
            if answer.permanent:
                return PageResult()
        reason = "all captures that the account may make at once are under way"
        return PageResult(refusal=Refusal(reason, SESSIONS_SECONDS))


async def _post(context: SaveContext, page: Page) -> JobStarted | RecentCapture | SaveFailure:
    form = save_page_now.form_data(page.url.partition("#")[0], context.plan.if_older_than)
    try:
        return await context.client.send(save_page_now.read_start, context.client.endpoint, form)
    except _NOTHING_BEGUN as error:
        return SaveFailure(in_words(error), NextStep.UNCLEAR, permanent=True)
    except NO_ANSWER as error:
        return SaveFailure(f"no answer: {in_words(error)}", NextStep.UNCLEAR)


async def _poll(context: SaveContext, save_id: int, job: str) -> SavedCapture | SaveFailure:
    """Ask about a job until it has ended, at most POLLS times."""
    with transaction(context.db):
        save_requests.set_pending(context.db, save_id, job)
    address = save_page_now.job_address(context.client.endpoint, job)
    wait, unclear = context.plan.interval, "it is still under way"
    for _ in range(POLLS):
        await asyncio.sleep(wait)
        wait = min(wait * SLOWER, SLOWEST * context.plan.interval)
        try:
            answer = await context.client.send(save_page_now.read_job, address)
        except NO_ANSWER as error:
            answer = SaveFailure(f"no answer: {in_words(error)}", NextStep.UNCLEAR)
        if isinstance(answer, SavedCapture) or (
            isinstance(answer, SaveFailure) and answer.next_step is not NextStep.UNCLEAR
        ):
            return answer
        if isinstance(answer, SaveFailure):
            unclear = answer.reason
    return SaveFailure(unclear, NextStep.UNCLEAR)


def _record(
    context: SaveContext, page: Page, save_id: int, answer: SavedCapture | RecentCapture | SaveFailure
) -> PageResult:
    """Store what became of a page, and its capture.

    What is unclear stays open, for the next run to ask about.
    """
    db = context.db
    capture_id, new = None, 0
    with transaction(db):
        if isinstance(answer, SavedCapture):
            row = IndexRow(urlkey(answer.original), answer.timestamp, answer.original, status=answer.status)
            archive = context.plan.source.name
            capture_id, new = save_requests.enter_capture(db, page, archive, row)
            elsewhere = "" if urlkey(answer.original) == page.urlkey else f", at {answer.original}"
            state, line = "saved", f"captured at {answer.timestamp}{elsewhere}"
        elif isinstance(answer, RecentCapture):
            state, line = "held", answer.message
        else:
            state, line = _STATES.get(answer.next_step, "failed"), answer.reason
        if state != "asked":
            save_requests.set_ended(db, save_id, state, line, capture_id)
    stops = isinstance(answer, SaveFailure) and answer.next_step is NextStep.STOP
    return PageResult(Outcome(page.url, state, line, int(new)), Refusal(line, A_DAY) if stops else None)
