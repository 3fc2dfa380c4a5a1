"""A limit of processor time for work on strangers' texts in a thread, which nothing can end from outside.

The work checks the time itself, between its parts (`in_time`). A part is small: a place of a comparison, or
a paragraph. Workers and commands have limits of the system instead (crawler/workers/limits.py).
"""

import math
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from db.errors import OverTimeError

T = TypeVar("T")

_end: ContextVar[float] = ContextVar("end", default=math.inf)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Limit the processor time of this thread meanwhile. `in_time` raises OverTimeError after it."""
    token = _end.set(time.thread_time() + seconds)
    try:
        yield
    finally:
        _end.reset(token)


def in_time(parts: Iterable[T]) -> Iterator[T]:
    """Yield the parts of some work. Raises OverTimeError before a part if the time of `limited` is over.

    Without `limited`, all parts are yielded.
    """
    end = _end.get()
    for part in parts:
        if end < math.inf and time.thread_time() > end:
            raise OverTimeError("this takes too much processor time")
        yield part
