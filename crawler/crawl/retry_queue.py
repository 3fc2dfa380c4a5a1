"""A second try, at the end of the run, for captures with a temporary failure."""

from collections import defaultdict
from collections.abc import Iterator

from sqlite_utils import Database

from crawler.crawl.selection import same_digest_groups
from crawler.items import FetchTask
from db.store import captures
from db.store.retailers import Page


class RetryQueue:
    """The captures to request a second time in this run. Only the next run makes a third try."""

    def __init__(self) -> None:
        self._failed: defaultdict[tuple[Page, tuple[str, ...]], set[int]] = defaultdict(set)
        self._begun = False

    def add(self, task: FetchTask) -> None:
        """Remember the requested capture of a failed task. Ignore it if the second tries have begun."""
        if not self._begun:
            self._failed[task.page, task.hops].add(task.capture.id)

    def begin(self, db: Database) -> Iterator[FetchTask]:
        """Yield one task for each group of failed captures with the same digest.

        When called a second time, yield nothing.
        """
        self._begun = True
        failed, self._failed = self._failed, defaultdict(set)
        for (page, hops), ids in failed.items():
            of_page = captures.of_page(db, page.id)
            missing = [c for c in of_page if c.id in ids and c.state == "failed" and c.wanted]
            for group in same_digest_groups(missing):
                yield FetchTask(page, group, hops)
