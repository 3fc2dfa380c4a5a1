"""The changes to export, each with its words and all its evidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from db.export.evidence import CitedCapture, ExportFilter, cited_capture
from db.history.comparison.differences import Difference
from db.query import comparisons
from db.store import retailers


@dataclass(frozen=True)
class ExportedChange:
    """A change, with the captures before and after it, and its marks (db/history/marks).

    `kind` is wording, presentation or extractor. `set_aside` is the number of places that do not count.
    `announced` is None if an older policytrail derived it. `differences` are its places, in order.
    """

    retailer: str
    old: CitedCapture
    new: CitedCapture
    kind: str
    old_version: int
    new_version: int
    words_added: int
    words_removed: int
    similarity: float
    set_aside: int
    stated_before: str | None
    stated_date: str | None
    announced: str | None
    suspect: str | None
    title: str
    differences: tuple[Difference, ...] = ()


def changes(db: Database, wanted: ExportFilter) -> Iterator[ExportedChange]:
    """Yield the chosen changes by retailer and time.

    A change is chosen if the time between its two captures is at least partly in the chosen time. Raises
    UnknownRetailerError, StoreError.
    """
    for policy_id, domain in retailers.policies(db, wanted.domains):
        chosen = [row for row in _changes(db, policy_id) if wanted.overlaps(*row[:2])]
        for last_old, first_new, number, old_text, new_text, *change in (
            chosen[-1:] if wanted.latest else chosen
        ):
            old = cited_capture(db, policy_id, domain, last_old, old_text)
            new = cited_capture(db, policy_id, domain, first_new, new_text)
            row = (domain, old, new, *change, comparisons.stored(db, number))
            yield ExportedChange(*row)


def count_changes(db: Database, wanted: ExportFilter) -> int:
    """Return how many changes are chosen. Raises UnknownRetailerError."""
    found = 0
    for policy_id, _ in retailers.policies(db, wanted.domains):
        chosen = sum(wanted.overlaps(*row[:2]) for row in _changes(db, policy_id))
        found += min(chosen, 1) if wanted.latest else chosen
    return found


def _changes(db: Database, policy_id: int) -> list[Any]:
    return db.execute(
        """select c.last_old, c.first_new, c.id, c.old_text_id, c.new_text_id, c.kind, o.number, n.number,
               c.words_added, c.words_removed, c.similarity, c.set_aside, c.stated_before, c.stated_date,
               c.announced, c.suspect, t.title
        from changes c join versions o on o.id = c.old_version join versions n on n.id = c.new_version
        join texts t on t.id = n.text_id where c.policy_id = ? order by c.first_new, c.id""",
        [policy_id],
    ).fetchall()
