"""Extraction during a crawl: first the texts of fetched captures, then the history of each policy."""

import asyncio
import logging
from collections.abc import Callable, Iterable

from sqlite_utils import Database

from crawler.crawl.policy_tracker import PolicyTracker
from crawler.errors import MACHINE_ERRORS
from crawler.items import FetchResult
from crawler.workers.pool import WorkerPool
from crawler.workers.rules import rules_of_findings
from crawler.workers.tasks import ChangesOfPage
from db.database import transaction
from db.findings.current import is_current
from db.store import extraction_queue, texts
from db.store.texts import Text
from extract import EXTRACTOR, claims

logger = logging.getLogger(__name__)

LAST_SECONDS = 3  # an interrupted run waits so long for its workers
_GLANCE = 0.5  # seconds


class PolicyExtraction:
    """Extracts texts and computes histories in worker processes, while the crawl continues.

    A history is the versions and changes of a policy. `submitted` has the tasks that `submit` started.
    `is_interrupted` returns whether somebody stops the run (Ctrl-C, SIGTERM): it then ends within seconds.
    """

    def __init__(
        self,
        db: Database,
        new_pool: Callable[[], WorkerPool],
        tracker: PolicyTracker,
        is_interrupted: Callable[[], bool],
    ) -> None:
        self.tracker, self._is_interrupted = tracker, is_interrupted
        self.submitted: list[asyncio.Task[None]] = []
        self._db, self._new_pool = db, new_pool
        self._workers: WorkerPool | None = None
        self._underived: set[int] = set()
        self._judged: set[int] = set()  # policies with a capture that got a text in this run

    def start(self) -> None:
        """Start the worker processes.

        Call this when Scrapy's engine is ready. Then Ctrl-C stops the workers in the right order.
        """
        self._workers = self._new_pool()
        self._watch = asyncio.create_task(self._end_soon())

    async def _end_soon(self) -> None:
        """Stop the workers `LAST_SECONDS` after an interruption. Their work is left to the next run."""
        while not self._is_interrupted():
            await asyncio.sleep(_GLANCE)
        await asyncio.sleep(LAST_SECONDS)
        if self._workers:
            self._workers.close()

    async def process(self, result: FetchResult) -> None:
        """Extract the texts of fetched captures.

        If this was the last open work of the policy, also compute the history of the policy. Before the
        request, the caller must have called `tracker.begin`. Raises MACHINE_ERRORS.
        """
        if self._workers is None:
            raise RuntimeError("the workers are not started")
        self._underived.add(result.policy_id)
        if result.fetched:
            self._judged.add(result.policy_id)
        is_last = False
        try:
            await self._workers.extract_captures(result.fetched)
        except MACHINE_ERRORS:
            raise
        except Exception as error:
            logger.exception("the captures %s could not be extracted", result.fetched)
            self._give_up(result.fetched, f"extraction failed: {type(error).__name__}")
        finally:  # whatever failed, nobody may wait for it
            is_last = self.tracker.end(result.policy_id)
        if is_last:
            await self._derive(self._workers, result.policy_id)
            self._underived.discard(result.policy_id)

    async def _derive(self, workers: WorkerPool, policy_id: int) -> None:
        """Compute the history of a policy, unless it has no new texts and its history is complete."""
        rules = rules_of_findings(), claims.version()
        if policy_id in self._judged or not is_current(self._db, policy_id, *rules):
            await workers.derive(policy_id)

    def _give_up(self, capture_ids: Iterable[int], reason: str) -> None:
        """Store a verdict for captures that have none, because an error kept them from being extracted."""
        with transaction(self._db):
            for capture_id in extraction_queue.inputs_with_body(self._db, capture_ids):
                if texts.of_capture(self._db, capture_id).verdict is None:
                    texts.judge(self._db, capture_id, Text.unreadable(reason), EXTRACTOR)

    async def page_changes(self, page_id: int) -> ChangesOfPage:
        """Return which captures of a page changed, and what their texts state. See `WorkerPool`."""
        if self._workers is None:
            raise RuntimeError("the workers are not started")
        return await self._workers.page_changes(page_id)

    def submit(self, policy_id: int, capture_ids: Iterable[int]) -> None:
        """Process captures in the background that got a body without a request.

        If the run stops, it does not wait for this work. The next run does it then.
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
    def fatal_error(self) -> BaseException | None:
        """The one of MACHINE_ERRORS that ended a task in the background; None without one."""
        errors = (task.exception() for task in self.submitted if task.done() and not task.cancelled())
        return next((error for error in errors if isinstance(error, MACHINE_ERRORS)), None)

    @property
    def undone(self) -> str | None:
        """A line about what could not be extracted or derived; None if there is nothing of that kind."""
        return self._workers.undone.line if self._workers else None

    def close(self, policy_id: int) -> None:
        """Declare that no more captures of a policy will be chosen in this run.

        The history of the policy is computed as soon as all its open work is done.
        """
        self.tracker.close(policy_id)
        self.submit(policy_id, ())

    async def shut_down(self) -> None:
        """Compute the histories that are still missing, and stop the worker processes.

        The user can then read everything that was fetched, even if the run was stopped early. An interrupted
        run leaves what takes too long to the next one.
        """
        for task in self.submitted:
            task.cancel()
        await asyncio.gather(*self.submitted, return_exceptions=True)
        if self._workers is None:
            return
        try:
            await asyncio.gather(*(self._derive(self._workers, one) for one in sorted(self._underived)))
        finally:
            self._watch.cancel()
            self._workers.close()
