"""The alignment of two texts: which words of one text are also in the other, in order.

Two sequences are aligned along a longest common subsequence (rapidfuzz's Indel distance). Very long ones are
divided at passages that both have (long_texts/anchors.py), and aligned part by part: then the common
subsequence can be a little shorter than the longest one. The hunks of two texts (token_diff.py) and the words
within a hunk (differences.py) are aligned in this way.
"""

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel

from db.history.comparison.hunks import Span
from db.history.comparison.long_texts.anchors import divide
from db.processor_time import in_time

# Two texts are aligned at once if the product of their word counts is at most this: two texts of 20,000
# words, which is more than the longest policies have. The alignment needs one bit for each pair of words, at
# most 50 MB. Longer texts are divided first.
ALIGNED_AT_ONCE = 4 * 10**8


class Gap(NamedTuple):
    """A range of old items and the range of new items that replaces it.

    Ends are exclusive. One of the two ranges can be empty.
    """

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Gap]:
    """Return the gaps between the items that two sequences share, in order.

    The items outside of the gaps are a longest common subsequence; of sequences that are too long for
    `ALIGNED_AT_ONCE`, a common subsequence that is about as long. Returns [] for equal sequences.
    """
    gaps: list[Gap] = []
    for gap in _differing(old, new):
        if gaps and gaps[-1].old_end == gap.old_start and gaps[-1].new_end == gap.new_start:
            gaps[-1] = Gap(gaps[-1].old_start, gap.old_end, gaps[-1].new_start, gap.new_end)
        else:
            gaps.append(gap)
    return gaps


def _differing(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Gap]:
    """Yield ranges without a shared item, in order. Two of them can be next to each other."""
    for old_start, old_end, new_start, new_end in in_time(_parts_of(old, new)):
        for op in Indel.opcodes(old[old_start:old_end], new[new_start:new_end]):
            if op.tag != "equal":
                yield Gap(
                    op.src_start + old_start,
                    op.src_end + old_start,
                    op.dest_start + new_start,
                    op.dest_end + new_start,
                )


def _parts_of(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Span]:
    """Yield the parts of two sequences to align, in order. All items between them are equal."""
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    olds, news = len(old) - end, len(new) - end
    if (olds - start) * (news - start) <= ALIGNED_AT_ONCE:
        yield start, olds, start, news
        return
    for part in divide(old[start:olds], new[start:news], ALIGNED_AT_ONCE):
        yield part[0] + start, part[1] + start, part[2] + start, part[3] + start
