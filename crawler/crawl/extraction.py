"""Extraction during a crawl: texts of fetched captures, then the history of each policy."""

import asyncio
import logging
from collections.abc import Callable, Iterable

from sqlite_utils import Database

from crawler.crawl.policy_tracker import PolicyTracker
from crawler.items import FetchResult
from crawler.workers.pool import WorkerPool
from db.database import transaction
from db.errors import StoreError
from db.history import versions
from db.store import extraction_queue, texts
from db.store.texts import Text
from extract import EXTRACTOR
from extract.html.source_text import source_text

logger = logging.getLogger(__name__)


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
        is_last = False
        try:
            await self._workers.extract_captures(result.fetched)
        except StoreError:
            raise
        except Exception as error:
            logger.exception("the captures %s could not be extracted", result.fetched)
            self._give_up(result.fetched, f"extraction failed: {type(error).__name__}")
        finally:  # whatever failed, nobody may wait for it
            is_last = self.tracker.end(result.policy_id)
        if is_last:
            await self._workers.derive(result.policy_id)
            self._underived.discard(result.policy_id)

    def _give_up(self, capture_ids: Iterable[int], reason: str) -> None:
        """Store a verdict for captures that have none, because an error kept them from being extracted."""
        with transaction(self._db):
            for capture_id in extraction_queue.inputs_with_body(self._db, capture_ids):
                if texts.of_capture(self._db, capture_id).verdict is None:
                    texts.judge(self._db, capture_id, Text.unreadable(reason), EXTRACTOR)

    def submit(self, policy_id: int, capture_ids: Iterable[int]) -> None:
        """Process captures in the background.

        A stop does not wait for them: the next run finds them unprocessed.
        """
        self.tracker.begin(policy_id)
        self.process_later(FetchResult(policy_id, tuple(capture_ids)))

    def process_later(self, result: FetchResult) -> None:
        """Process a result in the background. The caller has counted it with `tracker.begin`."""
        self.submitted.append(asyncio.create_task(self.process(result)))

    @property
    def in_background(self) -> bool:
        """Whether something is being processed in the background."""
        return not all(task.done() for task in self.submitted)

    @property
    def store_error(self) -> StoreError | None:
        """The error of the store that ended a task in the background; None if there was none."""
        errors = (task.exception() for task in self.submitted if task.done() and not task.cancelled())
        return next((error for error in errors if isinstance(error, StoreError)), None)

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
