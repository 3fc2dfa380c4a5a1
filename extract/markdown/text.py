"""Blocks of Markdown, and how they are joined to a text or to a table cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

RULE = "* * *"
CELL_BREAK = "<br>"
"""A line break within a cell of a pipe table; Markdown has no other way to write it."""


@dataclass(frozen=True)
class MarkdownBlock:
    """A block of Markdown, which may be a list item or centred."""

    text: str
    item: bool = False
    centred: bool = False


@dataclass(frozen=True)
class MarkdownText:
    """The Markdown of a page, block by block. ``str`` returns all of it."""

    blocks: tuple[MarkdownBlock, ...]

    def part(self, numbers: Iterable[int]) -> MarkdownText:
        """Return a text of some of the blocks, by their numbers."""
        return MarkdownText(tuple(self.blocks[number] for number in numbers))

    def __str__(self) -> str:
        """Join the blocks with one empty line, and items of a list with none.

        There is no rule and no newline at the end.
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
