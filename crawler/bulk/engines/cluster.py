"""Run tasks on Dask: a local cluster, or the scheduler that the user named. The only module that knows Dask.

A task is a function of its input that writes its result as a file. So a task of a worker that died can be
given to another one, and twice is as good as once.
"""

import itertools
import logging
import multiprocessing
from asyncio import CancelledError
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from typing import Any

import dask
import distributed

from crawler.bulk.engines.engine import ENDS, Failure, Made, Task, failure
from crawler.bulk.engines.lanes import Lanes
from crawler.bulk.storage.patience import FinalRefusalError
from crawler.errors import SchedulerError
from crawler.workers.processes import start_forkserver
from extract import EXTRACTOR

# How often a task is tried again that raised an error, perhaps on another worker. That a server refuses is
# final: it was asked often enough.
_RETRIES = 2
_KILLED = 20  # how many workers may die at one task before it is given up
_LOST = 5  # how often a task is handed out again that the scheduler forgot
_AHEAD = 2_000  # tasks that the scheduler knows at once; the others wait here
LOST = "the scheduler of Dask was lost: start one, if it is your own, and run the same command again to go on"
TIMEOUT = 30  # seconds to reach a scheduler
# What a worker of a local cluster imports; the process that starts all of them does that once.
_PRELOADED = ["distributed", "crawler.bulk.derive", "crawler.bulk.history"]
_SETTINGS = {
    "distributed.worker.multiprocessing-method": "forkserver",
    "distributed.worker.profile.enabled": False,  # it looks at every worker a hundred times a second
    "distributed.worker.daemon": False,  # a worker starts the process that extracts pages
    "distributed.scheduler.allowed-failures": _KILLED,
    "distributed.admin.event-loop-monitor-interval": "20s",
}


class Cluster:
    """The workers of a Dask cluster.

    `dashboard` is the address of Dask's pages about it; "" for none. `has_workers` is whether it has any now.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.dashboard = str(client.dashboard_link or "")
        self.has_workers = bool(client.nthreads())

    def each(
        self, function: Callable[[Task], Made], tasks: Sequence[Task], lane: Callable[[Task], str]
    ) -> Iterator[tuple[Task, Made | Failure]]:
        """Call a function with each task on a worker, the first ones first, and yield results as they come.

        Of the tasks with the same `lane`, one runs at a time. Raises SchedulerError if the scheduler is lost,
        or a worker cannot do the work of the others; SupersededError, UnwritableError.
        """
        own, numbers = _identity(), itertools.count()
        self._check(own)
        waiting, submitted = Lanes(tasks, lane), dict[Any, Task]()
        lost: Counter[Task] = Counter()
        running = distributed.as_completed(raise_errors=False)

        def submit(task: Task) -> None:
            priority = -next(numbers)
            future = self._client.submit(
                _call, function, task, own, pure=False, retries=_RETRIES, priority=priority
            )
            submitted[future] = task
            running.add(future)

        while waiting or submitted:
            with _scheduler():
                while waiting and len(submitted) < _AHEAD:
                    submit(waiting.next())
                future = next(running)
                task, made = submitted.pop(future), self._made(future)
                future.release()
                if made is None:
                    lost[task] += 1
                    if lost[task] > _LOST:
                        raise SchedulerError(LOST)
                    submit(task)
                    continue
            if isinstance(made, ENDS):
                raise made
            waiting.ended(task)
            yield task, made

    def _check(self, own: str) -> None:
        """Wait for the first worker. Raise SchedulerError if one cannot do the work: its tasks would fail.

        A scheduler that starts workers as they are needed starts the first one only for a task: for one that
        needs no package of ours.
        """
        with _scheduler():
            first = self._client.submit(bool, pure=False)
            next(distributed.as_completed([first], raise_errors=False))
            found = self._client.run(_question(own), on_error="ignore")  # a worker can die now
        if unable := sorted((address, why) for address, why in found.items() if why):
            address, why = unable[0]
            raise SchedulerError(f"the worker of Dask at {address} {why}")

    def _made(self, future: Any) -> Any:
        """Return what a task made, or its Failure; None if the scheduler has forgotten the task."""
        if future.status == "finished":
            return future.result()
        if future.status == "error":
            error = future.exception()
            if isinstance(error, SchedulerError):
                raise error
            return _failure(error)
        if self._client.status != "running":
            raise SchedulerError(LOST)
        return None


def _failure(error: BaseException) -> Failure:
    if isinstance(error, distributed.KilledWorker):
        failure(error)
        return Failure(
            f"{_KILLED} workers ended at it, perhaps because their machines lack memory; their logs say more"
        )
    return failure(error)


@contextmanager
def _scheduler() -> Iterator[None]:
    """Turn what Dask raises without a scheduler into one error."""
    try:
        yield
    except SchedulerError:
        raise
    except (OSError, CancelledError, RuntimeError) as error:  # CommClosedError and TimeoutError are OSErrors
        raise SchedulerError(LOST) from error


def _question(own: str) -> Callable[[], str]:
    """Return a function that a worker without our package can call, because it is sent as a whole."""

    def why_unable() -> str:
        try:
            module = __import__("crawler.bulk.engines.cluster", fromlist=["cluster"])
        except ImportError:
            return "has no policytrail: install it there"
        asked = getattr(module, "why_unable", None)
        return str(asked(own)) if asked else f"has an older version, and not {own}"

    return why_unable


def _identity() -> str:
    return f"policytrail {version('policytrail')} with extractor {EXTRACTOR}"


def why_unable(expected: str) -> str:
    """Return why this worker cannot do the work of the others; "" if it can."""
    if _identity() != expected:
        return f"has {_identity()}, and not {expected}"
    if multiprocessing.current_process().daemon:
        return (
            "may not start the process that extracts pages: set"
            " DASK_DISTRIBUTED__WORKER__DAEMON=False where 'dask worker' is started, or use --no-nanny"
        )
    return ""


def _call(function: Callable[[Task], Made], task: Task, expected: str) -> Made | Failure | Exception:
    """Call a function on a worker. Return an error that ends the run, so that it is not tried again.

    Raises SchedulerError if this worker cannot do the work of the others.
    """
    if why := why_unable(expected):
        raise SchedulerError(f"a worker of Dask {why}")
    try:
        return function(task)
    except ENDS as error:
        return error
    except FinalRefusalError as error:
        return failure(error)


@contextmanager
def cluster(scheduler: str | None, workers: int) -> Iterator[Cluster]:
    """Use the scheduler at an address, or start a local cluster with so many worker processes.

    Only this process can use a local cluster, because its certificate is made for this run.
    Raises SchedulerError if the scheduler cannot be reached.
    """
    if not logging.getLogger().isEnabledFor(logging.INFO):  # without -v, the user gets our own line
        logging.getLogger("distributed").addHandler(logging.NullHandler())
        logging.getLogger("distributed").propagate = False
    with dask.config.set(_SETTINGS):
        try:
            if scheduler is None:
                start_forkserver(_PRELOADED)
            local = scheduler is None and distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                host="127.0.0.1",
                protocol="tls://",
                security=distributed.Security.temporary(),
                dashboard_address="127.0.0.1:0",
                memory_limit=0,
                silence_logs=logging.CRITICAL,
            )
            client = distributed.Client(local or scheduler, timeout=TIMEOUT)
        except (OSError, ValueError) as error:
            why = " ".join(str(error).split())[:200]
            raise SchedulerError(f"the scheduler {scheduler or 'of Dask'} cannot be used: {why}") from error
        try:
            yield Cluster(client)
        finally:
            with suppress(OSError, CancelledError, RuntimeError):  # a scheduler that is lost says no goodbye
                client.close()
            if local:
                local.close()
