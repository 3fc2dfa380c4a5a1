"""The good captures of a policy: those with the verdict `policy`.

They have one order everywhere, in the history, reports, web pages and exports: by time, and of one moment by
`TIE_BREAK`. The first one of a moment stands for it; the last one shows the text that the history ends with.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlite_utils import Database

# The order of captures `c` of pages `g` that were made at the same moment.
TIE_BREAK = "g.urlkey, c.timestamp, c.original, c.digest"


class GoodCapture(NamedTuple):
    """A capture that shows the policy. `captured_at` is ISO 8601, `timestamp` that of its archive.

    `replay_key` is the timestamp as the archive writes it, where that has another number of digits.
    """

    id: int
    text_id: int
    captured_at: str
    archive: str
    timestamp: str
    original: str
    replay_key: str | None = None


def of_policy(db: Database, policy_id: int) -> Iterator[GoodCapture]:
    """Yield the good captures of a policy by time, those of one moment by `TIE_BREAK`."""
    return _select(db, f"order by c.captured_at, {TIE_BREAK}", policy=policy_id)


def at(db: Database, policy_id: int, moment: str, text_id: int | None = None) -> GoodCapture | None:
    """Return the good capture of a moment; None where there is none.

    Of several the one with this text is returned, else one with its wording, else the first.
    """
    wording = "(select wording from texts where id = {})"
    text = (
        ""
        if text_id is None
        else (f"c.text_id != :text, {wording.format('c.text_id')} is not {wording.format(':text')}, ")
    )
    order = f"and c.captured_at = :moment order by {text}{TIE_BREAK} limit 1"
    return next(_select(db, order, policy=policy_id, moment=moment, text=text_id), None)


def latest(db: Database, policy_id: int, until: str) -> GoodCapture | None:
    """Return the last good capture that is not after a moment. None where all are later."""
    backwards = ", ".join(f"{column} desc" for column in TIE_BREAK.split(", "))
    order = f"and c.captured_at <= :until order by c.captured_at desc, {backwards} limit 1"
    return next(_select(db, order, policy=policy_id, until=until), None)


def next_after(db: Database, policy_id: int, moment: str) -> GoodCapture | None:
    """Return the first good capture after a moment; None where there is none."""
    order = f"and c.captured_at > :moment order by c.captured_at, {TIE_BREAK} limit 1"
    return next(_select(db, order, policy=policy_id, moment=moment), None)


def first_of_text(db: Database, policy_id: int, text_id: int) -> GoodCapture | None:
    """Return the first good capture of a policy with this text. None where there is none."""
    order = f"and c.text_id = :text order by c.captured_at, {TIE_BREAK} limit 1"
    return next(_select(db, order, policy=policy_id, text=text_id), None)


def _select(db: Database, rest: str, **parameters: int | str | None) -> Iterator[GoodCapture]:
    rows = db.execute(
        f"""select c.id, c.text_id, c.captured_at, c.archive, c.timestamp, c.original, c.replay_key
        from pages g cross join captures c on c.page_id = g.id
        where g.policy_id = :policy and c.verdict = 'policy' and c.captured_at is not null
        and c.text_id is not null {rest}""",
        parameters,
    )
    return map(GoodCapture._make, rows)
