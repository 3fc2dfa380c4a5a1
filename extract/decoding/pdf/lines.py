"""The lines of a PDF page, from the places of its characters.

The file's own order and its own spaces are not relied on: programs write a line in pieces, word by word, and
put spaces within words. Characters on one base line are one line. A gap between two characters is a space.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from extract.decoding.pdf.glyphs import Glyph, PdfPage

SAME_LINE = 0.45
"""Characters are on one line if their base lines differ by at most this share of their size. Raised and
lowered characters differ by 0.33; two lines differ by 1 and more."""
SPACE, FILE_SPACE = 0.17, 0.08
"""A gap of at least this share of the size is a space. If the file has a space too, the second is enough.
Spaces have 0.2 to 0.3. Gaps within words are at most 0.1, also in files with spaces within words."""
WIDE = 1.5
"""A gap of at least this many sizes separates two pieces of a line, such as the cells of a table."""

FARTHEST_MARK = 6
"""A bullet or number is at most this many sizes away from its item."""

_MARKS = "•●○▪■◦·‣⁃∙►▶➢*\uf0b7\uf0a7\uf0fc\uf0d8\uf076–—-"
_RIGHT_TO_LEFT = ("\u0590", "\u08ff")


@dataclass(slots=True)
class Piece:
    """A part of a line without wide gaps. Lengths are in points, ``base`` is counted from the bottom."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool


@dataclass(slots=True)
class PdfLine:
    """A line of page ``page`` in a column, from left to right. It has at least one piece."""

    pieces: list[Piece]
    page: int
    column: int = 0

    @property
    def text(self) -> str:
        """All pieces, with a space between two."""
        return " ".join(piece.text for piece in self.pieces)

    @property
    def left(self) -> float:
        """The left end of the line, in points."""
        return self.pieces[0].left

    @property
    def right(self) -> float:
        """The right end of the line, in points."""
        return max(piece.right for piece in self.pieces)

    @property
    def base(self) -> float:
        """The height of the line, in points from the bottom of the page."""
        return self.pieces[0].base

    @property
    def size(self) -> float:
        """The size of the type of most of the line, in points."""
        return max(self.pieces, key=lambda piece: len(piece.text)).size

    @property
    def bold(self) -> bool:
        """True if the whole line is bold."""
        return all(piece.bold for piece in self.pieces)


def lines_of(page: PdfPage, number: int) -> list[PdfLine]:
    """Return the lines of a page from top to bottom. ``number`` is the page's place in the document."""
    return [PdfLine(_with_mark(list(_pieces(glyphs))), number) for glyphs in _rows(page.glyphs)]


def _rows(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the characters of each line, from left to right."""
    row: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda glyph: (-glyph.base, glyph.left)):
        if row and row[0].base - glyph.base > SAME_LINE * max(row[0].size, glyph.size):
            yield _in_order(row)
            row = []
        row.append(glyph)
    if row:
        yield _in_order(row)


def _in_order(row: list[Glyph]) -> list[Glyph]:
    """Return the characters of a line in reading order. For text from right to left PDFium knows it."""
    if any(_RIGHT_TO_LEFT[0] <= glyph.text <= _RIGHT_TO_LEFT[1] for glyph in row):
        return sorted(row, key=lambda glyph: glyph.number)
    return sorted(row, key=lambda glyph: glyph.left)


def _pieces(glyphs: Sequence[Glyph]) -> Iterator[Piece]:
    """Yield the pieces of a line with its words separated by spaces."""
    usual = _tracking(glyphs)
    piece: list[Glyph] = []
    text = ""
    for glyph in glyphs:
        if piece:
            gap = _gap(piece[-1], glyph) - usual
            size = max(piece[-1].size, glyph.size)
            if gap >= WIDE * size:
                yield _piece(text, piece)
                piece, text = [], ""
            elif gap >= (FILE_SPACE if glyph.spaced else SPACE) * size:
                text += " "
        piece.append(glyph)
        text += glyph.text
    yield _piece(text, piece)


def _piece(text: str, glyphs: Sequence[Glyph]) -> Piece:
    size = Counter(glyph.size for glyph in glyphs).most_common(1)[0][0]
    return Piece(
        text,
        min(glyph.left for glyph in glyphs),
        max(glyph.right for glyph in glyphs),
        next(glyph.base for glyph in glyphs if glyph.size == size),
        size,
        all(glyph.bold for glyph in glyphs),
    )


def _gap(before: Glyph, after: Glyph) -> float:
    if after.left < before.left:  # text from right to left
        return before.left - after.right
    return after.left - before.right


def _tracking(glyphs: Sequence[Glyph]) -> float:
    """Return the usual gap within the words of a spaced-out line, or 0.0 for any other line."""
    pairs = ((one, other) for one, other in pairwise(glyphs) if one.text.isalnum() and other.text.isalnum())
    gaps = [_gap(before, after) / before.size for before, after in pairs]
    usual = median(gaps) if len(gaps) > 4 else 0.0
    return usual * glyphs[0].size if usual > FILE_SPACE else 0.0


def _with_mark(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces of a line with its bullet or number joined to the piece after it."""
    first = pieces[0].text
    is_mark = first in _MARKS or first == "o" or (len(first) < 6 and first[-1] in ".)")
    if len(pieces) > 1 and is_mark and pieces[1].left - pieces[0].right < FARTHEST_MARK * pieces[1].size:
        joined = replace(pieces[1], text=f"{first} {pieces[1].text}", left=pieces[0].left)
        return [joined, *pieces[2:]]
    return pieces
