"""The good captures of a policy: captures with the verdict `policy`.

History, reports, web pages and exports use them in the same order: by time, then by `TIE_BREAK`. If several
were made at the same moment, the first one represents that moment. The last good capture has the text with
which the history ends.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlite_utils import Database

# SQL: the order of captures (`c`, of pages `g`) that were made at the same moment.
TIE_BREAK = "g.urlkey, c.timestamp, c.original, c.digest"


class GoodCapture(NamedTuple):
    """A capture with the verdict `policy`.

    `captured_at` is its time in ISO 8601, and `timestamp` the web archive's 14 digits. `original` is the
    captured address. `replay_key` is the timestamp as the web archive writes it, if it has another length.
    `page_id` is its page.
    """

    id: int
    text_id: int
    captured_at: str
    archive: str
    timestamp: str
    original: str
    replay_key: str | None = None
    page_id: int = 0


def of_policy(db: Database, policy_id: int) -> Iterator[GoodCapture]:
    """Yield the good captures of a policy, the oldest first.

    Captures with the same time are in the order of `TIE_BREAK`. Yields nothing if there is no good capture.
    """
    return _select(db, f"order by c.captured_at, {TIE_BREAK}", policy=policy_id)


def at(db: Database, policy_id: int, moment: str, text_id: int | None = None) -> GoodCapture | None:
    """Return the good capture that was made at a moment (ISO 8601), or None.

    If there are several, the one with the text `text_id` is returned, else one with the same wording as that
    text, else the first one.
    """
    wording = "(select wording from texts where id = {})"
    text = (
        ""
        if text_id is None
        else (f"c.text_id != :text, {wording.format('c.text_id')} is not {wording.format(':text')}, ")
    )
    order = f"and c.captured_at = :moment order by {text}{TIE_BREAK} limit 1"
    return next(_select(db, order, policy=policy_id, moment=moment, text=text_id), None)


def of_address(
    db: Database, policy_id: int, archive: str, timestamp: str, original: str
) -> GoodCapture | None:
    """Return the good capture of an address that a web archive has, or None.

    `timestamp` is as the archive writes it.
    """
    order = f"""and c.archive = :archive and coalesce(c.replay_key, c.timestamp) = :timestamp
        and c.original = :original order by c.captured_at, {TIE_BREAK} limit 1"""
    found = _select(db, order, policy=policy_id, archive=archive, timestamp=timestamp, original=original)
    return next(found, None)


def latest(db: Database, policy_id: int, until: str) -> GoodCapture | None:
    """Return the last good capture at or before the moment `until` (ISO 8601), or None."""
    backwards = ", ".join(f"{column} desc" for column in TIE_BREAK.split(", "))
    order = f"and c.captured_at <= :until order by c.captured_at desc, {backwards} limit 1"
    return next(_select(db, order, policy=policy_id, until=until), None)


def next_after(db: Database, policy_id: int, moment: str) -> GoodCapture | None:
    """Return the first good capture after a moment (ISO 8601), or None."""
    order = f"and c.captured_at > :moment order by c.captured_at, {TIE_BREAK} limit 1"
    return next(_select(db, order, policy=policy_id, moment=moment), None)


def first_of_text(db: Database, policy_id: int, text_id: int) -> GoodCapture | None:
    """Return the first good capture of a policy that has this text, or None."""
    order = f"and c.text_id = :text order by c.captured_at, {TIE_BREAK} limit 1"
    return next(_select(db, order, policy=policy_id, text=text_id), None)


def _select(db: Database, rest: str, **parameters: int | str | None) -> Iterator[GoodCapture]:
    rows = db.execute(
        f"""select c.id, c.text_id, c.captured_at, c.archive, c.timestamp, c.original, c.replay_key,
            c.page_id
        from pages g cross join captures c on c.page_id = g.id
        where g.policy_id = :policy and c.verdict = 'policy' and c.captured_at is not null
        and c.text_id is not null {rest}""",
        parameters,
    )
    return map(GoodCapture._make, rows)
