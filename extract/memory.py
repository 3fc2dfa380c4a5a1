"""Remember what follows from a text or a page alone: captures of a page have most of their texts in common.

Only pure functions are remembered, so no result depends on which pages were extracted before.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import Generic, TypeVar, TypeVarTuple

Given = TypeVar("Given")
More = TypeVarTuple("More")
Made = TypeVar("Made")

TEXTS = 4_096
"""So many results are remembered for each function: the last ones."""
LONGEST = 2_000
"""A text with more characters is not remembered. So the texts of a function have at most 8 million
characters; those of usual pages have 0.5 million."""
RESULTS = 10_000
"""So many values are remembered for a function of long texts."""

_forget: list[Callable[[], None]] = []


class Memory(Generic[Made]):
    """The results that were used last, by name, which weigh at most so much together.

    The weight of a result is about the number of its characters.
    """

    def __init__(self, most: int) -> None:
        self._most, self._weight = most, 0
        self._results: OrderedDict[Hashable, tuple[int, Made]] = OrderedDict()
        _forget.append(self.forget)

    def get(self, name: Hashable) -> Made | None:
        """Return the result with a name, or None if it is not remembered."""
        if name not in self._results:
            return None
        self._results.move_to_end(name)
        return self._results[name][1]

    def keep(self, name: Hashable, weight: int, result: Made) -> None:
        """Remember a result with a new name, and forget what was not used for the longest time."""
        self._results[name] = weight, result
        self._weight += weight
        while self._weight > self._most:
            self._weight -= self._results.popitem(last=False)[1][0]

    def forget(self) -> None:
        """Forget all results."""
        self._results.clear()
        self._weight = 0


def remembered_if_short(
    size: Callable[[Given], int],
) -> Callable[[Callable[[Given, *More], Made]], Callable[[Given, *More], Made]]:
    """Return a decorator: the function computes a result only if it does not remember it.

    ``size`` returns how many characters the first argument of the function has; with more than LONGEST, its
    result is not remembered. The function is pure, its arguments are hashable, and nobody changes its
    results.
    """

    def decorated(function: Callable[[Given, *More], Made]) -> Callable[[Given, *More], Made]:
        of_short = lru_cache(maxsize=TEXTS)(function)
        _forget.append(of_short.cache_clear)

        @wraps(function)
        def known(one: Given, *more: *More) -> Made:
            return of_short(one, *more) if size(one) <= LONGEST else function(one, *more)

        return known

    return decorated


def remembered(function: Callable[[str, *More], Made]) -> Callable[[str, *More], Made]:
    """Return a function of a text that computes a result only if it does not remember it."""
    short: Callable[[str], int] = len
    return remembered_if_short(short)(function)


def remembered_by_digest(
    size: Callable[[Made], int],
) -> Callable[[Callable[[str, *More], Made]], Callable[[str, *More], Made]]:
    """Return a decorator for a function of a long text with a small result, as ``remembered`` for short ones.

    The text itself is not kept, only its SHA-256. ``size`` returns how many values a result has; all that are
    remembered have at most RESULTS values together.
    """

    def decorated(function: Callable[[str, *More], Made]) -> Callable[[str, *More], Made]:
        memory = Memory[tuple[Made]](RESULTS)  # in a tuple: None is a result too

        @wraps(function)
        def known(text: str, *more: *More) -> Made:
            name = (hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), *more)
            if found := memory.get(name):
                return found[0]
            made = function(text, *more)
            memory.keep(name, 1 + size(made), (made,))
            return made

        return known

    return decorated


def forget_all() -> None:
    """Forget all results that `remembered` and `Memory` have. Small caches of names and domains stay."""
    for forget in _forget:
        forget()
