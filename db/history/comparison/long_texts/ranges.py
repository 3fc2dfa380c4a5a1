"""Many ranges of tokens at once: which ones a range touches, and where they are in the next text."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from db.history.comparison.hunks import Hunk

Range = tuple[int, int]  # start and end (exclusive)


class Ranges:
    """Ranges of a text, in any order, to be searched by place."""

    def __init__(self, ranges: Sequence[Range]) -> None:
        self._ranges = ranges
        self._by_start = sorted(range(len(ranges)), key=lambda index: ranges[index][0])
        self._starts = [ranges[index][0] for index in self._by_start]
        # The end of the range that goes furthest, among the first ones by start.
        self._furthest = list(accumulate((ranges[index][1] for index in self._by_start), max))

    def touched(self, start: int, end: int) -> list[int]:
        """Return the indexes of the ranges that contain, touch or overlap a range, in their order.

        A range that begins where another one ends touches it. Returns [] if there are none.
        """
        found: list[int] = []
        at = bisect_right(self._starts, end) - 1
        while at >= 0 and self._furthest[at] >= start:
            if self._ranges[self._by_start[at]][1] >= start:
                found.append(self._by_start[at])
            at -= 1
        return sorted(found)


class Shifts:
    """The places in the new text of the ranges of an old text, by the hunks between the two texts.

    The hunks are in order.
    """

    def __init__(self, hunks: Sequence[Hunk]) -> None:
        self._starts = [hunk.old_start for hunk in hunks]
        self._ends = [hunk.old_end for hunk in hunks]
        grown = ((hunk.new_end - hunk.new_start) - (hunk.old_end - hunk.old_start) for hunk in hunks)
        self._grown = [0, *accumulate(grown)]  # by how many tokens the first hunks together grew

    def moved(self, start: int, end: int) -> Range:
        """Return the range in the new text for a range of the old text."""
        before = bisect_right(self._ends, start)  # the number of hunks that end at `start` or earlier
        until = max(before, bisect_left(self._starts, end))
        new_start = start + self._grown[before]
        return new_start, max(new_start, end + self._grown[until])
