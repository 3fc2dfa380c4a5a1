"""The changes to export, each with its words and all its evidence."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from db.export.evidence import CitedCapture, ExportFilter, cited_capture
from db.history.comparison.differences import Difference
from db.query import changes as query
from db.query import comparisons, findings
from db.query.changes import ChangeFilter, FoundChange
from db.query.findings import Meaning


@dataclass(frozen=True)
class ExportedChange:
    """A change, with the captures before and after it, its places in order, and what it means."""

    found: FoundChange
    old: CitedCapture
    new: CitedCapture
    differences: tuple[Difference, ...]
    meaning: Meaning


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
    return ExportedChange(
        change,
        cited_capture(db, *of, change.last_old, change.old_text_id),
        cited_capture(db, *of, change.first_new, change.new_text_id),
        comparisons.stored(db, change.id),
        findings.of_change(db, change.id),
    )


def _chosen(db: Database, wanted: ExportFilter) -> list[FoundChange]:
    period = ChangeFilter(wanted.domains, wanted.first or "", wanted.last or "", kinds=())
    found = query.find(db, period, "retailer")
    return list({change.domain: change for change in found}.values()) if wanted.latest else found
