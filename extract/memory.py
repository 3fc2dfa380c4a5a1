"""Remember what follows from a text or a page alone: captures of a page have most of their texts in common.

Only pure functions are remembered, so no result depends on which pages were extracted before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import Generic, TypeVar, TypeVarTuple

More = TypeVarTuple("More")
Made = TypeVar("Made")

TEXTS = 4_096
"""So many texts are remembered for each function: those that it read last."""
LONGEST = 2_000
"""A text with more characters is not remembered. So the texts of a function have at most 8 million
characters; those of usual pages have 0.5 million."""

_forget: list[Callable[[], None]] = []


class Memory(Generic[Made]):
    """The results that were used last, by name, of at most so many characters together."""

    def __init__(self, characters: int) -> None:
        self._most, self._characters = characters, 0
        self._results: OrderedDict[Hashable, tuple[int, Made]] = OrderedDict()
        _forget.append(self.forget)

    def get(self, name: Hashable) -> Made | None:
        """Return the result with a name, or None if it is not remembered."""
        if name not in self._results:
            return None
        self._results.move_to_end(name)
        return self._results[name][1]

    def keep(self, name: Hashable, characters: int, result: Made) -> None:
        """Remember a result with a new name, and forget what was not used for the longest time."""
        self._results[name] = characters, result
        self._characters += characters
        while self._characters > self._most:
            self._characters -= self._results.popitem(last=False)[1][0]

    def forget(self) -> None:
        """Forget all results."""
        self._results.clear()
        self._characters = 0


def remembered(function: Callable[[str, *More], Made]) -> Callable[[str, *More], Made]:
    """Return a function that computes the result for a text only if it does not remember it.

    ``function`` is pure. Its first argument is a text, others are short and hashable, and nobody changes its
    results.
    """
    of_short_text = lru_cache(maxsize=TEXTS)(function)
    _forget.append(of_short_text.cache_clear)

    @wraps(function)
    def known(text: str, *more: *More) -> Made:
        return of_short_text(text, *more) if len(text) <= LONGEST else function(text, *more)

    return known


def forget_all() -> None:
    """Forget the results of all functions, as in a process that has not extracted a page."""
    for forget in _forget:
        forget()
