"""What an archive's index was asked of a page, once and completely: so that a refresh asks only for what came later.

All timestamps are the archive's own, mostly of 14 digits; the ends of a window have 1 to 14, and belong to it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

RELIST_DAYS = 30  # captures enter an index weeks or months late; a whole list costs few more requests, if any


@dataclass(frozen=True)
class Coverage:
    """The captures from `first` (None: from the first of all) to `reached` have all been listed.

    `reached` is the last capture that the index gave: captures enter an index late, so the time of asking proves nothing.
    `whole_at` (ISO 8601) is when the whole of it was listed at once; later listings only added to its end.
    """

    first: str | None
    reached: str
    whole_at: str

    def is_fresh(self, at: str) -> bool:
        """Whether what is covered may be relied upon at a moment (ISO 8601), or is to be listed anew."""
        return datetime.fromisoformat(at) - datetime.fromisoformat(self.whole_at) < timedelta(
            days=RELIST_DAYS
        )

    def start(self, first: str | None, last: str | None) -> str | None:
        """From where a window has to be listed: from `reached` where what lies before is known, else from `first`."""
        known = (self.first or "") <= (first or "") <= self.reached and not ends_before(last, self.reached)
        return self.reached if known else first


def after(
    before: Coverage | None, first: str | None, last: str | None, reached: str | None, at: str
) -> Coverage | None:
    """What is covered when a window was listed completely from `first`, and `reached` was the last capture in it.

    A window that does not adjoin what was covered before leaves that as it is, and is forgotten: to list it again costs a
    request, to believe in a gap costs captures.
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
    """The last of an index's timestamps; None without any. One of the future is a mistake, and would hide all that comes."""
    now = re.sub(r"\D", "", at)
    return max(
        (timestamp for timestamp in timestamps if 4 <= len(timestamp) <= len(now) and timestamp <= now),
        default=None,
    )


def ends_before(last: str | None, timestamp: str) -> bool:
    """Whether a window that ends with `last` (None: never) ends before a timestamp."""
    return last is not None and last < timestamp[: len(last)]


def of_page(db: Database, page_id: int, archive: str) -> Coverage | None:
    """What is covered of a page by an archive's index; None where nothing is, or the last listing did not end well."""
    row = db.execute(
        "select listed_from, listed_to, whole_at from coverage where page_id = ? and archive = ?",
        [page_id, archive],
    ).fetchone()
    return Coverage(*row) if row else None


def store(db: Database, page_id: int, archive: str, covered: Coverage | None) -> None:
    """Record what is covered; None forgets it. To be called inside a transaction."""
    db.execute("delete from coverage where page_id = ? and archive = ?", [page_id, archive])
    if covered:
        db.execute(
            "insert into coverage (page_id, archive, listed_from, listed_to, whole_at) values (?, ?, ?, ?, ?)",
            [page_id, archive, covered.first, covered.reached, covered.whole_at],
        )
