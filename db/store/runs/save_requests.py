"""Save requests: requests to capture a page now. No page is requested twice, even after a kill.

asked -> pending (the web archive returned a job) -> saved (`capture_id` is the new capture)
                                                  |  failed (can be requested again)
      -> held (the web archive has a recent capture) | refused (the page cannot be captured)
"""

from dataclasses import dataclass

from sqlite_utils import Database

from db import times
from db.store import captures, retailers
from db.store.captures import IndexRow
from db.store.retailers import Page


@dataclass(frozen=True)
class SaveRequest:
    """A row of the table `saves`. `asked_at` is the moment of the request (ISO 8601)."""

    id: int
    page_id: int
    asked_at: str
    job: str | None
    state: str
    reason: str | None


def begin(db: Database, page_id: int, archive: str) -> int:
    """Store that a page is being requested, and return the id of the request.

    Call it inside a transaction, before the request. Earlier requests for the page without an end belong to a
    run that was killed; they become failed.
    """
    db.execute(
        """update saves set state = 'failed', reason = 'nobody asked in time what became of it'
        where page_id = ? and archive = ? and state in ('asked', 'pending')""",
        [page_id, archive],
    )
    values = [page_id, archive, times.now()]
    return int(
        db.execute("insert into saves (page_id, archive, asked_at) values (?, ?, ?)", values).lastrowid or 0
    )


def undo(db: Database, save_id: int) -> None:
    """Delete a request that was not sent. Call it inside a transaction."""
    db.execute("delete from saves where id = ?", [save_id])


def set_pending(db: Database, save_id: int, job: str) -> None:
    """Store the job of a request. Call it inside a transaction."""
    db.execute("update saves set state = 'pending', job = ? where id = ?", [job, save_id])


def set_ended(
    db: Database, save_id: int, state: str, reason: str | None, capture_id: int | None = None
) -> None:
    """Store the result of a request. Call it inside a transaction.

    `state` is saved, held, failed or refused.
    """
    db.execute(
        "update saves set state = ?, reason = ?, capture_id = ? where id = ?",
        [state, reason, capture_id, save_id],
    )


def latest(db: Database, page_id: int, archive: str) -> SaveRequest | None:
    """Return the last request for a page, or None if there was none."""
    row = db.execute(
        """select id, page_id, asked_at, job, state, reason from saves
        where page_id = ? and archive = ? order by asked_at desc, id desc limit 1""",
        [page_id, archive],
    ).fetchone()
    return SaveRequest(*row) if row else None


def count_since(db: Database, page_id: int, archive: str, since: str) -> int:
    """Return how many requests for a page were made since a moment (ISO 8601)."""
    query = "select count(*) from saves where page_id = ? and archive = ? and asked_at >= ?"
    return int(db.execute(query, [page_id, archive, since]).fetchone()[0])


def enter_capture(db: Database, page: Page, archive: str, row: IndexRow) -> tuple[int, bool]:
    """Store the new capture of a page. Return its id, and True if it is new.

    The next crawl fetches it. If the web archive was redirected to another address, that address becomes a
    page of the policy, found by link. Call it inside a transaction.
    """
    if row.urlkey != page.urlkey:
        page = retailers.add_page(db, page.policy_id, row.original, "link", waypoint=True)
    new = captures.record_rows(db, page.id, archive, [row])
    capture = captures.find(db, page.id, row)
    if capture is None:
        raise LookupError(row.original)
    return capture.id, bool(new)
