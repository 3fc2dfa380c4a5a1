"""The parts of a page (its block elements) with their word counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from operator import mul
from typing import TypeVar

from extract.content.blocks import Block, Blocks, Node

Number = TypeVar("Number", int, float)


class Parts:
    """The block elements of a page, each with the words of its blocks.

    A part is named by its index in ``nodes``, and a block by its index in ``blocks``. Dropping a part drops
    all parts within it. Word counts and weights include dropped parts until ``recount`` is called. Each of
    them is returned in constant time.
    """

    def __init__(self, blocks: Blocks, votes: Callable[[int], bool] = lambda number: True) -> None:
        """Count the words of a page's blocks.

        ``votes`` takes the index of a block and returns whether another extractor regards that block as
        content.
        """
        self.blocks: Sequence[Block] = blocks.blocks
        self.nodes: Sequence[Node] = blocks.nodes
        self.dropped: dict[int, str] = {}
        """Index of a dropped part -> why it was dropped, in a few words for people."""
        self.foreign: set[int] = set()
        self._weights = [_weight(block, votes(number)) for number, block in enumerate(self.blocks)]
        self.recount()

    def drop(self, number: int, why: str, *, foreign: bool = False) -> None:
        """Drop a part and everything in it. ``why`` is the reason, in a few words.

        ``foreign`` marks a part that cannot belong to the policy, such as a cookie banner or a dialog.
        """
        self.dropped[number] = why
        if foreign:
            self.foreign.add(number)

    def dropped_blocks(self, *, foreign: bool = False) -> list[bool]:
        """Return for each block, in the order of ``blocks``, whether it was dropped.

        With ``foreign``, only blocks of parts that were dropped as foreign are True.
        """
        gone = [False] * len(self.blocks)
        for number in self.foreign if foreign else self.dropped:
            node = self.nodes[number]
            gone[node.first : node.last] = [True] * (node.last - node.first)
        return gone

    def reasons(self) -> list[str]:
        """Return for each block, in the order of ``blocks``, why it was dropped, or ""."""
        reasons = [""] * len(self.blocks)
        for number, why in sorted(self.dropped.items(), reverse=True):  # the reason of the outermost part
            node = self.nodes[number]
            reasons[node.first : node.last] = [why] * (node.last - node.first)
        return reasons

    def recount(self) -> None:
        """Compute all word counts and weights again, without the dropped parts."""
        live = [not dropped for dropped in self.dropped_blocks()]

        def sums(values: Iterable[Number]) -> list[Number]:
            """Return cumulative sums, without dropped blocks.

            Item ``i`` is the sum of the values of the blocks before block ``i``.
            """
            return list(accumulate(map(mul, values, live), initial=0))

        prose = [block.words * block.prose for block in self.blocks]
        self._weights_before = sums(self._weights)
        self._words_before = sums(block.words for block in self.blocks)
        self._links_before = sums(block.link_words for block in self.blocks)
        self._prose_before = sums(prose)
        self._policy_before = sums(
            words * bool(block.terms) for words, block in zip(prose, self.blocks, strict=True)
        )

    def _sum(self, before: Sequence[Number], number: int) -> Number:
        node = self.nodes[number]
        return before[node.last] - before[node.first]

    def weight(self, number: int) -> float:
        """Return the weight of a part: the sum of the weights of its blocks (see ``_weight``)."""
        return self._sum(self._weights_before, number)

    def words(self, number: int) -> int:
        """Return the number of words in a part."""
        return self._sum(self._words_before, number)

    def link_words(self, number: int) -> int:
        """Return the number of words in a part's links to other pages."""
        return self._sum(self._links_before, number)

    def prose_words(self, number: int) -> int:
        """Return the number of words in a part's blocks that read as sentences."""
        return self._sum(self._prose_before, number)

    def policy_words(self, number: int) -> int:
        """Return the number of words in a part's sentences with policy terms."""
        return self._sum(self._policy_before, number)

    def distinct_terms(self, number: int) -> int:
        """Return the number of different policy terms in a part."""
        return len({term for block in self.blocks_of(number) for term in block.terms})

    def blocks_of(self, number: int) -> Sequence[Block]:
        """Return the blocks of a part, including dropped blocks."""
        node = self.nodes[number]
        return self.blocks[node.first : node.last]

    def has_heading(self, number: int) -> bool:
        """Return whether a part contains a heading."""
        return any(block.heading for block in self.blocks_of(number))

    def tag(self, number: int) -> str:
        """Return the tag of a part's element."""
        return str(self.nodes[number].element.tag)

    def children(self, number: int) -> list[int]:
        """Return the indexes of the parts directly within a part, without dropped parts."""
        return [child for child in self.nodes[number].children if child not in self.dropped]

    def path(self, number: int) -> list[int]:
        """Return the indexes of a part and of all parts around it, the innermost first."""
        path = [number]
        while (number := self.nodes[number].parent) >= 0:
            path.append(number)
        return path

    def resembles(self, number: int, others: Sequence[int]) -> bool:
        """Return whether a part has the same tag and classes as some of ``others``.

        The sections of one text mostly have. One such part is enough if it has a class, else three are
        necessary. Parts of tables always return False: in layout tables every cell looks like every other
        cell.
        """
        if self.tag(number) in _LAYOUT:
            return False
        same = sum(self._signature(other) == self._signature(number) for other in others)
        return same > 2 or (same > 0 and bool(self.nodes[number].element.get("class")))

    def _signature(self, number: int) -> tuple[str, str]:
        element = self.nodes[number].element
        return str(element.tag), element.get("class") or ""


_LAYOUT = {"table", "tbody", "tr", "td", "center"}


def _weight(block: Block, vote: bool) -> float:
    """Return the weight of a block: its words outside of links, or 0.0 if the block is no prose.

    The weight is multiplied by 0.4 if the block has no policy terms, and by 0.5 if ``vote`` is False.
    """
    if not block.prose:
        return 0.0
    return (block.words - block.link_words) * (1.0 if block.terms else 0.4) * (1.0 if vote else 0.5)
