"""Coverage: the part of an index of a page that was listed completely, so that a refresh lists only the rest.

Timestamps are those of the index, with 14 digits. The ends of a window have 1 to 14 digits and belong to it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

# Captures enter an index weeks or months late; to list all again costs few requests more.
RELIST_DAYS = 30


@dataclass(frozen=True)
class Coverage:
    """All captures from `first` (None: the first one) to `reached` have been listed.

    `reached` is the last capture in the index, not the moment of the request: captures enter an index late.
    `whole_at` (ISO 8601) is when all of it was listed at once; later listings only extended its end.
    """

    first: str | None
    reached: str
    whole_at: str

    def is_fresh(self, at: str) -> bool:
        """Return whether the coverage is still valid at a moment (ISO 8601); otherwise list all again."""
        return datetime.fromisoformat(at) - datetime.fromisoformat(self.whole_at) < timedelta(
            days=RELIST_DAYS
        )

    def start(self, first: str | None, last: str | None) -> str | None:
        """Return where to start listing a window: at `reached` if the rest is covered, else at `first`."""
        known = (self.first or "") <= (first or "") <= self.reached and not ends_before(last, self.reached)
        return self.reached if known else first


def after(
    before: Coverage | None, first: str | None, last: str | None, reached: str | None, at: str
) -> Coverage | None:
    """Return the coverage after a window was listed completely; `reached` was the last capture in it.

    A window that does not touch the earlier coverage is ignored: to list it again costs one request, a gap in
    the coverage would cost captures.
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
    """Return the last timestamp that is not after `at`; None if there is none.

    One of the future is a mistake.
    """
    now = re.sub(r"\D", "", at)
    return max(
        (timestamp for timestamp in timestamps if len(timestamp) == len(now) and timestamp <= now),
        default=None,
    )


def ends_before(last: str | None, timestamp: str) -> bool:
    """Return whether a window with the end `last` (None: open) ends before a timestamp."""
    return last is not None and last < timestamp[: len(last)]


def of_page(db: Database, page_id: int, archive: str) -> Coverage | None:
    """Return the coverage of a page in an archive's index; None if the last listing was not complete."""
    row = db.execute(
        "select listed_from, listed_to, whole_at from coverage where page_id = ? and archive = ?",
        [page_id, archive],
    ).fetchone()
    return Coverage(*row) if row else None


def store(db: Database, page_id: int, archive: str, covered: Coverage | None) -> None:
    """Store the coverage of a page; None deletes it. Call it inside a transaction."""
    db.execute("delete from coverage where page_id = ? and archive = ?", [page_id, archive])
    if covered:
        db.execute(
            """insert into coverage (page_id, archive, listed_from, listed_to, whole_at)
            values (?, ?, ?, ?, ?)""",
            [page_id, archive, covered.first, covered.reached, covered.whole_at],
        )
