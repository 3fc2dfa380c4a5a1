"""Cache what follows from a line alone: the texts of one page have most lines in common."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

LINES, LONGEST = 4_096, 2_000  # lines, and characters of a line
Made = TypeVar("Made")


def cached(
    function: Callable[[str], Made], *, lines: int = LINES, longest: int = LONGEST
) -> Callable[[str], Made]:
    """Return a function of a line whose last results are cached, one for each of at most so many `lines`.

    A line with more than `longest` characters is computed each time, so that a cache has at most some
    hundred MB.
    """
    of_short_lines = lru_cache(maxsize=lines)(function)

    @wraps(function)
    def of_line(line: str) -> Made:
        return of_short_lines(line) if len(line) <= longest else function(line)

    return of_line
