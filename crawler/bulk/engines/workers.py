"""Choose where tasks run, and start it when the first task comes."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from importlib import import_module
from typing import Self, cast

from crawler.bulk.engines.engine import Engine, Failure, InProcess, Made, Task
from db.errors import MissingExtraError


class Workers:
    """Runs tasks in this process (one job), on a local cluster, or on the cluster of a scheduler.

    A cluster starts with the first task, so a run without anything to do costs nothing. `say` is called with
    the address of its pages. Use it as a context manager.
    """

    def __init__(self, scheduler: str | None, jobs: int, say: Callable[[str], object]) -> None:
        self._scheduler, self._jobs, self._say = scheduler, jobs or os.cpu_count() or 1, say
        self._stack = ExitStack()
        self._engine: Engine | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def each(
        self,
        function: Callable[[Task], Made],
        tasks: Sequence[Task],
        lane: Callable[[Task], str] = lambda task: "",
    ) -> Iterator[tuple[Task, Made | Failure]]:
        """Call a function with each task, and yield the results as they come.

        Of the tasks with the same `lane`, one runs at a time. Raises SchedulerError, MissingExtraError.
        """
        if tasks:
            self._engine = self._engine or self._started()
            yield from self._engine.each(function, tasks, lane)

    def _started(self) -> Engine:
        if self._jobs == 1 and not self._scheduler:
            return InProcess()
        try:
            cluster = import_module("crawler.bulk.engines.cluster").cluster  # its import takes a second
        except ImportError as error:
            raise MissingExtraError("more than one process (--jobs 1) needs Dask", "scale") from error
        started = self._stack.enter_context(cluster(self._scheduler, self._jobs))
        if started.dashboard:
            self._say(f"Dask shows its work at {started.dashboard}")
        if not started.has_workers:
            self._say(f"{self._scheduler} has no worker yet: the run waits for the first one")
        return cast(Engine, started)
