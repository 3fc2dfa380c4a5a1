"""Extraction in worker processes: the crawl never waits for a page, and a page that hangs or crashes costs only itself."""

import asyncio
import multiprocessing
import os
import signal
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import TimeoutError as PageTimeoutError
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from typing import Self, TypeVar

from pebble import ProcessExpired, ProcessPool
from sqlite_utils import Database

from db import captures, texts
from db.archive import transaction
from db.bodies import Bodies
from db.texts import Text
from extract import EXTRACTOR, extract_policy
from extract.links import NONE, Links, links_of

_MEGABYTE = 1024 * 1024
_POOLS = 3  # pools that may break under a page before the page counts as the one that breaks them
_REMEMBERED = 256  # texts of recent bodies: the twins of a capture follow it closely
Made = TypeVar("Made")


@dataclass(frozen=True)
class Job:
    """What a worker needs of a capture. Equal jobs give equal texts."""

    body: bytes
    url: str
    content_type: str | None
    status: int | None
    headers: tuple[tuple[str, str], ...]


def extract_text(job: Job) -> Text:
    """Run in a worker: extract the document and hash what the archive will compare."""
    headers = {name.lower(): value for name, value in job.headers}
    return Text.of(extract_policy(job.body, url=job.url, content_type=job.content_type, status=job.status, headers=headers))


def find_links(job: Job) -> Links:
    """Run in a worker: the links of a page."""
    headers = {name.lower(): value for name, value in job.headers}
    return links_of(job.body, url=job.url, content_type=job.content_type, headers=headers)


class Extraction:
    """A pool of workers for one archive, used as a context manager.

    `jobs` is the number of workers (0: one a core), `seconds` the time a page may take, `megabytes` the address space of a
    worker. A page that takes more of either gets the verdict `unreadable` and the reason.
    """

    def __init__(self, db: Database, *, jobs: int = 0, seconds: float = 30, megabytes: int = 2048) -> None:
        self._db, self._bodies = db, Bodies(db)
        self._seconds = seconds
        self._room = asyncio.Semaphore(4 * (jobs or os.cpu_count() or 1))
        self._known: OrderedDict[captures.Evidence, asyncio.Future[Text]] = OrderedDict()
        self._closed = False
        self._workers, self._megabytes = jobs or os.cpu_count() or 1, megabytes
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["crawler.extraction"])
        _start_forkserver()
        return ProcessPool(max_workers=self._workers, context=context, initializer=_limit_memory, initargs=(self._megabytes,))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    async def judge(self, capture_ids: Iterable[int], done: Callable[[int], object] = lambda _: None) -> None:
        """Extract the text of captures and store it with their verdicts; `done` hears of each. Any number, any order."""
        running: set[asyncio.Task[None]] = set()
        for capture_id in capture_ids:
            await self._room.acquire()
            task = asyncio.create_task(self._judge_one(capture_id, done))
            running.add(task)
            task.add_done_callback(lambda finished: self._room.release())
            for finished in [task for task in running if task.done()]:
                running.discard(finished)
                finished.result()
        await asyncio.gather(*running)

    async def links(self, capture_id: int) -> Links:
        """The links of a fetched capture; none where they cannot be had."""
        return await self._work(find_links, self._job(captures.evidence(self._db, capture_id)), lambda _: NONE)

    async def _judge_one(self, capture_id: int, done: Callable[[int], object]) -> None:
        evidence = captures.evidence(self._db, capture_id)
        if evidence not in self._known:
            self._known[evidence] = asyncio.ensure_future(self._work(extract_text, self._job(evidence), Text.unreadable))
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        text = await self._known[evidence]
        with transaction(self._db):
            texts.judge(self._db, capture_id, text, EXTRACTOR)
        done(capture_id)

    def _job(self, evidence: captures.Evidence) -> Job:
        body = self._bodies.get(evidence.body_id)
        return Job(body, evidence.original, evidence.content_type, evidence.status, evidence.headers)

    async def _work(self, function: Callable[[Job], Made], job: Job, otherwise: Callable[[str], Made]) -> Made:
        """Have a worker do something; `otherwise` makes what stands in for it where it takes too much, by the reason."""
        for _ in range(_POOLS):
            pool = self._pool
            try:
                return await asyncio.wrap_future(pool.schedule(function, args=(job,), timeout=self._seconds))
            except PageTimeoutError:
                return otherwise(f"extraction took more than {self._seconds:g} seconds")
            except (ProcessExpired, MemoryError, RecursionError):
                break
            except (RuntimeError, asyncio.CancelledError):
                # A worker that dies in an unlucky moment takes the pool with it, and all that waits: pebble's own limit.
                task = asyncio.current_task()
                if self._closed or (task and task.cancelling()):
                    raise
                self._replace(pool)
        return otherwise("extraction took more memory than a page may, or crashed")

    def _replace(self, pool: ProcessPool) -> None:
        """Go on with a new pool in place of a broken one; whoever notices first makes it."""
        if self._pool is pool:
            self._pool = self._new_pool()
            pool.stop()  # type: ignore[no-untyped-call]


def _start_forkserver() -> None:
    """Start the process that starts the workers, deaf to Ctrl-C: a terminal sends that to all, and it ends the main one."""
    resource_tracker.ensure_running()  # it needs one, and starting it lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _limit_memory(megabytes: int) -> None:
    try:
        import resource  # noqa: PLC0415 - there is none on Windows, where the limit cannot be set
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * _MEGABYTE, megabytes * _MEGABYTE))
