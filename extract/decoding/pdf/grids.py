"""Tables with borders on a PDF page: the characters of each cell become its text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from extract.decoding.pdf.glyphs import Glyph, PdfPage
from extract.decoding.pdf.lines import PdfLine, Piece
from extract.decoding.pdf.shapes import grids_of

MARGIN = 72
"""Characters that begin at most so many points outside of a table can be in it. Larger ones are in none."""
MOST_CHARACTERS = 2_500
"""A frame with more characters in a cell is the layout of a page, and no table."""


def without_tables(
    page: PdfPage, number: int, lines_of: Callable[[PdfPage, int], list[PdfLine]]
) -> tuple[PdfPage, list[PdfLine]]:
    """Return a page without the characters of its tables with borders, and a line for each table.

    ``number`` is the page's place in the document. The line's ``rows`` are the texts of the cells.
    """
    glyphs, tables = page.glyphs, list[PdfLine]()
    for grid in grids_of(page):
        cells: dict[tuple[int, int], list[Glyph]] = {}
        rest: list[Glyph] = []
        bottom, top = grid.heights[0] - MARGIN, grid.heights[-1]
        left, right = grid.places[0] - MARGIN, grid.places[-1]
        for glyph in glyphs:
            near = bottom <= glyph.base <= top and left <= glyph.left <= right
            place = grid.cell_of(glyph) if near else None
            (rest if place is None else cells.setdefault(place, [])).append(glyph)
        if _is_table(cells):
            glyphs = rest
            tables.append(_line(cells, number, lines_of))
    return PdfPage(glyphs, page.height, page.shapes), tables


def _is_table(cells: dict[tuple[int, int], list[Glyph]]) -> bool:
    """Return whether two rows have several cells with text, and no cell is a whole page."""
    rows = Counter(row for row, _ in cells)
    several = sum(number > 1 for number in rows.values())
    return several > 1 and max(map(len, cells.values())) <= MOST_CHARACTERS


def _line(
    cells: dict[tuple[int, int], list[Glyph]],
    number: int,
    lines_of: Callable[[PdfPage, int], list[PdfLine]],
) -> PdfLine:
    """Return a table as a line at the height of its top."""
    columns = sorted({column for _, column in cells})
    rows: list[list[list[str]]] = []
    for row in sorted({row for row, _ in cells}):
        texts = (_texts(cells.get((row, column), []), number, lines_of) for column in columns)
        rows.append(list(texts))
    words = " ".join(text for row in rows for cell in row for text in cell)
    glyphs = [glyph for cell in cells.values() for glyph in cell]
    size = Counter(glyph.size for glyph in glyphs).most_common(1)[0][0]
    left, right = min(glyph.left for glyph in glyphs), max(glyph.right for glyph in glyphs)
    piece = Piece(words, left, right, max(glyph.base for glyph in glyphs), size, bold=False)
    return PdfLine([piece], number, rows=rows)


def _texts(
    glyphs: Sequence[Glyph], number: int, lines_of: Callable[[PdfPage, int], list[PdfLine]]
) -> list[str]:
    return [line.text for line in lines_of(PdfPage(list(glyphs), 0.0), number)]
