"""A pool of worker processes. A page that hangs or crashes a worker affects no other page."""

import asyncio
import multiprocessing
import os
import signal
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as PageTimeoutError
from contextlib import contextmanager
from itertools import islice
from multiprocessing import forkserver, resource_tracker
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool
from sqlite_utils import Database

from crawler.workers import tasks
from crawler.workers.tasks import Extract, extract_text
from db.database import file_of, transaction
from db.history import versions as history
from db.history.text_distance import TextDistance
from db.history.versions import Rows
from db.store import extraction_queue, texts
from db.store.extraction_queue import ExtractionInput
from db.store.texts import Text
from extract import EXTRACTOR
from extract.html.source_text import source_text
from extract.links import NO_LINKS, Links

_MEGABYTE = 1024 * 1024
_POOLS = 3  # after this many broken pools during one page, the page counts as the reason
_REMEMBERED = 256  # how many texts are remembered: captures with the same digest often follow each other
_SAFE_PATH = "PYTHONSAFEPATH"
CHUNK = 8  # how many captures a worker gets at once; they are also stored in one transaction


class _FailedError(Exception):
    """A worker took too much time or memory, or crashed. The message says which."""


class WorkerPool:
    """A pool of worker processes for one archive file. Use it as a context manager.

    - `jobs`: the number of workers; 0 for one per processor core.
    - `seconds`: the time limit for one page.
    - `megabytes`: the memory limit (address space) of one worker. A page over a limit gets the verdict
      `unreadable`, with the reason.
    - `extract`: the function that makes a text from a body.
    """

    def __init__(
        self,
        db: Database,
        *,
        jobs: int = 0,
        seconds: float = 30,
        megabytes: int = 2048,
        extract: Extract = extract_text,
    ) -> None:
        self._db, self._path, self._extract = db, file_of(db), extract
        self._seconds, self._megabytes = seconds, megabytes
        self._workers = jobs or os.cpu_count() or 1
        self._room = asyncio.Semaphore(3 * self._workers)
        self._known: OrderedDict[ExtractionInput, Text] = OrderedDict()
        self._deriving: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._closed = False
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["crawler.workers.tasks", "extract.document"])
        _start_forkserver()
        return ProcessPool(
            max_workers=self._workers, context=context, initializer=_limit_memory, initargs=(self._megabytes,)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the workers. Unfinished work is lost."""
        self._closed = True
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    async def extract_captures(
        self, capture_ids: Iterable[int], done: Callable[[int], object] = lambda _: None
    ) -> None:
        """Extract the texts of captures, and store them with their verdicts.

        A capture that gets another body in the meantime does not keep a verdict of the old one: whoever
        stores the new body passes it on for extraction. Captures without a body are left out.

        `done` is called with the id of each capture after it is stored. Raises StoreError, also for a damaged
        body.
        """

        async def extract(chunk: list[int]) -> None:
            inputs = extraction_queue.inputs_with_body(self._db, chunk)
            found = await self.texts(inputs.values())
            with transaction(self._db):
                now = extraction_queue.inputs_with_body(self._db, inputs)
                for capture_id, made_of in inputs.items():
                    if now.get(capture_id) == made_of:
                        texts.judge(self._db, capture_id, found[made_of], EXTRACTOR)
            for capture_id in chunk:
                done(capture_id)

        await self.in_chunks(capture_ids, extract)

    async def in_chunks(self, ids: Iterable[int], work: Callable[[list[int]], Any]) -> None:
        """Call `work` with lists of up to CHUNK ids, and wait until all are done.

        Enough calls run at once to keep all workers busy.
        """
        left, running = iter(ids), set[asyncio.Task[None]]()
        while chunk := list(islice(left, CHUNK)):
            await self._room.acquire()
            task = asyncio.create_task(work(chunk))
            running.add(task)
            task.add_done_callback(lambda finished: self._room.release())
            for finished in [task for task in running if task.done()]:
                running.discard(finished)
                finished.result()
        await asyncio.gather(*running)

    async def texts(self, inputs: Iterable[ExtractionInput]) -> dict[ExtractionInput, Text]:
        """Return the texts of captures, without storing them. Raises StoreError.

        If a page hangs or crashes its worker, all pages of this call fail. They are then tried again one by
        one, so that only the bad page gets the verdict `unreadable`.
        """
        wanted = list(dict.fromkeys(inputs))
        found = {one: self._known[one] for one in wanted if one in self._known}
        missing = [one for one in wanted if one not in found]
        if not missing:
            return found
        try:
            made = await self._ask(tasks.texts_of, missing, self._extract, timeout=self._seconds)
        except _FailedError as error:
            if len(missing) > 1:
                for one in missing:
                    found |= await self.texts([one])
                return found
            made = [Text.unreadable(str(error))]
        found |= zip(missing, made, strict=True)
        self._known |= zip(missing, made, strict=True)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return found

    async def links(self, capture_id: int) -> Links:
        """Return the links of a fetched capture. Raises StoreError.

        Return no links if the page cannot be read.
        """
        try:
            links: Links = await self._ask(
                tasks.links_of_capture,
                extraction_queue.extraction_input(self._db, capture_id),
                timeout=self._seconds,
            )
        except _FailedError:
            return NO_LINKS
        return links

    async def derive(
        self, policy_id: int, store: Callable[[Database, int, Rows], object] = history.store
    ) -> None:
        """Compute the history of a policy, and call `store` to store it.

        Calls for the same policy run one after the other. Raises StoreError.
        """
        async with self._deriving[policy_id]:
            rows = await self.history(policy_id)
            with transaction(self._db):
                store(self._db, policy_id, rows)

    async def history(self, policy_id: int) -> Rows:
        """Return the rows of a policy's history, without storing them. Raises StoreError."""
        try:
            rows: Rows = await self._ask(tasks.history_of, policy_id)
        except _FailedError:  # a history may need more memory than a page is allowed
            return history.derived(self._db, policy_id, source_text)
        return rows

    async def text_distances(self, pairs: Sequence[tuple[int | None, int | None]]) -> list[TextDistance]:
        """Compare pairs of texts, given by their ids; None for no text. Raises StoreError."""
        found: list[TextDistance] = await self._ask(tasks.distances_of, pairs)
        return found

    async def _ask(self, function: Callable[..., Any], *arguments: Any, timeout: float | None = None) -> Any:
        """Call a function in a worker. Its first argument is the path of the archive file.

        Raises _FailedError, and the errors of the function.
        """
        for _ in range(_POOLS):
            pool = self._pool
            try:
                return await asyncio.wrap_future(
                    pool.schedule(function, args=(self._path, *arguments), timeout=timeout)
                )
            except PageTimeoutError:
                raise _FailedError(f"extraction took more than {self._seconds:g} seconds") from None
            except (ProcessExpired, MemoryError, RecursionError):
                break
            except (RuntimeError, asyncio.CancelledError):
                # A weakness of pebble: if a worker dies at a bad moment, the pool breaks, and all waiting
                # calls fail.
                task = asyncio.current_task()
                if self._closed or (task and task.cancelling()):
                    raise
                self._replace(pool)
        raise _FailedError("extraction took more memory than a page may, or crashed")

    def _replace(self, pool: ProcessPool) -> None:
        """Replace a broken pool by a new one, unless another caller has already done this."""
        if self._pool is pool:
            self._pool = self._new_pool()
            pool.stop()  # type: ignore[no-untyped-call]


def _start_forkserver() -> None:
    """Start the process that starts the workers, with the signal of Ctrl-C blocked.

    A terminal sends Ctrl-C to all processes, but only the main process should react.
    """
    with _without_current_folder():
        # The forkserver needs the resource tracker. Its start unblocks the signal, so start it before.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _without_current_folder() -> Iterator[None]:
    """Let Python processes that start meanwhile import no modules from the current folder.

    Python adds that folder to the import path of `python -c`, with which the forkserver starts. A folder
    `extract` or `db` of the user would hide our package from all workers.
    """
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


def _limit_memory(megabytes: int) -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has no such module
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * _MEGABYTE, megabytes * _MEGABYTE))
