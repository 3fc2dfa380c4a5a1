"""The gaps between columns of text that are too narrow to be seen in a single line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.decoding.pdf.columns import LEAST_LINES, gutter_of
from extract.decoding.pdf.glyphs import PdfPage
from extract.decoding.pdf.grids import without_tables
from extract.decoding.pdf.lines import NARROW, PdfLine, lines_of, rows_of
from extract.decoding.pdf.tables import with_cells

OPEN_SHARE = 0.85
"""At least this share of the lines across both columns have a gap there. By chance a fifth have one."""
LEAST_WIDTH = 72
"""The least width of a column in points."""
MOST_STARTS = 6
"""The number of places that are tried, those where most words begin after a gap."""


@dataclass(slots=True)
class PageLines:
    """The lines of a page from top to bottom, and where its second column begins if other pages show it."""

    lines: list[PdfLine]
    gutter: float | None = None


def lines_by_page(pages: Sequence[PdfPage]) -> list[PageLines]:
    """Return the lines of each page. A line of two columns has two pieces, a table with borders is one line.

    A page with too few lines for columns of its own has those of the other pages.
    """
    found: list[PageLines] = []
    for number, whole in enumerate(pages):
        page, tables = without_tables(whole, number, lines_of)
        gutters = _narrow_gutters(page)
        lines = lines_of(page, number, gutters)
        if gutters and gutter_of(lines) is None:
            lines = lines_of(page, number)
        if gutter_of(lines) is None:
            lines = with_cells(lines)
        found.append(PageLines(sorted([*lines, *tables], key=lambda line: -line.base), gutter_of(lines)))
    usual = Counter(page.gutter for page in found if page.gutter is not None).most_common(1)
    for number, (page, shown) in enumerate(zip(pages, found, strict=True)):
        if usual and shown.gutter is None:
            _divide(shown, page, number, usual[0][0])
    return found


def _divide(shown: PageLines, page: PdfPage, number: int, gutter: float | None) -> None:
    """Divide the lines of a page at a gutter of other pages, if no line is across it."""
    if gutter is None or any(line.rows for line in shown.lines):
        return
    lines = lines_of(page, number, [gutter])
    pieces = [piece for line in lines for piece in line.pieces]
    across = sum(piece.left < gutter < piece.right for piece in pieces)
    if not across and any(abs(piece.left - gutter) < 2 for piece in pieces):
        shown.lines, shown.gutter = lines, gutter


def _narrow_gutters(page: PdfPage) -> list[float]:
    """Return places where nearly all lines across them have a gap."""
    rows = list(rows_of(page.glyphs))
    gaps = [
        [
            (before.right, glyph.left)
            for before, glyph in pairwise(row)
            if glyph.left - before.right >= NARROW * max(before.size, glyph.size)
        ]
        for row in rows
    ]
    starts = Counter(start for row in gaps for start in {round(end) for _, end in row})
    found: list[float] = []
    for start, times in starts.most_common(MOST_STARTS):
        place = start - 1.0
        if times < LEAST_LINES or any(abs(place - other) < LEAST_WIDTH for other in found):
            continue
        spans = [row[0].left < place - LEAST_WIDTH and row[-1].right > place + LEAST_WIDTH for row in rows]
        is_open = [any(left <= place <= right for left, right in row) for row in gaps]
        both = sum(one and other for one, other in zip(spans, is_open, strict=True))
        if both >= max(LEAST_LINES, OPEN_SHARE * sum(spans)):
            found.append(place)
    return found
