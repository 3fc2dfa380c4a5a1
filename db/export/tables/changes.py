"""The table of changes: a row for each, with its words and all its evidence (docs/exports.md)."""

from collections.abc import Iterator

from sqlite_utils import Database

from db.export.evidence import Citations, ExportFilter
from db.export.exported_changes import ExportedChange, changes, count_changes
from db.export.tables.columns import (
    ANNOUNCED,
    FINDING,
    MEASURES,
    RETAILER,
    STATED_BEFORE,
    SUSPECT,
    Column,
    capture,
)
from db.export.tables.table import Row, Table
from db.export.tables.versions import captured
from db.history.comparison.differences import Difference
from db.query.findings import StoredFinding

_PLACE = (
    Column("section", "text", "the heading above the place, empty before the first heading"),
    Column("reason", "text", "why it counts (wording) or does not (history.md)"),
    Column("counts", "flag", "whether it is a change of the policy's wording"),
    Column("removed", "text", "the words that went"),
    Column("added", "text", "the words that came"),
)
COLUMNS = (
    RETAILER,
    Column("kind", "text", "wording, presentation (only links or markup) or extractor"),
    Column("old_version", "number", "the version before"),
    Column("new_version", "number", "the version after; lower than the one before if a wording returned"),
    Column(
        "last_old", "moment", "the last capture with the old text: the change lies between it and first_new"
    ),
    Column("first_new", "moment", "the first capture with the new text"),
    *MEASURES,
    Column("stated_before", "text", f"{STATED_BEFORE}: a day, a month or a year"),
    Column("stated_date", "text", "the date that the new text states as its own: a day, a month or a year"),
    ANNOUNCED,
    SUSPECT,
    Column("title", "text", "the title of the new text"),
    Column("removed", "texts", "the words that went and count, a text for each place"),
    Column("added", "texts", "the words that came and count, a text for each place"),
    Column("places", _PLACE, "all places where the two texts differ, also those that do not count"),
    Column("finding_kinds", "text", "kinds and moves of its findings, each once: sale removed; law added"),
    Column("findings", FINDING, "what the new text says otherwise, those of most weight first"),
    Column("unquoted", "number", "changed words that no finding quotes; null if the change was not read"),
    *capture("old", "the last capture with the old text"),
    *capture("new", "the first capture with the new text"),
)


def row(change: ExportedChange, citations: Citations) -> Row:
    """Return column name -> value for a change. Moments are ISO 8601; unknown values are None.

    `removed` and `added` are lists of the words that count, one text for each place. `places` is a list of
    all places where the two texts differ, also of those that do not count, and `findings` a list of findings.
    """
    found = change.found
    return {
        "retailer": found.domain,
        "kind": found.kind,
        "old_version": found.old_version,
        "new_version": found.new_version,
        "last_old": change.old.captured_at,
        "first_new": change.new.captured_at,
        "words_added": found.words_added,
        "words_removed": found.words_removed,
        "similarity": found.similarity,
        "set_aside": found.set_aside,
        "stated_before": found.stated_before,
        "stated_date": found.stated_date,
        "announced": found.announced,
        "suspect": found.suspect,
        "title": found.title,
        "removed": [one.removed for one in change.differences if one.counts and one.removed],
        "added": [one.added for one in change.differences if one.counts and one.added],
        "places": [_place(one) for one in change.differences],
        "finding_kinds": "; ".join(change.meaning.labels),
        "findings": list(map(finding, change.meaning.findings)),
        "unquoted": change.meaning.unquoted,
        **captured("old", change.old, citations),
        **captured("new", change.new, citations),
    }


def _place(one: Difference) -> Row:
    return {column.name: getattr(one, column.name) for column in _PLACE}


def finding(one: StoredFinding) -> Row:
    """Return column name -> value for a finding."""
    values = {column.name: getattr(one, column.name) for column in FINDING}
    return {**values, "lasting": None if one.lasting is None else bool(one.lasting)}


def _rows(db: Database, wanted: ExportFilter, citations: Citations) -> Iterator[Row]:
    return (row(change, citations) for change in changes(db, wanted))


TABLE = Table(
    name="changes",
    rows_are="a change of a policy, with its words and all its evidence",
    columns=COLUMNS,
    key=frozenset(column.name for column in COLUMNS[:9]),
    count=count_changes,
    own_rows=_rows,
    on_request=frozenset(("removed", "added")),
)
