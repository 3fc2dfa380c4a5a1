"""Where tasks run: one after the other in this process, or on a cluster (crawler/bulk/engines/cluster.py)."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from crawler.bulk.storage.store import UnwritableError
from crawler.errors import SupersededError

logger = logging.getLogger(__name__)
Task = TypeVar("Task")
Made = TypeVar("Made")
# Errors that end a run, because all other tasks would be done for nothing.
ENDS = (SupersededError, UnwritableError)


@dataclass(frozen=True)
class Failure:
    """A task that failed, after all its attempts. `why` is a line for people."""

    why: str


class Engine(Protocol):
    """Runs a function on many tasks."""

    def each(
        self, function: Callable[[Task], Made], tasks: Sequence[Task], lane: Callable[[Task], str]
    ) -> Iterator[tuple[Task, Made | Failure]]:
        """Call a function with each task, and yield the results as they come, in any order.

        Of the tasks with the same `lane`, one runs at a time; "" is no lane. Raises SupersededError,
        UnwritableError.
        """


class InProcess:
    """Runs tasks one after the other. Pages are extracted in a worker process nevertheless."""

    def each(
        self, function: Callable[[Task], Made], tasks: Sequence[Task], lane: Callable[[Task], str]
    ) -> Iterator[tuple[Task, Made | Failure]]:
        """Call a function with each task in turn, and yield the results."""
        for task in tasks:
            try:
                made: Made | Failure = function(task)
            except ENDS:
                raise
            except Exception as error:
                made = failure(error)
            yield task, made


def failure(error: BaseException) -> Failure:
    """Return why a task failed, in one line. The log (`-v`) has all of it."""
    logger.info("a task failed", exc_info=error)
    if isinstance(error, FileNotFoundError):
        return Failure(f"there is no file {error.filename or error}")
    words = " ".join(str(error).split())[:300]
    return Failure(words or type(error).__name__)
