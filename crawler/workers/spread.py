"""Call a function with each of many things in worker processes: in order, and with few of them in memory."""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from typing import TypeVar

from crawler.errors import WorkersError
from crawler.workers.processes import NoResultError, OverLimitError, Processes

T = TypeVar("T")
R = TypeVar("R")

FEW = 200  # things that are not worth the start of worker processes
_CHUNK, _CHUNKS = 20, 3  # things that a worker gets at once, and how many times that waits for each worker
_SECONDS, _MEGABYTES = 300, 2048  # the limits of a chunk and of a worker


class WorkerSpread:
    """A function like `map` that works in `jobs` processes; 0: one for each processor core.

    FEW things, or one process, need no worker: the work is done in this process.
    """

    def __init__(self, jobs: int = 0) -> None:
        self._workers = jobs or os.cpu_count() or 1

    def __call__(self, function: Callable[[T], R], things: Iterable[T], /) -> Iterator[R]:
        """Yield what the function returns for each thing, in order. Both must be able to go to a process.

        Raises WorkersError, and the errors of the function.
        """
        left = iter(things)
        first = list(islice(left, FEW))
        if self._workers == 1 or len(first) < FEW:
            yield from map(function, chain(first, left))
            return
        try:
            yield from self._in_workers(function, chain(first, left))
        except (NoResultError, OverLimitError) as error:
            raise WorkersError(f"the work was not done: {error}") from None

    def _in_workers(self, function: Callable[[T], R], things: Iterator[T]) -> Iterator[R]:
        waiting: deque[asyncio.Task[list[R]]] = deque()
        with closing(Processes(self._workers, _MEGABYTES)) as processes, asyncio.Runner() as runner:
            loop = runner.get_loop()
            while chunk := list(islice(things, _CHUNK)):
                waiting.append(loop.create_task(processes.call(_SECONDS, _each, function, chunk)))
                if len(waiting) > _CHUNKS * self._workers:
                    yield from loop.run_until_complete(waiting.popleft())
            while waiting:
                yield from loop.run_until_complete(waiting.popleft())


def _each(function: Callable[[T], R], things: Sequence[T]) -> list[R]:
    return list(map(function, things))
