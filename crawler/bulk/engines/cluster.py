"""Run tasks on Dask: a local cluster, or the scheduler that the user named. The only module that knows Dask.

A task is a function of its input that writes its result as a file. So a task of a worker that died can be
given to another one, and twice is as good as once.
"""

import logging
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import dask
import distributed

from crawler.bulk.engines.engine import Failure, Made, Task, failure
from crawler.errors import SchedulerError, WorkersError
from extract import EXTRACTOR

_ATTEMPTS = 3  # how often a task is tried again that raised an error
_KILLED = 20  # how many workers may die at one task before it is given up
TIMEOUT = 30  # seconds to reach a scheduler
_SETTINGS = {
    "distributed.worker.daemon": False,  # a worker starts the process that extracts pages
    "distributed.scheduler.allowed-failures": _KILLED,
    "distributed.admin.event-loop-monitor-interval": "20s",
}


class Cluster:
    """The workers of a Dask cluster. `dashboard` is the address of Dask's pages about it; "" for none."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.dashboard = str(client.dashboard_link or "")

    def each(
        self, function: Callable[[Task], Made], tasks: Sequence[Task]
    ) -> Iterator[tuple[Task, Made | Failure]]:
        """Call a function with each task on a worker, the first ones first, and yield results as they come.

        Raises SchedulerError if the scheduler is lost.
        """
        own = _identity()
        submitted = {
            self._client.submit(
                _call, function, task, own, pure=False, retries=_ATTEMPTS, priority=-number
            ): task
            for number, task in enumerate(tasks)
        }
        for future in distributed.as_completed(list(submitted), raise_errors=False):
            task = submitted.pop(future)
            if future.status == "finished":
                made: Made | Failure = future.result()
            elif future.status == "error":
                made = failure(future.exception())
            else:
                raise SchedulerError("the scheduler of Dask was lost: run the same command again to go on")
            future.release()
            yield task, made


def _identity() -> str:
    return f"policytrail {version('policytrail')} with extractor {EXTRACTOR}"


def _call(function: Callable[[Task], Made], task: Task, expected: str) -> Made:
    """Call a function on a worker. Raises WorkersError if this worker cannot do the work of the others."""
    if _identity() != expected:
        raise WorkersError(f"a worker of Dask has {_identity()}, and not {expected}")
    if multiprocessing.current_process().daemon:
        raise WorkersError(
            "a worker of Dask may not start the process that extracts pages: set"
            " DASK_DISTRIBUTED__WORKER__DAEMON=False where 'dask worker' is started, or use --no-nanny"
        )
    return function(task)


@contextmanager
def cluster(scheduler: str | None, workers: int) -> Iterator[Cluster]:
    """Use the scheduler at an address, or start a local cluster with so many worker processes.

    Only this process can use a local cluster, because its certificate is made for this run.
    Raises SchedulerError if the scheduler cannot be reached.
    """
    with dask.config.set(_SETTINGS):
        try:
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
            client.close()
            if local:
                local.close()
