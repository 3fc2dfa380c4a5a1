"""The alignment of two texts. The counts of changes, the hunks and the readable difference are made from it.

Two sequences are aligned along a longest common subsequence (rapidfuzz's Indel distance). From it follow the
counts of `changes` (`measure`), the hunks of tokens (db/history/token_diff.py) and the readable difference
(db/history/readable_diff.py). So a paragraph that moved counts as removed and added everywhere.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel

Words = tuple[str, ...]
Place = tuple[int, int]  # of a word: the number of its paragraph, its number in it

# Share of distinct words in common from which two paragraphs are one that was edited, rather than two.
ALIKE = 0.5
# Words from which a paragraph that stands elsewhere is moved; shorter ones ("Yes.") can stand anywhere.
MOVABLE = 5
# Words of one text times words of the other that are aligned at once: memory of 125 MB, a bit for each pair.
ALIGNED_AT_ONCE = 10**9


class Gap(NamedTuple):
    """A range of old items and the range of new items in its place. One of them may be empty."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Gap]:
    """Return the gaps between the items that two sequences share, in order. No gap for equal sequences.

    The items before, between and after the gaps are a longest common subsequence.
    """
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    gaps: list[Gap] = []
    for op in Indel.opcodes(old[start : len(old) - end], new[start : len(new) - end]):
        if op.tag == "equal":
            continue
        gap = Gap(op.src_start + start, op.src_end + start, op.dest_start + start, op.dest_end + start)
        if gaps and gaps[-1].old_end == gap.old_start and gaps[-1].new_end == gap.new_start:
            gap = Gap(gaps[-1].old_start, gap.old_end, gaps.pop().new_start, gap.new_end)
        gaps.append(gap)
    return gaps


def distance(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    """Return the number of items in the gaps of an alignment, on both sides together."""
    return int(Indel.distance(old, new))


def measure(old: Sequence[str], new: Sequence[str]) -> tuple[int, int, float]:
    """Return the words added, the words removed and the similarity of two lists of words.

    The similarity is the share of words that stayed (0 to 1, four digits); 1 for two empty lists.
    """
    differing, total = distance(old, new), len(old) + len(new)
    added = (differing + len(new) - len(old)) // 2
    return added, differing - added, round(1 - differing / total, 4) if total else 1.0


def match_words(old: Sequence[Words], new: Sequence[Words]) -> dict[Place, Place]:
    """Align all words of two lists of paragraphs. Returns the place of the old word by that of the new one.

    As many words are matched as in the alignment of all words at once. Of several such alignments one is
    taken that keeps paragraphs together. Texts that are too long for `ALIGNED_AT_ONCE` are only matched
    paragraph by paragraph, so fewer words may be matched.
    """
    matched: dict[Place, Place] = {}
    for part in _parts(old, new):
        one, other = _places(old, part.old_start, part.old_end), _places(new, part.new_start, part.new_end)
        at = Gap(0, 0, 0, 0)
        gaps = align([old[n][k] for n, k in one], [new[n][k] for n, k in other])
        for gap in [*gaps, Gap(len(one), len(one), len(other), len(other))]:
            matched.update(
                zip(other[at.new_end : gap.new_start], one[at.old_end : gap.old_start], strict=True)
            )
            at = gap
    return matched


def _places(paragraphs: Sequence[Words], start: int, end: int) -> list[Place]:
    return [(number, index) for number in range(start, end) for index in range(len(paragraphs[number]))]


def _parts(old: Sequence[Words], new: Sequence[Words]) -> list[Gap]:
    """Cut two texts into parts, within which words are matched. The parts are small, but lose no match."""
    whole = Gap(0, len(old), 0, len(new))
    gaps = align(old, new)
    if _fits(old, new, whole) and sum(_distance(old, new, gap) for gap in gaps) > _distance(old, new, whole):
        return [whole]
    moved = _moved(old, new)
    parts: list[Gap] = []
    at = Gap(0, 0, 0, 0)
    for gap in [*gaps, Gap(len(old), len(old), len(new), len(new))]:
        parts.append(Gap(at.old_end, gap.old_start, at.new_end, gap.new_start))  # equal paragraphs
        pairs = [Gap(i, i + 1, j, j + 1) for i, j in _pairs(old, new, gap, moved)]
        best = not _fits(old, new, gap) or sum(_kept(old, new, p) for p in pairs) == _kept(old, new, gap)
        parts += pairs if best else [gap]
        at = gap
    return parts


def _pairs(
    old: Sequence[Words], new: Sequence[Words], gap: Gap, moved: set[Words]
) -> Iterator[tuple[int, int]]:
    """Pair new paragraphs of a gap with the old ones they were edited from. Yields (old, new) numbers."""
    where: defaultdict[str, list[int]] = defaultdict(list)
    for number in range(gap.old_start, gap.old_end):
        for word in set(old[number]) if old[number] not in moved else ():
            where[word].append(number)
    after = gap.old_start
    for number in range(gap.new_start, gap.new_end):
        if new[number] in moved:
            continue
        candidates = {one for word in set(new[number]) for one in where[word] if one >= after}
        best = max(candidates, key=lambda one: (likeness(old[one], new[number]), -one), default=None)
        if best is not None and likeness(old[best], new[number]) >= ALIKE:
            yield best, number
            after = best + 1


def likeness(one: Words, other: Words) -> float:
    """Return the share of distinct words that two paragraphs have in common, 0 to 1."""
    first, second = set(one), set(other)
    return 2 * len(first & second) / (len(first) + len(second))


def _moved(old: Sequence[Words], new: Sequence[Words]) -> set[Words]:
    """Return the long paragraphs that both texts have, and have equally often."""
    before, after = Counter(old), Counter(new)
    return {words for words in before if before[words] == after[words] and len(words) >= MOVABLE}


def _fits(old: Sequence[Words], new: Sequence[Words], part: Gap) -> bool:
    """Return whether the words of a part can be aligned at once."""
    one, other = old[part.old_start : part.old_end], new[part.new_start : part.new_end]
    return sum(map(len, one)) * sum(map(len, other)) <= ALIGNED_AT_ONCE


def _distance(old: Sequence[Words], new: Sequence[Words], part: Gap) -> int:
    return distance(_flat(old, part.old_start, part.old_end), _flat(new, part.new_start, part.new_end))


def _kept(old: Sequence[Words], new: Sequence[Words], part: Gap) -> int:
    one, other = _flat(old, part.old_start, part.old_end), _flat(new, part.new_start, part.new_end)
    return (len(one) + len(other) - distance(one, other)) // 2


def _flat(paragraphs: Sequence[Words], start: int, end: int) -> list[str]:
    return [word for words in paragraphs[start:end] for word in words]
