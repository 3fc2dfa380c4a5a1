"""A second try at the end of a run, when all else is done, for captures that failed for a reason that may have passed."""

from collections import defaultdict
from collections.abc import Iterator

from sqlite_utils import Database

from crawler.crawl.selection import twins
from db.store import captures
from db.store.captures import Capture
from db.store.retailers import Page

Hops = tuple[str, ...]


class RetryQueue:
    """The captures of one run that are to be asked for once more. There is no third try: that is for the next run."""

    def __init__(self) -> None:
        self._noted: defaultdict[tuple[Page, Hops], set[int]] = defaultdict(set)
        self._begun = False

    def note(self, page: Page, capture: Capture, hops: Hops) -> None:
        """Remember a capture that failed, until the second tries begin; `hops` are the urlkeys that led to it."""
        if not self._begun:
            self._noted[page, hops].add(capture.id)

    def begin(self, db: Database) -> Iterator[tuple[Page, list[Capture], Hops]]:
        """Give the groups of twins that are still missing, with their page and hops; nothing when called again."""
        self._begun = True
        noted, self._noted = self._noted, defaultdict(set)
        for (page, hops), ids in noted.items():
            missing = [
                c for c in captures.of_page(db, page.id) if c.id in ids and c.state == "failed" and c.wanted
            ]
            for group in twins(missing):
                yield page, group, hops
