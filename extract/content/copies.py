"""Pages that carry their text twice: for wide and narrow screens, or for printing."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from extract.content.blocks import PROSE_WORDS, Block
from extract.content.parts import Parts

COPY = "second copy"
"""The reason for which a copy is dropped."""
SAME = 0.9
"""At least this share of the words of a copy is in blocks that the first text has too."""
AS_LONG = 0.8
"""A copy has at least this share of the words of the first text."""
WHOLE = 0.8
"""The text and its copies have at least this share of the page's policy-like prose. So a section that is
repeated in a policy is no copy."""
LEAST_WORDS = 60
"""A text with fewer words is not compared."""

ALIKE = 0.7
"""Two sentences with at least this share of words in common are the same one: "click here" and "tap here"."""

_BOXES = frozenset({"div", "section", "article", "aside"})
_MOST_OWN = 50  # so many sentences are compared with those of the other text
_STARTS = 20  # blocks, the first that are repeated, at which the text and its copy can begin
_MOST_COPIES = 5


def drop_copies(parts: Parts) -> None:
    """Drop all copies of the page's text but one, and all copies of a section that follow it directly.

    The first text stays, or the copy if it has sentences more. If both have sentences of their own, those of
    the copy stay at its place.
    """
    _drop_twins(parts)
    for _ in range(_MOST_COPIES):
        text, copy = _copy(parts)
        if not copy:
            return
        extra = _own_sentences(parts, copy, text)
        if extra and not _own_sentences(parts, text, copy):
            copy, extra = text, []
        _drop(parts, copy, extra)
        parts.recount()


def _drop_twins(parts: Parts) -> None:
    """Drop each box that has the same text as the box before it: one is for phones."""
    for node in parts.nodes:
        if len(node.children) < 2:
            continue
        children = [child for child in node.children if parts.tag(child) in _BOXES]
        for first, second in pairwise(children):
            if first in parts.dropped or second in parts.dropped:
                continue
            one, other = parts.nodes[first], parts.nodes[second]
            if (
                one.last == other.first
                and one.last - one.first == other.last - other.first
                and parts.prose_words(first)
                and [block.text for block in parts.blocks_of(first)]
                == [block.text for block in parts.blocks_of(second)]
            ):
                parts.drop(second, COPY, foreign=True)
    if COPY in parts.dropped.values():
        parts.recount()


def _own_sentences(parts: Parts, numbers: range, others: range) -> list[int]:
    """Return the blocks of a text whose sentences are not in another text, also not in other words."""
    gone = parts.dropped_blocks()
    texts = {parts.blocks[other].text for other in others if not gone[other]}
    own = [
        number
        for number in numbers
        if not gone[number] and parts.blocks[number].prose and parts.blocks[number].text not in texts
    ]
    bags = [Counter(text.lower().split()) for text in texts] if len(own) <= _MOST_OWN else []
    return [number for number in own if not any(_are_alike(parts.blocks[number].text, bag) for bag in bags)]


def _are_alike(text: str, bag: Counter[str]) -> bool:
    words = Counter(text.lower().split())
    return (words & bag).total() >= ALIKE * max(words.total(), bag.total())


def _copy(parts: Parts) -> tuple[range, range]:
    """Return the range of blocks of a text, and the range of its copy. Both are empty without a copy."""
    gone = parts.dropped_blocks()
    live = [number for number, dropped in enumerate(gone) if not dropped]
    blocks = [parts.blocks[number] for number in live]
    policy = [block for block in blocks if block.prose and block.terms]
    for first, second in islice(_repeated(blocks), _STARTS):
        text, copy = _ranges(blocks, first, second)
        lines = {blocks[number].text for number in text}
        covered = sum(block.words for block in policy if block.text in lines)
        if copy and covered >= WHOLE * sum(block.words for block in policy):
            found = _of_page(text, live), _of_page(copy, live)
            return _with_own_part(parts, *found), _with_own_part(parts, *found[::-1])
    return range(0), range(0)


def _with_own_part(parts: Parts, text: range, other: range) -> range:
    """Return the range of the innermost part with a text, if its other words are few and not ``other``."""
    number, best = 0, text
    while True:
        node = parts.nodes[number]
        if node.last <= other.start or node.first >= other.stop:
            more = parts.words(number) - _words(parts.blocks, text)
            best = range(node.first, node.last) if more <= (1 - AS_LONG) * parts.words(number) else best
        inner = (
            child
            for child in parts.children(number)
            if parts.nodes[child].first <= text.start and parts.nodes[child].last >= text.stop
        )
        number = next(inner, -1)
        if number < 0:
            return best


def _of_page(numbers: range, live: Sequence[int]) -> range:
    return range(live[numbers.start], live[numbers.stop - 1] + 1)


def _repeated(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Yield the indexes of equal sentences, the earlier and the later one."""
    places: dict[str, list[int]] = {}
    for number, block in enumerate(blocks):
        if block.words >= PROSE_WORDS:
            places.setdefault(block.text, []).append(number)
    for first, *others in places.values():
        for other in others:
            yield first, other


def _ranges(blocks: Sequence[Block], first: int, second: int) -> tuple[range, range]:
    """Return the ranges of a text and its copy, of which the blocks ``first`` and ``second`` are the starts.

    Both are empty if the blocks from ``second`` are no copy of the blocks from ``first``.
    """
    while first > 0 and second - 1 > first and blocks[first - 1].text == blocks[second - 1].text:
        first, second = first - 1, second - 1
    places: dict[str, int] = {}
    for number in range(first, second):
        places.setdefault(blocks[number].text, number)
    same = {number for number in range(second, len(blocks)) if blocks[number].text in places}
    end = max((number for number in same if blocks[number].words >= PROSE_WORDS), default=-1)
    if end < 0:
        return range(0), range(0)
    while end + 1 in same:
        end += 1
    copy = range(second, end + 1)
    text = range(first, max(places[blocks[number].text] for number in same if number <= end) + 1)
    words, same_words = _words(blocks, copy), sum(blocks[number].words for number in same if number <= end)
    is_copy = (
        words >= max(LEAST_WORDS, AS_LONG * _words(blocks, text))
        and same_words >= SAME * words
        and AS_LONG * words <= _words(blocks, text)
    )
    return (text, copy) if is_copy else (range(0), range(0))


def _words(blocks: Sequence[Block], numbers: range) -> int:
    return sum(blocks[number].words for number in numbers)


def _drop(parts: Parts, copy: range, extra: Sequence[int]) -> None:
    """Drop the outermost parts that have blocks of a copy only, and none of its own sentences ``extra``."""
    undecided = [0]
    while undecided:
        for child in parts.children(undecided.pop()):
            node = parts.nodes[child]
            place = bisect_left(extra, node.first)
            is_own = place < len(extra) and extra[place] < node.last
            if copy.start <= node.first < node.last <= copy.stop and not is_own:
                parts.drop(child, COPY, foreign=True)
            elif node.first < copy.stop and node.last > copy.start:
                undecided.append(child)
