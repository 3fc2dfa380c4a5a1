"""The table of a retailer's versions: a row for each time a version was shown, small changes in groups."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlite_utils import Database

from db.query.spans import Span

SMALL = 20  # a change of fewer words is small
_RUN = 2  # fewer small changes in a row are not folded


class VersionSummary(NamedTuple):
    """A version in the list of versions. `set_aside` counts places that differ within it and do not count."""

    number: int
    title: str
    words: int
    captures: int
    stated_date: str | None
    suspect: str | None
    first_seen: str
    last_seen: str
    set_aside: int


class VersionRow(NamedTuple):
    """A row of the table: a span and its version.

    `title` is the version's title if the row before in time has another one, else "". `others` are the
    variants that were shown at the same time (`db.query.variants`).
    """

    span: Span
    version: VersionSummary
    title: str
    others: list[dict[str, Any]]

    @property
    def came_back(self) -> bool:
        """True if a later version was shown before."""
        return self.span.old_version is not None and self.span.old_version > self.span.version

    @property
    def is_small(self) -> bool:
        """True for a small change that needs no look: not suspect, nothing came back, no other title."""
        span = self.span
        size = span.words_added + span.words_removed
        return bool(span.old_version and size < SMALL and not (span.suspect or self.came_back or self.title))


class RowGroup(NamedTuple):
    """Rows that follow one another. `folded` groups have only small changes."""

    folded: bool
    rows: list[VersionRow]


def read_versions(db: Database, policy_id: int) -> dict[int, VersionSummary]:
    """Return the versions of a policy by number; {} without any."""
    rows = db.execute(
        """select v.number, t.title, t.words, v.captures, v.stated_date, v.suspect, v.first_seen, v.last_seen,
               coalesce(v.set_aside, 0)
        from versions v join texts t on t.id = v.text_id where v.policy_id = ? order by v.number""",
        [policy_id],
    )
    return {row[0]: VersionSummary(*row) for row in rows}


def row_groups(
    spans: Sequence[Span], versions: Mapping[int, VersionSummary], variants: Iterable[dict[str, Any]]
) -> list[RowGroup]:
    """Return the rows of a policy in groups, the newest first.

    `spans` are in order of time. Several small changes in a row are a folded group. The latest row is never
    in one. Returns [] without spans.
    """
    variants = list(variants)
    rows, before = [], None
    for span in spans:
        version = versions[span.version]
        others = [
            other
            for other in variants
            if other["version"] == span.version and span.since <= other["first_seen"] <= span.until
        ]
        rows.append(VersionRow(span, version, version.title if version.title != before else "", others))
        before = version.title
    groups: list[RowGroup] = []
    for small, run in groupby(reversed(rows), key=lambda row: row.is_small and row is not rows[-1]):
        found = list(run)
        folded = small and len(found) >= _RUN
        if folded or not groups or groups[-1].folded:
            groups.append(RowGroup(folded, found))
        else:
            groups[-1].rows.extend(found)
    return groups
