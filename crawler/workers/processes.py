"""Worker processes that can be ended: what went over a limit, and what the machine prevented."""

import asyncio
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as NoAnswerError
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from typing import Any

from pebble import ProcessExpired, ProcessPool

from crawler.errors import WorkersError
from crawler.workers import limits, tasks

_PRELOADED = ["crawler.workers.preloaded"]
_POOLS = 3  # after this many broken pools during one piece of work, the workers are tested
_SAFE_PATH = "PYTHONSAFEPATH"
# The signals with which others end a process: an administrator, or a system that has no memory left.
_FROM_OUTSIDE = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP, -signal.SIGINT}
# A worker that waits uses no processor time. After so many seconds, or so many times the limit of its
# processor time, nobody waits for it any longer. That is no judgement about its work.
_PATIENCE, _PATIENCE_FACTOR = 600.0, 20
_TEST_SECONDS = 60
# Python looks for unused objects in circles each time so many more objects exist. The words of texts are very
# many objects without circles: with the 700 of Python 3.11, the search takes a twelfth of the time of claims.
_NEW_OBJECTS = 10_000


def _begin(megabytes: int) -> None:
    """Prepare a new worker process."""
    limits.limit_memory(megabytes)
    gc.set_threshold(_NEW_OBJECTS)


class OverLimitError(Exception):
    """A piece of work went over a limit, or crashed its worker. The message says which limit."""


class NoResultError(Exception):
    """The machine prevented a piece of work. Nothing is known about the work itself."""


class Processes:
    """Worker processes with a limit of address space. Use `close` at the end.

    `workers` is their number. They start with the first call. `megabytes` is the limit for each; a lower
    limit of the system stays. `is_closed` is True after `close`. Raises WorkersError if a worker cannot even
    start with the memory that the system allows.
    """

    def __init__(self, workers: int, megabytes: int) -> None:
        self._workers, self._megabytes = workers, megabytes
        self._allowed = limits.allowed_memory(megabytes)
        self.is_closed = False
        self._awaited: set[asyncio.Future[Any]] = set()
        limits.check_memory(megabytes)
        self._pool: ProcessPool | None = None  # many runs have no work for workers

    def _started(self) -> ProcessPool:
        """Return the pool; start it for the first call. Raises NoResultError after `close`, WorkersError."""
        if self.is_closed:
            raise NoResultError("the run was stopped")
        self._pool = self._pool or self._new_pool()
        return self._pool

    def _new_pool(self) -> ProcessPool:
        context = multiprocessing.get_context("forkserver")
        try:
            start_forkserver(_PRELOADED)
        except (OSError, EOFError, MemoryError) as error:
            raise self._cannot_work(error) from None
        return ProcessPool(
            max_workers=self._workers,
            context=context,
            initializer=_begin,
            initargs=(self._megabytes,),
        )

    @property
    def is_tight(self) -> bool:
        """Whether the system allows a worker less memory than it should have."""
        return self._allowed < self._megabytes

    def close(self) -> None:
        """Stop the workers. Unfinished work ends with NoResultError."""
        if self.is_closed:
            return
        self.is_closed = True
        for answer in self._awaited:
            answer.cancel()  # pebble leaves the calls of workers that it stops without an end
        if self._pool:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()

    async def call(self, seconds: float, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function in a worker, and return its result.

        `seconds` is the limit of its processor time. Raises OverLimitError, NoResultError, the errors of the
        function, and WorkersError if no worker can work at all.
        """
        for _ in range(_POOLS):
            pool = self._started()
            try:
                return await self._schedule(pool, seconds, function, *arguments)
            except NoAnswerError:
                await self._test()
                raise NoResultError("a worker process gave no answer") from None
            except ProcessExpired as error:
                if error.exitcode == limits.OUT_OF_TIME:
                    raise OverLimitError(f"over {seconds:g} s of processor time") from None
                await self._test()
                if error.exitcode in _FROM_OUTSIDE:
                    raise NoResultError("a worker process was ended from outside") from None
                raise self._over_memory() from None
            except (MemoryError, RecursionError):
                await self._test()
                raise self._over_memory() from None
            except (ImportError, OSError) as error:
                await self._test()
                raise NoResultError(f"a worker process cannot work: {error}") from None
            except (RuntimeError, asyncio.CancelledError):
                # A weakness of pebble: if a worker dies at a bad moment, the pool breaks, and all waiting
                # calls fail.
                self._go_on()
                self._replace(pool)
        await self._test()
        raise self._over_memory()

    async def _schedule(
        self, pool: ProcessPool, seconds: float, function: Callable[..., Any], *arguments: Any
    ) -> Any:
        patience = max(_PATIENCE, _PATIENCE_FACTOR * seconds)
        call = pool.schedule(limits.run, args=(seconds, function, *arguments), timeout=patience)
        answer = asyncio.wrap_future(call)
        self._awaited.add(answer)
        try:
            return await answer
        finally:
            self._awaited.discard(answer)

    def _go_on(self) -> None:
        """Raise the error of a call that failed because its caller or all workers are being stopped."""
        task = asyncio.current_task()
        if task and task.cancelling():
            raise asyncio.CancelledError
        if self.is_closed:
            raise NoResultError("the run was stopped")

    def _over_memory(self) -> Exception:
        if self.is_tight:
            return NoResultError(f"the address space of a process is limited to {self._allowed} MB here")
        return OverLimitError(f"over {self._megabytes} MB of memory, or crashed")

    async def _test(self) -> None:
        """Raise WorkersError if a worker cannot even do the smallest work."""
        failure: BaseException | None = None
        for _ in range(_POOLS):
            pool = self._started()
            try:
                await self._schedule(pool, _TEST_SECONDS, tasks.nothing_much)
            except (Exception, asyncio.CancelledError) as error:
                self._go_on()
                failure = error
                if not isinstance(error, (ProcessExpired, MemoryError)):
                    self._replace(pool)
            else:
                return
        raise self._cannot_work(failure)

    def _cannot_work(self, error: BaseException | None) -> WorkersError:
        if self.is_tight:
            return limits.too_little_memory(self._megabytes)
        why = f"{type(error).__name__} {error}".strip()[:150]
        return WorkersError(f"no worker process can work on this machine, so nothing was judged: {why}")

    def _replace(self, pool: ProcessPool) -> None:
        """Replace a broken pool by a new one, unless another caller has already done this."""
        if self._pool is pool:
            self._pool = self._new_pool()
            pool.stop()  # type: ignore[no-untyped-call]


def start_forkserver(preloaded: Sequence[str]) -> None:
    """Start the process that starts the workers, with the signal of Ctrl-C blocked.

    A terminal sends Ctrl-C to all processes, but only the main process should react. `preloaded` are the
    modules that workers need: they are imported once. If the process runs already, nothing happens.
    Raises OSError, EOFError, MemoryError.
    """
    multiprocessing.get_context("forkserver").set_forkserver_preload(list(preloaded))
    with _without_current_folder():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
        try:
            # The forkserver needs the resource tracker. Its start unblocks Ctrl-C, so start it before.
            # A SIGHUP to all processes would end it, and Python would complain about that.
            resource_tracker.ensure_running()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
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
