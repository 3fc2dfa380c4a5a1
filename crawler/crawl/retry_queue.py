"""A second try at the end of a run for captures that failed for a reason that may have passed."""

from collections import defaultdict
from collections.abc import Iterator

from sqlite_utils import Database

from crawler.crawl.selection import same_digest_groups
from crawler.items import FetchTask
from db.store import captures
from db.store.retailers import Page


class RetryQueue:
    """The captures of one run to request once more. There is no third try: that is for the next run."""

    def __init__(self) -> None:
        self._failed: defaultdict[tuple[Page, tuple[str, ...]], set[int]] = defaultdict(set)
        self._begun = False

    def add(self, task: FetchTask) -> None:
        """Remember the capture of a failed task, until the second tries begin."""
        if not self._begun:
            self._failed[task.page, task.hops].add(task.capture.id)

    def begin(self, db: Database) -> Iterator[FetchTask]:
        """Yield a task for each digest that is still missing; nothing when called again."""
        self._begun = True
        failed, self._failed = self._failed, defaultdict(set)
        for (page, hops), ids in failed.items():
            of_page = captures.of_page(db, page.id)
            missing = [c for c in of_page if c.id in ids and c.state == "failed" and c.wanted]
            for group in same_digest_groups(missing):
                yield FetchTask(page, group, hops)
