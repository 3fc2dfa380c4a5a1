"""Clues: how it is known that a page belongs where it is; the finding of a page (db/store/retailers.py) says what came of them."""

from dataclasses import dataclass

from sqlite_utils import Database

from db import times

EVIDENCE_KINDS = ("given", "list", "index", "home", "redirect", "successor", "path")


@dataclass(frozen=True)
class Clue:
    """One clue: its way (one of EVIDENCE_KINDS), the words of the link, and the capture in which it was seen with its page and moment.

    An index and a list have no capture; `text` is "" where there are no words.
    """

    way: str
    text: str
    capture_id: int | None
    source_url: str | None
    captured_at: str | None


def note(db: Database, page_id: int, way: str, capture_id: int | None = None, text: str = "") -> bool:
    """Note a clue to a page; whether it is new. To be called inside a transaction."""
    cursor = db.execute(
        "insert or ignore into clues (page_id, way, capture_id, text, noted_at) values (?, ?, ?, ?, ?)",
        [page_id, way, capture_id, text or None, times.now()],
    )
    return bool(cursor.rowcount)


def of_page(db: Database, page_id: int) -> list[Clue]:
    """All clues to a page, in the order in which they were noted."""
    rows = db.execute(
        """select k.way, coalesce(k.text, ''), k.capture_id, c.original, c.captured_at
        from clues k left join captures c on c.id = k.capture_id where k.page_id = ? order by k.id""",
        [page_id],
    )
    return [Clue(*row) for row in rows]
