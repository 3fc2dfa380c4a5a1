"""Blocks of Markdown, and how they are joined to a text or table cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

RULE = "* * *"
CELL_BREAK = "<br>"
"""A line break within a table cell. Markdown has no other way to write it."""


@dataclass(frozen=True)
class MarkdownBlock:
    """A block of Markdown, with marks for list items and centred text."""

    text: str
    item: bool = False
    centred: bool = False


@dataclass(frozen=True)
class MarkdownText:
    """The Markdown of a page as a sequence of blocks. ``str()`` returns the whole text."""

    blocks: tuple[MarkdownBlock, ...]

    def part(self, numbers: Iterable[int]) -> MarkdownText:
        """Return a text with some of the blocks. ``numbers`` are their indexes."""
        return MarkdownText(tuple(self.blocks[number] for number in numbers))

    def __str__(self) -> str:
        """Return the whole text, with an empty line between blocks.

        There is no empty line between items of a list, and no rule and no newline at the end.
        """
        blocks = list(self.blocks)
        while blocks and blocks[-1].text == RULE:
            blocks.pop()
        pieces: list[str] = []
        for position, block in enumerate(blocks):
            if position:
                pieces.append("\n" if block.item and blocks[position - 1].item else "\n\n")
            pieces.append(block.text)
        return "".join(pieces)


def in_cell(blocks: Sequence[MarkdownBlock]) -> str:
    """Return blocks as the one line of a table cell, with ``CELL_BREAK`` between them."""
    pieces: list[str] = []
    for position, block in enumerate(blocks):
        if position:
            pieces.append(CELL_BREAK * (1 if block.item and blocks[position - 1].item else 2))
        pieces.append(block.text.replace("  \n", CELL_BREAK))
    return "".join(pieces)
