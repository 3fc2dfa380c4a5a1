"""The order of tasks: the first ones first, and those that ask one host for single records one by one."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic

from crawler.bulk.engines.engine import Task


class Lanes(Generic[Task]):
    """Tasks that wait. `lane` returns what only one task at a time may use; "" for nothing."""

    def __init__(self, tasks: Iterable[Task], lane: Callable[[Task], str]) -> None:
        self._lane = lane
        self._ready: deque[Task] = deque()
        self._behind: dict[str, deque[Task]] = {}  # lane -> tasks behind the one that is ready or runs
        for task in tasks:
            if (name := lane(task)) and name in self._behind:
                self._behind[name].append(task)
            else:
                self._ready.append(task)
                if name:
                    self._behind[name] = deque()

    def __bool__(self) -> bool:
        return bool(self._ready)

    def next(self) -> Task:
        """Return the next task that can start. Raises IndexError if there is none."""
        return self._ready.popleft()

    def ended(self, task: Task) -> None:
        """Note the end of a task, so that the next one of its lane can start."""
        if behind := self._behind.get(self._lane(task)):
            self._ready.appendleft(behind.popleft())
