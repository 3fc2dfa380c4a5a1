"""The steps to save one page: request a capture, wait until the job ends, store the outcome."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from scrapy import exceptions
from sqlite_utils import Database

from crawler.save.plan import SavePlan
from crawler.webarchive import save_page_now
from crawler.webarchive.failures import NO_ANSWER, NotServingError, in_words
from crawler.webarchive.save_page_now import JobStarted, NextStep, RecentCapture, SavedCapture, SaveFailure
from db.database import transaction
from db.store.captures import IndexRow
from db.store.retailers import Page
from db.store.runs import save_requests
from db.urlkey import urlkey

ATTEMPTS = 3  # the maximum number of tries for one page in one run, after temporary errors
# The next times are in intervals (SavePlan.interval), normally ten seconds.
BETWEEN_ATTEMPTS = 3  # the wait before the second try; before the third it is twice as long
FOR_A_SESSION = 6  # the wait if the account makes too many captures at once: "Please wait for a minute"
SESSION_WAITS = 3  # after this many waits, another program must be using the account, so the run ends
# The time between two requests for the status of a job grows by the factor SLOWER, up to SLOWEST intervals.
SLOWER, SLOWEST = 1.5, 3
# The maximum number of requests for the status of a job: five minutes in all. A capture takes at most two
# minutes, but may begin later.
POLLS = 12
SESSIONS_SECONDS = 600  # how long to stay away if another program uses the account
A_DAY = 24 * 3600
_NOTHING_BEGUN = (
    exceptions.CannotResolveHostError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.IgnoreRequest,
)
_STATES = {NextStep.NEVER: "refused", NextStep.UNCLEAR: "asked"}
Parsed = TypeVar("Parsed")


class Client(Protocol):
    """Sends requests to Save Page Now. The save spider implements it."""

    @property
    def endpoint(self) -> str:
        """The address of Save Page Now."""

    @property
    def is_over(self) -> bool:
        """Whether the run is being stopped, so that no new capture may be requested."""

    async def send(
        self, parse: Callable[[int, bytes], Parsed], url: str, form: dict[str, str] | None = None
    ) -> Parsed | SaveFailure:
        """Send a request. Return the answer as `parse` reads it, or a failure.

        `form` has the form fields of the request; without a form it is a GET request. Raises the exceptions
        in `failures.NO_ANSWER`.
        """


@dataclass(frozen=True)
class SaveContext:
    """The objects that all pages of one save run share.

    `sessions` limits how many captures are made at the same time. `one_begins` allows only one request for a
    capture at a time.
    """

    db: Database
    plan: SavePlan
    client: Client
    sessions: asyncio.Semaphore
    one_begins: asyncio.Lock


@dataclass(frozen=True)
class Outcome:
    """What happened to one page.

    `state` is a state of the table `saves`; `asked` means that the result is still unknown. `line` describes
    the outcome for the user. `new` is the count of captures that are new in the archive file.
    """

    url: str
    state: str
    line: str
    new: int = 0


class Refusal(NamedTuple):
    """Why Save Page Now accepts no further requests, and for how many seconds."""

    reason: str
    seconds: float


@dataclass(frozen=True)
class PageResult:
    """The end of the work on one page.

    `outcome` is None if nothing was requested. `refusal` is None, or the reason why the whole run must stop.
    """

    outcome: Outcome | None = None
    refusal: Refusal | None = None


async def save(context: SaveContext, page: Page) -> PageResult:
    """Request a capture of a page, and wait for the result.

    After a temporary error, try again up to ATTEMPTS times. Raises StoreError.
    """
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
    """Wait for the result of a job that an earlier run started. Raises StoreError."""
    async with context.sessions:
        return _record(context, page, save_id, await _poll(context, save_id, job))


async def _submit(
    context: SaveContext, page: Page
) -> tuple[int, JobStarted | RecentCapture | SaveFailure] | PageResult:
    """Request a capture. Return the id of the save request and the answer.

    Only one page does this at a time. Return a PageResult if no capture was requested because the run ends.
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
    except NotServingError as error:
        return SaveFailure(in_words(error), NextStep.UNCLEAR)
    except _NOTHING_BEGUN as error:
        return SaveFailure(in_words(error), NextStep.UNCLEAR, permanent=True)
    except NO_ANSWER as error:
        return SaveFailure(f"no answer: {in_words(error)}", NextStep.UNCLEAR)


async def _poll(context: SaveContext, save_id: int, job: str) -> SavedCapture | SaveFailure:
    """Request the status of a job until it has ended, at most POLLS times.

    If it has not ended then, return a failure with the next step UNCLEAR.
    """
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
    """Store the outcome of a page, and its new capture.

    If the outcome is unclear, the save request stays open, and the next run requests its status again.
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
