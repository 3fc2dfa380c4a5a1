"""Coverage: the part of a web archive's index of a page that is completely known.

A refresh then lists only the rest. Timestamps are those of the index, mostly with 14 digits. The first and
last timestamp
of a window have 1 to 14 digits, and both are included.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

# A whole index is listed again after this time: captures can enter an index months late, and it costs little.
RELIST_DAYS = 30


@dataclass(frozen=True)
class Coverage:
    """The captures from `first` to `reached` are all known.

    `first` is None if that includes the first capture. `reached` is the last capture in the index, and not
    the moment of the request, because captures enter an index late. `whole_at` (ISO 8601) is when the whole
    part was listed at once. Later listings only extended its end.
    """

    first: str | None
    reached: str
    whole_at: str

    def is_fresh(self, at: str) -> bool:
        """Return whether the coverage is still valid at a moment (ISO 8601).

        If it is not, the whole index must be listed again. This is also so if it was listed more than a day
        after `at`: the clock was wrong then.
        """
        age = datetime.fromisoformat(at) - datetime.fromisoformat(self.whole_at)
        return timedelta(days=-1) <= age < timedelta(days=RELIST_DAYS)

    def begins_by(self, first: str | None) -> bool:
        """Return whether the coverage begins at the start of a window, or before it."""
        return (self.first or "") <= (first or "")

    def start(self, first: str | None, last: str | None) -> str | None:
        """Return the timestamp from which a window must be listed.

        It is `reached` if everything before is known, else `first`.
        """
        known = (
            self.begins_by(first) and (first or "") <= self.reached and not ends_before(last, self.reached)
        )
        return self.reached if known else first


def after(
    before: Coverage | None, first: str | None, last: str | None, reached: str | None, at: str
) -> Coverage | None:
    """Return the coverage after a window was listed completely.

    `before` is the earlier coverage, and `reached` the last capture in the window, or None for an empty
    window. A window that does not touch the earlier coverage is ignored: the coverage must have no hole, or
    captures would be missed.
    """
    if reached is None:
        return before
    if before is None:
        return Coverage(first, reached, at)
    if first == before.reached:
        return replace(before, reached=max(before.reached, reached))
    if (first or "") <= (before.first or "") and not ends_before(last, before.reached):
        return Coverage(first, max(reached, before.reached), at)
    return before


def last_of(timestamps: Iterable[str], at: str) -> str | None:
    """Return the last timestamp that is not after the moment `at`, or None.

    Timestamps in the future are errors, and are ignored.
    """
    now = re.sub(r"\D", "", at)
    return max(
        (timestamp for timestamp in timestamps if 4 <= len(timestamp) <= len(now) and timestamp <= now),
        default=None,
    )


def ends_before(last: str | None, timestamp: str) -> bool:
    """Return whether a window that ends with `last` ends before a timestamp.

    A window without end (`last` is None) never does.
    """
    return last is not None and last < timestamp[: len(last)]


def of_page(db: Database, page_id: int, archive: str) -> Coverage | None:
    """Return the coverage of a page, or None if nothing of it is completely known."""
    row = db.execute(
        "select listed_from, listed_to, whole_at from coverage where page_id = ? and archive = ?",
        [page_id, archive],
    ).fetchone()
    return Coverage(*row) if row else None


def store(db: Database, page_id: int, archive: str, covered: Coverage | None) -> None:
    """Store the coverage of a page. None deletes it. Call it inside a transaction."""
    db.execute("delete from coverage where page_id = ? and archive = ?", [page_id, archive])
    if covered:
        db.execute(
            """insert into coverage (page_id, archive, listed_from, listed_to, whole_at)
            values (?, ?, ?, ?, ?)""",
            [page_id, archive, covered.first, covered.reached, covered.whole_at],
        )
