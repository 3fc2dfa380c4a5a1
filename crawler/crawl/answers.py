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
from db.store import captures
from db.store.bodies import Bodies
from db.store.captures import Capture, Replayed
from db.store.sharing import same_digest

# A capture that is younger than this (in seconds) may not be in the web archive's replay yet. The delay is
# about 12 hours (docs/wayback.md "Save Page Now").
FRESH = 48 * 3600
MAY_PASS = (Kind.FAULT, Kind.FORBIDDEN)


@dataclass(frozen=True)
class Stored:
    """What was stored after an answer, and what to request next.

    `state` is the new state of the requested capture, and `before` is that capture before the answer.
    `fetched` has the ids of the captures that got a body.
    `next_tasks` are requests to send at once. `may_pass` is True if the failure may be temporary, so that a
    second try at the end of the run makes sense.
    `refuted` is the number of captures fetched earlier that lost their body, because it is not the body of
    their digest.
    """

    state: Literal["fetched", "failed", "excluded", "not yet"]
    before: Capture
    fetched: tuple[int, ...] = ()
    next_tasks: tuple[FetchTask, ...] = ()
    may_pass: bool = False
    refuted: int = 0


def store(db: Database, bodies: Bodies, task: FetchTask, answer: Answer) -> Stored:
    """Store the answer to the request of a task in one transaction. Raises StoreError."""
    with transaction(db):
        answer = replay.checked(db, task.capture, answer)
        before = captures.get(db, task.capture.id)
        if answer.kind is Kind.MEMENTO:
            return _store_memento(db, bodies, task, answer, before)
        return _store_failure(db, task, answer, before)


def _store_memento(db: Database, bodies: Bodies, task: FetchTask, answer: Answer, before: Capture) -> Stored:
    """Store a fetched capture. Share its body with captures of the same digest, if it is proven to be theirs.

    Without a proof, the next capture of the task is requested, which may bring the same body. If the capture
    is a redirect, its target is requested next. The other captures of the task are then requested too,
    because redirects with equal bodies can have different targets.
    """
    page, capture, hops = task.page, task.capture, task.hops
    replayed = Replayed(capture.archive, answer.body, answer.headers, answer.status, times.now())
    captures.set_fetched(db, bodies, capture, replayed)
    sharing = same_digest.share(db, bodies, capture.id, proven=capture.digest in answer.digests)
    if capture.id in sharing.refuted:
        return Stored("failed", before, sharing.shared, refuted=len(sharing.refuted) - 1)
    next_tasks = [redirects.target(db, page, capture, answer.location, (*hops, page.urlkey))]
    if task.captures[1:] and not sharing.settled and (task.confirms or answer.location):
        next_tasks.append(replace(task, captures=task.captures[1:]))
    fetched = (capture.id, *sharing.shared)
    return Stored("fetched", before, fetched, tuple(filter(None, next_tasks)), refuted=len(sharing.refuted))


def _store_failure(db: Database, task: FetchTask, answer: Answer, before: Capture) -> Stored:
    """Store why a capture could not be fetched, and return what to request instead.

    This is the next capture of the task. For the target of a redirect, it is the capture nearby in time that
    the web archive offers; if it then offers another one, that one is not requested.
    """
    page, capture, hops = task.page, task.capture, task.hops
    state: Literal["failed", "excluded", "not yet"] = "excluded" if answer.kind is Kind.EXCLUDED else "failed"
    if answer.kind in (Kind.NEAREST, Kind.NOT_ARCHIVED) and _is_fresh(capture.timestamp):
        captures.set_not_yet(db, capture.id, answer.reason)
        state = "not yet"
    else:
        # No index has listed the target of a redirect, so its absence is final.
        is_absent = bool(hops) and answer.kind not in (*MAY_PASS, Kind.EXCLUDED)
        final = is_absent or answer.kind is Kind.LONG_URL
        captures.set_failed(db, capture.id, answer.reason, state=state, final=final)
    following = replace(task, captures=task.captures[1:]) if task.captures[1:] else None
    if hops and answer.kind is Kind.NEAREST and not task.is_neighbour:
        following = redirects.neighbour(db, page, capture, answer.timestamp, hops) or following
    return Stored(state, before, (), (following,) if following else (), answer.kind in MAY_PASS)


def _is_fresh(timestamp: str) -> bool:
    moment = times.moment(timestamp)
    return moment is not None and times.clock() - moment.timestamp() < FRESH
