"""A change as a row: its words and evidence in columns (docs/exports.md)."""

from db.export.changes import ExportedChange
from db.export.evidence import Citations
from db.export.rows import Row, capture
from db.history.comparison.differences import Difference

FILE = "changes"  # the file's name without ending, if the export is written into a folder
PLACE = ("section", "reason", "counts", "removed", "added")


def row(change: ExportedChange, citations: Citations) -> Row:
    """Return column name -> value for a change. Moments are ISO 8601; unknown values are None.

    `removed` and `added` are lists of the words that count, one text for each place. `places` is a list of
    all places where the two texts differ, also of those that do not count.
    """
    return {
        "retailer": change.retailer,
        "kind": change.kind,
        "old_version": change.old_version,
        "new_version": change.new_version,
        "last_old": change.old.captured_at,
        "first_new": change.new.captured_at,
        "words_added": change.words_added,
        "words_removed": change.words_removed,
        "similarity": change.similarity,
        "set_aside": change.set_aside,
        "stated_before": change.stated_before,
        "stated_date": change.stated_date,
        "announced": change.announced,
        "suspect": change.suspect,
        "title": change.title,
        "removed": [one.removed for one in change.differences if one.counts and one.removed],
        "added": [one.added for one in change.differences if one.counts and one.added],
        "places": [_place(one) for one in change.differences],
        **capture("old", change.old, citations),
        **capture("new", change.new, citations),
    }


def _place(one: Difference) -> Row:
    return {name: getattr(one, name) for name in PLACE}
