"""Keep the results of a function in memory, bounded by their number and by their size."""

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# The results together have at most this size, except that the last few are always kept. Of texts it is the
# number of characters: a text of 800,000 words, which has 5 million, needs up to 100 MB as tokens.
MOST = 10_000_000
ALWAYS = 4  # so many results are kept, however large: a comparison needs two texts and two pages


def keeping_recent(make: Callable[[int], T], size: Callable[[T], int], kept: int) -> Callable[[int], T]:
    """Return `make` as a function that keeps its last `kept` results, or fewer large ones.

    `size` returns the size of a result, in the unit of `MOST`.
    """
    results: OrderedDict[int, tuple[T, int]] = OrderedDict()

    def recent(key: int) -> T:
        if key in results:
            results.move_to_end(key)
            return results[key][0]
        made = make(key)
        results[key] = made, size(made)
        while len(results) > kept or (
            len(results) > ALWAYS and sum(size for _, size in results.values()) > MOST
        ):
            results.popitem(last=False)
        return made

    return recent
