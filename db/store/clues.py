"""Table `clues`: the discovery evidence, which records how each address was found."""

from dataclasses import dataclass

from sqlite_utils import Database

from db import times

EVIDENCE_KINDS = ("given", "list", "index", "home", "redirect", "successor", "path")


@dataclass(frozen=True)
class Clue:
    """One piece of discovery evidence for a page.

    `way` is its kind, one of EVIDENCE_KINDS. `text` are the words of the link, or "". `capture_id` is the
    capture that contains the link, `source_url` its address and `captured_at` its moment (ISO 8601). Evidence
    from an index or a list has no capture.
    """

    way: str
    text: str
    capture_id: int | None
    source_url: str | None
    captured_at: str | None


def note(db: Database, page_id: int, way: str, capture_id: int | None = None, text: str = "") -> bool:
    """Store evidence for a page, and return whether it is new. Call it inside a transaction.

    Raises an error for a kind that is not in EVIDENCE_KINDS.
    """
    # A kind that is not in EVIDENCE_KINDS breaks a constraint of the table and raises.
    cursor = db.execute(
        """insert into clues (page_id, way, capture_id, text, noted_at) values (?, ?, ?, ?, ?)
        on conflict do nothing""",
        [page_id, way, capture_id, text or None, times.now()],
    )
    return bool(cursor.rowcount)


def of_page(db: Database, page_id: int) -> list[Clue]:
    """Return the evidence for a page in the order in which it was stored."""
    rows = db.execute(
        """select k.way, coalesce(k.text, ''), k.capture_id, c.original, c.captured_at
        from clues k left join captures c on c.id = k.capture_id where k.page_id = ? order by k.id""",
        [page_id],
    )
    return [Clue(*row) for row in rows]
