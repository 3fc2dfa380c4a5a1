"""Store what the archive answered to the request for a capture, and find what to request next."""

from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from crawler.crawl import redirects
from crawler.items import FetchTask
from crawler.webarchive.memento import Answer, Kind
from db import times
from db.database import transaction
from db.store import captures
from db.store.bodies import Bodies
from db.store.captures import Capture, Replayed

# Seconds after a capture in which the archive may not show it yet: about 12 hours (docs/wayback.md "Save Page
# Now").
FRESH = 48 * 3600
MAY_PASS = (Kind.FAULT, Kind.FORBIDDEN)


@dataclass(frozen=True)
class Stored:
    """What an answer brought.

    `state` is that of the requested capture, `before` that capture as it was before, `fetched` the captures with a new body, `next_tasks` what
    follows at once. `may_pass` says that the failure may have passed by the end of the run.
    """

    state: Literal["fetched", "failed", "excluded", "not yet"]
    before: Capture
    fetched: tuple[int, ...] = ()
    next_tasks: tuple[FetchTask, ...] = ()
    may_pass: bool = False


def store(db: Database, bodies: Bodies, task: FetchTask, answer: Answer) -> Stored:
    """Store the answer to a task in one transaction. Raises StoreError."""
    with transaction(db):
        before = captures.get(db, task.capture.id)
        if answer.kind is Kind.MEMENTO:
            return _store_memento(db, bodies, task, answer, before)
        return _store_failure(db, task, answer, before)


def _store_memento(db: Database, bodies: Bodies, task: FetchTask, answer: Answer, before: Capture) -> Stored:
    """Store a capture and share its body with those of the same digest.

    Revisits that turn out to be redirects are requested one by one instead.
    """
    page, capture, hops = task.page, task.capture, task.hops
    replayed = Replayed(capture.archive, answer.body, answer.headers, answer.status, times.now())
    captures.set_fetched(db, bodies, capture, replayed)
    shared = captures.share_fetched(db, capture)
    next_tasks = [redirects.target(db, page, capture, answer.location, (*hops, page.urlkey))]
    if answer.location and task.captures[1:]:
        next_tasks.append(FetchTask(page, task.captures[1:], hops))
    return Stored("fetched", before, (capture.id, *shared), tuple(filter(None, next_tasks)))


def _store_failure(db: Database, task: FetchTask, answer: Answer, before: Capture) -> Stored:
    """Record why a capture was not fetched.

    Its next substitute follows, or a redirect target's neighbour in time.
    """
    page, capture, hops = task.page, task.capture, task.hops
    state: Literal["failed", "excluded", "not yet"] = "excluded" if answer.kind is Kind.EXCLUDED else "failed"
    if answer.kind in (Kind.NEAREST, Kind.NOT_ARCHIVED) and _is_fresh(capture.timestamp):
        captures.set_not_yet(db, capture.id, answer.reason)
        state = "not yet"
    else:
        # No index has listed the target of a redirect, so its absence is final.
        final = bool(hops) and answer.kind not in MAY_PASS
        captures.set_failed(db, capture.id, answer.reason, state=state, final=final)
    following = FetchTask(page, task.captures[1:], hops) if task.captures[1:] else None
    if hops and answer.kind is Kind.NEAREST:
        following = redirects.neighbour(db, page, capture, answer.timestamp, hops) or following
    return Stored(state, before, (), (following,) if following else (), answer.kind in MAY_PASS)


def _is_fresh(timestamp: str) -> bool:
    moment = times.moment(timestamp)
    return moment is not None and times.clock() - moment.timestamp() < FRESH
