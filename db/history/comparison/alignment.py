"""The alignment of two texts: which words of one text are also in the other, in order.

Two sequences are aligned along a longest common subsequence (rapidfuzz's Indel distance). Very long ones are
divided at passages that both have (anchors.py), and aligned part by part: then the common subsequence can be
a little shorter than the longest one. The word counts in the table `changes` (`measure`), the differences by
token (token_diff.py) and the readable difference (db/history/readable_diff.py) all use it. So they agree, for
example, that a paragraph at another place counts as removed and as added.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel

from db.history.comparison.anchors import divide
from db.history.comparison.hunks import Span

Words = tuple[str, ...]
Place = tuple[int, int]  # the place of a word: index of its paragraph, index of the word in the paragraph

# Two paragraphs count as one edited paragraph if at least this share of their distinct words is the same.
ALIKE = 0.5
# A paragraph at another place counts as moved if it has at least this many words. Shorter ones ("Yes.") can
# be at any place by chance.
MOVABLE = 5
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


def distance(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    """Return the number of items that only one of the sequences has, in their alignment.

    Items of both sequences are counted together; 0 for equal sequences.
    """
    if len(old) * len(new) <= ALIGNED_AT_ONCE:
        return int(Indel.distance(old, new))
    return sum(
        int(Indel.distance(old[old_start:old_end], new[new_start:new_end]))
        for old_start, old_end, new_start, new_end in _parts_of(old, new)
    )


def _differing(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Gap]:
    """Yield ranges without a shared item, in order. Two of them can be next to each other."""
    for old_start, old_end, new_start, new_end in _parts_of(old, new):
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


def measure(old: Sequence[str], new: Sequence[str]) -> tuple[int, int, float]:
    """Return the words added, the words removed, and the similarity of two lists of words.

    The similarity is the share of all words that stayed, from 0 to 1, with four decimals. It is 1 for two
    empty lists.
    """
    differing, total = distance(old, new), len(old) + len(new)
    added = (differing + len(new) - len(old)) // 2
    return added, differing - added, round(1 - differing / total, 4) if total else 1.0


def match_words(old: Sequence[Words], new: Sequence[Words]) -> dict[Place, Place]:
    """Align all words of two lists of paragraphs.

    Returns the place of the new word -> the place of the old word, for each word that both texts have. As
    many words are matched as in an alignment of the whole texts; among several such alignments, one is chosen
    that keeps paragraphs together. Texts that are too long for `ALIGNED_AT_ONCE` are matched paragraph by
    paragraph, and then fewer words may be matched.
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
    """Divide two texts into pairs of parts. Words are then matched within each pair.

    The parts are as small as possible without losing a match.
    """
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
    """Pair each edited paragraph with the old paragraph that it was made from.

    Looks only at the paragraphs within `gap`, and at none in `moved`. Yields pairs of indexes (old, new),
    both increasing. A new paragraph that resembles no old one has no pair.
    """
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
    """Return the share (0 to 1) of distinct words that two paragraphs have in common."""
    first, second = set(one), set(other)
    return 2 * len(first & second) / (len(first) + len(second))


def _moved(old: Sequence[Words], new: Sequence[Words]) -> set[Words]:
    """Return the long paragraphs that both texts have equally often."""
    before, after = Counter(old), Counter(new)
    return {words for words in before if before[words] == after[words] and len(words) >= MOVABLE}


def _fits(old: Sequence[Words], new: Sequence[Words], part: Gap) -> bool:
    """Return whether the words of two parts are few enough to be aligned at once."""
    one, other = old[part.old_start : part.old_end], new[part.new_start : part.new_end]
    return sum(map(len, one)) * sum(map(len, other)) <= ALIGNED_AT_ONCE


def _distance(old: Sequence[Words], new: Sequence[Words], part: Gap) -> int:
    return distance(_flat(old, part.old_start, part.old_end), _flat(new, part.new_start, part.new_end))


def _kept(old: Sequence[Words], new: Sequence[Words], part: Gap) -> int:
    one, other = _flat(old, part.old_start, part.old_end), _flat(new, part.new_start, part.new_end)
    return (len(one) + len(other) - distance(one, other)) // 2


def _flat(paragraphs: Sequence[Words], start: int, end: int) -> list[str]:
    return [word for words in paragraphs[start:end] for word in words]
