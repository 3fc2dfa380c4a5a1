"""Remember what follows from a text alone: captures of a page have most of their texts in common.

Only pure functions are remembered, so no result depends on which pages were extracted before.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar, TypeVarTuple

More = TypeVarTuple("More")
Made = TypeVar("Made")

TEXTS = 4_096
"""So many texts are remembered for each function: those that it read last."""
LONGEST = 2_000
"""A text with more characters is not remembered. So the texts of a function have at most 8 million
characters; those of usual pages have 0.5 million."""

_forget: list[Callable[[], None]] = []


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
    """Forget the results of all functions, as in a process that has not extracted a page yet."""
    for forget in _forget:
        forget()
