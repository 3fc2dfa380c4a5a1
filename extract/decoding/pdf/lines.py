"""The lines of a PDF page, from the places of its characters.

The file's own order and its own spaces are not relied on: programs write a line in pieces, word by word, and
put spaces within words. Characters on one base line are one line. A gap between two characters is a space.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from extract.decoding.pdf.glyphs import Glyph, PdfPage
from extract.decoding.pdf.right_to_left import in_reading_order, is_right_to_left
from extract.decoding.pdf.shapes import DRAWN, bullets_of

SAME_LINE = 0.45
"""Characters are on one line if their base lines differ by at most this share of their size. Raised and
lowered characters differ by 0.33; two lines differ by 1 and more."""
SPACE, FILE_SPACE = 0.17, 0.08
"""A gap of at least this share of the size is a space. If the file has a space too, the second is enough.
Spaces have 0.2 to 0.3. Gaps within words are at most 0.1, also in files with spaces within words."""
WIDE = 1.5
"""A gap of at least this many sizes separates two pieces of a line, such as the cells of a table."""
NARROW, EXACT = 0.5, 2
"""A gap of at least this many sizes is wider than a space. Words begin at one place within as many points."""
FARTHEST_MARK = 6
"""A bullet or number is at most this many sizes away from its item."""
FARTHEST_DRAWN = 3
"""A bullet that is drawn is at most this many sizes away from its item."""

_MARKS = "•●○▪■◦·‣⁃∙►▶➢*\uf0b7\uf0a7\uf0fc\uf0d8\uf076–—-"


@dataclass(slots=True)
class Piece:
    """A part of a line without wide gaps. Lengths are in points, ``base`` is counted from the bottom.

    ``words`` are the left ends, right ends and texts of its words as they stand, from left to right.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    words: list[tuple[float, float, str]] = field(default_factory=list, repr=False)

    def divided(self, places: Sequence[float]) -> list[Piece]:
        """Return the piece in parts, divided before each word that begins at one of ``places``.

        The gap before the word must be wider than a space.
        """
        parts: list[list[tuple[float, float, str]]] = [[]]
        for left, right, text in self.words:
            apart = parts[-1] and left - parts[-1][-1][1] >= NARROW * self.size
            if apart and any(abs(left - place) < EXACT for place in places):
                parts.append([])
            parts[-1].append((left, right, text))
        if len(parts) == 1:
            return [self]
        return [
            replace(
                self,
                text=" ".join(word for _, _, word in part),
                left=part[0][0],
                right=part[-1][1],
                words=part,
            )
            for part in parts
        ]


@dataclass(slots=True)
class PdfLine:
    """A line of page ``page`` in a column, its pieces in reading order. It has at least one piece.

    A table with borders is one line. Its ``rows`` are the texts of the lines of each cell.
    """

    pieces: list[Piece]
    page: int
    column: int = 0
    rows: list[list[list[str]]] | None = None

    @property
    def text(self) -> str:
        """All pieces, with a space between two."""
        return " ".join(piece.text for piece in self.pieces)

    @property
    def left(self) -> float:
        """The left end of the line, in points."""
        return min(piece.left for piece in self.pieces)

    @property
    def right(self) -> float:
        """The right end of the line, in points."""
        return max(piece.right for piece in self.pieces)

    @property
    def indent(self) -> float:
        """The distance of the line's beginning from a fixed place on the page, in points."""
        return -self.right if is_right_to_left(self.text) else self.left

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


def lines_of(page: PdfPage, number: int, gutters: Sequence[float] = ()) -> list[PdfLine]:
    """Return the lines of a page from top to bottom. ``number`` is the page's place in the document.

    A gap over one of ``gutters``, places between columns, separates two pieces of a line.
    """
    return [
        PdfLine(_with_mark(_pieces(row, gutters)), number)
        for row in map(_with_bullets, rows_of([*page.glyphs, *bullets_of(page)]))
        if row
    ]


def rows_of(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the characters of each line, from left to right."""
    row: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda glyph: (-glyph.base, glyph.left)):
        if row and row[0].base - glyph.base > SAME_LINE * max(row[0].size, glyph.size):
            yield sorted(row, key=lambda glyph: glyph.left)
            row = []
        row.append(glyph)
    if row:
        yield sorted(row, key=lambda glyph: glyph.left)


def _with_bullets(row: list[Glyph]) -> list[Glyph]:
    """Return the characters of a line without drawn bullets that do not stand before an item."""
    if all(glyph.number != DRAWN for glyph in row):
        return row
    backwards = is_right_to_left("".join(glyph.text for glyph in row))
    kept: list[Glyph] = []
    for number, glyph in enumerate(row):
        left = glyph.left - row[number - 1].right if number else None
        right = row[number + 1].left - glyph.right if number + 1 < len(row) else None
        item, other = (left, right) if backwards else (right, left)
        near = item is not None and item < FARTHEST_DRAWN * glyph.size
        if glyph.number != DRAWN or (near and (other is None or other > glyph.size / 2)):
            kept.append(glyph)
    return kept


def _pieces(glyphs: Sequence[Glyph], gutters: Sequence[float]) -> list[Piece]:
    """Return the pieces of a line in reading order, with their words separated by spaces."""
    usual = _tracking(glyphs)
    backwards = is_right_to_left("".join(glyph.text for glyph in glyphs))
    pieces: list[list[list[Glyph]]] = [[[glyphs[0]]]]
    end = glyphs[0].right
    for before, glyph in pairwise(glyphs):
        end = max(end, before.right) if end > before.left else before.right  # a ligature is two characters
        gap = glyph.left - end - usual
        size = max(before.size, glyph.size)
        at_gutter = any(before.right <= gutter <= glyph.left for gutter in gutters)
        if gap >= WIDE * size or (at_gutter and gap >= SPACE * size):
            pieces.append([[]])
        elif gap >= (FILE_SPACE if (before if backwards else glyph).spaced else SPACE) * size:
            pieces[-1].append([])
        pieces[-1][-1].append(glyph)
    found = [_piece(words) for words in pieces]
    return found[::-1] if backwards else found


def _piece(words: Sequence[Sequence[Glyph]]) -> Piece:
    glyphs = [glyph for word in words for glyph in word]
    size = Counter(glyph.size for glyph in glyphs).most_common(1)[0][0]
    return Piece(
        in_reading_order(words),
        min(glyph.left for glyph in glyphs),
        max(glyph.right for glyph in glyphs),
        next(glyph.base for glyph in glyphs if glyph.size == size),
        size,
        all(glyph.bold for glyph in glyphs if glyph.number != DRAWN),
        [(word[0].left, word[-1].right, "".join(glyph.text for glyph in word)) for word in words],
    )


def _tracking(glyphs: Sequence[Glyph]) -> float:
    """Return the usual gap within the words of a spaced-out line, or 0.0 for any other line."""
    pairs = ((one, other) for one, other in pairwise(glyphs) if one.text.isalnum() and other.text.isalnum())
    gaps = [(after.left - before.right) / before.size for before, after in pairs]
    usual = median(gaps) if len(gaps) > 4 else 0.0
    return usual * glyphs[0].size if usual > FILE_SPACE else 0.0


def _with_mark(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces of a line with its bullet or number joined to the piece after it."""
    mark = pieces[0].text
    is_mark = mark in _MARKS or mark == "o" or (len(mark) < 6 and mark[-1] in ".)")
    if len(pieces) == 1 or not is_mark:
        return pieces
    first, second = pieces[:2]
    apart = max(second.left - first.right, first.left - second.right)
    if apart >= FARTHEST_MARK * second.size:
        return pieces
    joined = replace(
        second,
        text=f"{mark} {second.text}",
        left=min(first.left, second.left),
        right=max(first.right, second.right),
    )
    return [joined, *pieces[2:]]
