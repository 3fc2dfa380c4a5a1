"""Captures that an archive was asked to make, so that no page is asked for twice, also not by the run after one that died.

asked -> pending (the archive named a job) -> saved (`capture_id` is the capture) | failed (may be asked for again)
      -> held (the archive has a young enough capture already)            | refused (cannot be captured as it is)
"""

from dataclasses import dataclass

from sqlite_utils import Database

from db import times
from db.store import captures, retailers
from db.store.captures import IndexRow
from db.store.retailers import Page


@dataclass(frozen=True)
class SaveRequest:
    """A row of the `saves` table."""

    id: int
    page_id: int
    asked_at: str
    job: str | None
    state: str
    reason: str | None


def begin(db: Database, page_id: int, archive: str) -> int:
    """Note that a page is being asked for, and give the row's id. To be called inside a transaction, before the request.

    What a run that was killed had begun for the page, and nobody asked about in time, has failed by that.
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
    """Forget a request with which nothing was begun. To be called inside a transaction."""
    db.execute("delete from saves where id = ?", [save_id])


def set_pending(db: Database, save_id: int, job: str) -> None:
    """Note the name of the archive's job. To be called inside a transaction."""
    db.execute("update saves set state = 'pending', job = ? where id = ?", [job, save_id])


def set_ended(
    db: Database, save_id: int, state: str, reason: str | None, capture_id: int | None = None
) -> None:
    """Note how it ended: saved, held, failed or refused. To be called inside a transaction."""
    db.execute(
        "update saves set state = ?, reason = ?, capture_id = ? where id = ?",
        [state, reason, capture_id, save_id],
    )


def latest(db: Database, page_id: int, archive: str) -> SaveRequest | None:
    """The last request for a page; None where there was none."""
    row = db.execute(
        """select id, page_id, asked_at, job, state, reason from saves
        where page_id = ? and archive = ? order by asked_at desc, id desc limit 1""",
        [page_id, archive],
    ).fetchone()
    return SaveRequest(*row) if row else None


def count_since(db: Database, page_id: int, archive: str, since: str) -> int:
    """How often a page was asked for since a moment."""
    query = "select count(*) from saves where page_id = ? and archive = ? and asked_at >= ?"
    return int(db.execute(query, [page_id, archive, since]).fetchone()[0])


def enter_capture(db: Database, page: Page, archive: str, row: IndexRow) -> tuple[int, bool]:
    """Enter the capture that was made for a page, and give its id and whether it is new; the next crawl fetches it.

    Where the archive's browser was redirected to another address, that is a page of the policy, found by a link. To be
    called inside a transaction.
    """
    if row.urlkey != page.urlkey:
        page = retailers.add_page(db, page.policy_id, row.original, "link", waypoint=True)
    new = captures.record_rows(db, page.id, archive, [row])
    capture = captures.find(db, page.id, row)
    if capture is None:
        raise LookupError(row.original)
    return capture.id, bool(new)
