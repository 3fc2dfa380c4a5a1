"""The changes to export, each with its words and all its evidence."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from sqlite_utils import Database

from db.export.evidence import CitedCapture, ExportFilter, cited_capture
from db.history.comparison.differences import Difference
from db.query import changes as query
from db.query import comparisons
from db.query.changes import ChangeFilter, FoundChange


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
    return (exported(db, change) for change in _chosen(db, wanted))


def count_changes(db: Database, wanted: ExportFilter) -> int:
    """Return how many changes are chosen. Raises UnknownRetailerError."""
    return len(_chosen(db, wanted))


def exported(db: Database, change: FoundChange) -> ExportedChange:
    """Return a change with its words and its evidence. Raises StoreError while its history is derived."""
    of = change.policy_id, change.domain
    same = {
        one.name: getattr(change, one.name) for one in fields(ExportedChange) if hasattr(change, one.name)
    }
    return ExportedChange(
        retailer=change.domain,
        old=cited_capture(db, *of, change.last_old, change.old_text_id),
        new=cited_capture(db, *of, change.first_new, change.new_text_id),
        differences=comparisons.stored(db, change.id),
        **same,
    )


def _chosen(db: Database, wanted: ExportFilter) -> list[FoundChange]:
    period = ChangeFilter(wanted.domains, wanted.first or "", wanted.last or "", kinds=())
    found = query.find(db, period, "retailer")
    return list({change.domain: change for change in found}.values()) if wanted.latest else found
