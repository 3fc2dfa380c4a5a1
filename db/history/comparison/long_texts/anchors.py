"""Long texts divided at the passages that both have, so that the parts can be aligned one after the other.

The memory of an alignment grows with the product of two lengths, and so does its time. A long pair is
therefore divided first: at passages that each text has exactly once, in the largest set that is in the same
order in both; then at passages that a text repeats, the first with the first, the second with the second.
Parts that share no passage are cut into pieces of the same share of both texts. Time and memory then grow
with the length of the texts.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Hashable, Iterator, Sequence
from math import isqrt
from typing import NamedTuple

from db.history.comparison.hunks import Span


class Passages(NamedTuple):
    """A kind of passages to divide at: their number of items, and whether a text may repeat them."""

    size: int
    repeated: bool


# First long passages, then shorter ones. Two texts have still shorter ones in common by chance, and a
# division there would lose longer common subsequences.
KINDS = (Passages(16, False), Passages(8, False), Passages(16, True))
# Only the passages at every so many items of the old text are looked for, to save memory.
STEP = 4

Run = tuple[int, int, int]  # where equal items begin in the old text and in the new one, and their number


def divide(old: Sequence[Hashable], new: Sequence[Hashable], most: int) -> Iterator[Span]:
    """Yield the parts of two texts that differ, in order.

    All items between two parts are equal. The product of the two lengths of a part is at most `most`. A part
    can be empty in one text. Yields nothing for equal texts.
    """
    numbers: dict[Hashable, int] = {}
    before = [numbers.setdefault(item, len(numbers)) for item in old]
    after = [numbers.setdefault(item, len(numbers)) for item in new]
    yield from _divide(before, after, (0, len(old), 0, len(new)), most, KINDS)


def _divide(
    old: Sequence[int], new: Sequence[int], part: Span, most: int, kinds: Sequence[Passages]
) -> Iterator[Span]:
    old_start, old_end, new_start, new_end = part
    if (old_end - old_start) * (new_end - new_start) <= most:
        if part[0] < part[1] or part[2] < part[3]:
            yield part
    elif not kinds:
        yield from _cut(part, most)
    else:
        for run_old, run_new, length in _runs(old, new, part, kinds[0]):
            yield from _divide(old, new, (old_start, run_old, new_start, run_new), most, kinds[1:])
            old_start, new_start = run_old + length, run_new + length
        yield from _divide(old, new, (old_start, old_end, new_start, new_end), most, kinds[1:])


def _cut(part: Span, most: int) -> Iterator[Span]:
    """Cut a part into pieces of the same share of both texts."""
    old_start, old_end, new_start, new_end = part
    olds, news = old_end - old_start, new_end - new_start
    pieces = isqrt(olds * news // most) + 1
    while -(-olds // pieces) * -(-news // pieces) > most and pieces < max(olds, news):
        pieces += 1
    for n in range(pieces):
        yield (
            old_start + olds * n // pieces,
            old_start + olds * (n + 1) // pieces,
            new_start + news * n // pieces,
            new_start + news * (n + 1) // pieces,
        )


def _runs(old: Sequence[int], new: Sequence[int], part: Span, kind: Passages) -> Iterator[Run]:
    """Yield the longest runs of equal items around shared passages, in order and without overlap."""
    at_old, old_end, at_new, new_end = part
    for in_old, in_new in _in_same_order(_shared(old, new, part, kind)):
        if in_old < at_old or in_new < at_new:
            continue  # the run before contains it, or has taken its place
        first = 0
        while (
            first < min(in_old - at_old, in_new - at_new)
            and old[in_old - first - 1] == new[in_new - first - 1]
        ):
            first += 1
        start, other = in_old - first, in_new - first
        length = first + kind.size
        while (
            start + length < old_end
            and other + length < new_end
            and old[start + length] == new[other + length]
        ):
            length += 1
        yield start, other, length
        at_old, at_new = start + length, other + length


def _shared(old: Sequence[int], new: Sequence[int], part: Span, kind: Passages) -> list[tuple[int, int]]:
    """Return the places (old, new) of the passages that both texts have, by their old place."""
    some = {name for at, name in _passages(old, part[0], part[1], kind) if (at - part[0]) % STEP == 0}
    before = _single(_passages(old, part[0], part[1], kind), some)
    after = _single(_passages(new, part[2], part[3], kind), before.keys())
    return sorted(
        (at, after[name])
        for name, at in before.items()
        if name in after and old[at : at + kind.size] == new[after[name] : after[name] + kind.size]
    )


def _passages(items: Sequence[int], start: int, end: int, kind: Passages) -> Iterator[tuple[int, int]]:
    """Yield the place of each passage and a number that names it, the same for equal passages.

    If the passages may be repeated, each repetition has its own number.
    """
    seen: Counter[int] = Counter()
    for at in range(start, end - kind.size + 1):
        name = hash(tuple(items[at : at + kind.size]))
        if kind.repeated:
            seen[name] += 1
            name = hash((name, seen[name]))
        yield at, name


def _single(passages: Iterator[tuple[int, int]], wanted: Container[int]) -> dict[int, int]:
    """Return the places of those wanted passages that are there exactly once, by their number."""
    places: dict[int, int] = {}
    several: set[int] = set()
    for at, name in passages:
        if name in wanted and places.setdefault(name, at) != at:
            several.add(name)
    return {name: at for name, at in places.items() if name not in several}


def _in_same_order(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the largest set of places that increase in both texts. `places` increase in the first."""
    lowest: list[int] = []  # lowest[n]: the lowest new place at which n + 1 places in order can end
    ends: list[int] = []  # the index in `places` of that end
    before: list[int] = []  # for each of `places`, the index of the one before it, or -1
    for index, (_, at) in enumerate(places):
        rank = bisect_left(lowest, at)
        before.append(ends[rank - 1] if rank else -1)
        lowest[rank : rank + 1] = [at]
        ends[rank : rank + 1] = [index]
    chain: list[tuple[int, int]] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(places[index])
        index = before[index]
    return chain[::-1]
