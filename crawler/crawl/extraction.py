"""Extraction during a crawl: texts of fetched captures, then the history of each policy."""

import asyncio
from collections.abc import Callable, Iterable

from sqlite_utils import Database

from crawler.crawl.policy_tracker import PolicyTracker
from crawler.items import FetchResult
from crawler.workers.pool import WorkerPool
from db.history import versions
from extract.html.source_text import source_text


class PolicyExtraction:
    """Extracts texts and derives histories in worker processes while the crawl goes on.

    `submitted` are the tasks for captures that no response brought.
    """

    def __init__(self, db: Database, new_pool: Callable[[], WorkerPool], tracker: PolicyTracker) -> None:
        self.tracker = tracker
        self.submitted: list[asyncio.Task[None]] = []
        self._db, self._new_pool = db, new_pool
        self._workers: WorkerPool | None = None
        self._underived: set[int] = set()

    def start(self) -> None:
        """Start the workers. Call this when Scrapy's engine is ready, so that Ctrl-C stops them in order."""
        self._workers = self._new_pool()

    async def process(self, result: FetchResult) -> None:
        """Extract the texts of captures; derive the history of the policy if nothing else of it is open.

        The caller has counted the fetch with `tracker.begin`. Raises StoreError.
        """
        if self._workers is None:
            raise RuntimeError("the workers are not started")
        self._underived.add(result.policy_id)
        await self._workers.extract_captures(result.fetched)
        if self.tracker.end(result.policy_id):
            await self._workers.derive(result.policy_id)
            self._underived.discard(result.policy_id)

    def submit(self, policy_id: int, capture_ids: Iterable[int]) -> None:
        """Process captures in the background.

        A stop does not wait for them: the next run finds them unprocessed.
        """
        self.tracker.begin(policy_id)
        self.submitted.append(asyncio.create_task(self.process(FetchResult(policy_id, tuple(capture_ids)))))

    def close(self, policy_id: int) -> None:
        """Declare that all chosen captures of a policy are requested.

        Its history is derived when they are processed.
        """
        self.tracker.close(policy_id)
        self.submit(policy_id, ())

    async def shut_down(self) -> None:
        """Stop the workers.

        Derive the histories of unfinished policies, so that what was fetched can be read.
        """
        for task in self.submitted:
            task.cancel()
        await asyncio.gather(*self.submitted, return_exceptions=True)
        if self._workers:
            self._workers.close()
        for policy_id in sorted(self._underived):
            versions.refresh(self._db, policy_id, source_text)
