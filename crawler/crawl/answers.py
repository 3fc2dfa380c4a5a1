"""Store the answer to the request for a capture, and find the next requests."""

from dataclasses import dataclass, replace
from typing import Literal

from sqlite_utils import Database

from crawler.crawl import redirects
from crawler.items import FetchTask
from crawler.webarchive import replay
from crawler.webarchive.memento import Answer, Kind
from db import times
from db.database import transaction
from db.store import captures, same_digest
from db.store.bodies import Bodies
from db.store.captures import Replayed

# A capture that is younger than this (in seconds) may not be in the web archive's replay yet. The delay is
# about 12 hours (docs/wayback.md "Save Page Now").
FRESH = 48 * 3600


@dataclass(frozen=True)
class Stored:
    """What was stored after an answer, and what to request next.

    `state` is that of the requested capture, `fetched` the captures with a new body, `next_tasks` what
    follows at once. `may_pass` says that the failure may have passed by the end of the run. `refuted` is the
    number of captures fetched before that lost their body, because it is not that of their digest.
    """

    state: Literal["fetched", "failed", "excluded", "not yet"]
    fetched: tuple[int, ...] = ()
    next_tasks: tuple[FetchTask, ...] = ()
    may_pass: bool = False
    refuted: int = 0


def store(db: Database, bodies: Bodies, task: FetchTask, answer: Answer) -> Stored:
    """Store the answer to the request of a task in one transaction. Raises StoreError."""
    with transaction(db):
        answer = replay.checked(db, task.capture, answer)
        if answer.kind is Kind.MEMENTO:
            return _store_memento(db, bodies, task, answer)
        return _store_failure(db, task, answer)


def _store_memento(db: Database, bodies: Bodies, task: FetchTask, answer: Answer) -> Stored:
    """Store a capture and share its body with those of the same digest, if it is proven to be theirs.

    Otherwise the next one is requested, which may bring the same body. Revisits that turn out to be redirects
    are all requested.
    """
    page, capture, hops = task.page, task.capture, task.hops
    replayed = Replayed(capture.archive, answer.body, answer.headers, answer.status, times.now())
    captures.set_fetched(db, bodies, capture, replayed)
    sharing = same_digest.share(db, bodies, capture.id, proven=capture.digest in answer.digests)
    if capture.id in sharing.refuted:
        return Stored("failed", sharing.shared, refuted=len(sharing.refuted) - 1)
    next_tasks = [redirects.target(db, page, capture, answer.location, (*hops, page.urlkey))]
    if task.captures[1:] and not sharing.settled and (task.confirms or answer.location):
        next_tasks.append(replace(task, captures=task.captures[1:]))
    fetched = (capture.id, *sharing.shared)
    return Stored("fetched", fetched, tuple(filter(None, next_tasks)), refuted=len(sharing.refuted))


def _store_failure(db: Database, task: FetchTask, answer: Answer) -> Stored:
    """Store why a capture could not be fetched, and return what to request instead.

    This is the next capture of the task. For the target of a redirect, it is the capture nearby in time that
    the web archive offers.
    """
    page, capture, hops = task.page, task.capture, task.hops
    state: Literal["failed", "excluded", "not yet"] = "excluded" if answer.kind is Kind.EXCLUDED else "failed"
    if answer.kind in (Kind.NEAREST, Kind.NOT_ARCHIVED) and _is_fresh(capture.timestamp):
        captures.set_not_yet(db, capture.id, answer.reason)
        state = "not yet"
    else:
        # No index has listed the target of a redirect, so its absence is final.
        final = (bool(hops) and answer.kind is not Kind.FAULT) or answer.kind is Kind.LONG_URL
        captures.set_failed(db, capture.id, answer.reason, state=state, final=final)
    following = replace(task, captures=task.captures[1:]) if task.captures[1:] else None
    if hops and answer.kind is Kind.NEAREST:
        following = redirects.neighbour(db, page, capture, answer.timestamp, hops) or following
    return Stored(state, (), (following,) if following else (), answer.kind is Kind.FAULT)


def _is_fresh(timestamp: str) -> bool:
    moment = times.moment(timestamp)
    return moment is not None and times.clock() - moment.timestamp() < FRESH
