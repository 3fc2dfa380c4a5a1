"""Pages that carry their text twice: for wide and narrow screens, or for printing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

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

_STARTS = 20  # blocks, the first that are repeated, at which the text and its copy can begin
_MOST_COPIES = 5


def drop_copies(parts: Parts) -> None:
    """Drop all copies of the page's text but the first."""
    for _ in range(_MOST_COPIES):
        found = _copy(parts)
        if not found:
            return
        _drop(parts, found)
        parts.recount()


def _copy(parts: Parts) -> range:
    """Return the range of blocks that is a copy of earlier blocks, or an empty range."""
    gone = parts.dropped_blocks()
    live = [number for number, dropped in enumerate(gone) if not dropped]
    blocks = [parts.blocks[number] for number in live]
    policy = [block for block in blocks if block.prose and block.terms]
    for first, second in islice(_repeated(blocks), _STARTS):
        text, copy = _ranges(blocks, first, second)
        lines = {blocks[number].text for number in text}
        covered = sum(block.words for block in policy if block.text in lines)
        if copy and covered >= WHOLE * sum(block.words for block in policy):
            return range(live[copy.start], live[copy.stop - 1] + 1)
    return range(0)


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


def _drop(parts: Parts, copy: range) -> None:
    """Drop the outermost parts that have blocks of a copy only."""
    undecided = [0]
    while undecided:
        for child in parts.children(undecided.pop()):
            node = parts.nodes[child]
            if copy.start <= node.first < node.last <= copy.stop:
                parts.drop(child, COPY, foreign=True)
            elif node.first < copy.stop and node.last > copy.start:
                undecided.append(child)
