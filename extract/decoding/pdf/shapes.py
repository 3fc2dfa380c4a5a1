"""Drawn shapes of a PDF page that mean something: bullets, and the borders of tables."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from extract.decoding.pdf.glyphs import Glyph, PdfPage

DRAWN = -1
"""The number of a bullet that is drawn. It is no character of the file."""
SMALLEST_BULLET, LARGEST_BULLET = 1.5, 8.0
"""A bullet is about as wide as high, and has these lengths in points. Browsers draw 3 to 5."""
THIN = 3.0
"""A shape at most this many points wide or high is a border. PDFium adds a margin of 1 to a stroke."""
TOGETHER = 4.0
"""Borders at most this many points apart are one: cells can have a frame of their own each."""
MOST_BORDERS, MOST_TABLES = 1_500, 20
"""The borders and tables of a page that are read. The time grows with the square of the first number."""

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points."""


@dataclass(slots=True)
class Grid:
    """The borders of a table: heights from bottom to top, places from left to right, in points.

    ``starts`` are the places of each row as numbers: where the cell begins that is at this place.
    """

    heights: list[float]
    places: list[float]
    starts: list[list[int]] = field(repr=False)

    def cell_of(self, glyph: Glyph) -> tuple[int, int] | None:
        """Return the row, from the top, and the column of a character, None if it is not in the table."""
        row = bisect_right(self.heights, glyph.base + glyph.size / 4) - 1
        column = bisect_right(self.places, (glyph.left + glyph.right) / 2) - 1
        if 0 <= row < len(self.heights) - 1 and 0 <= column < len(self.places) - 1:
            return len(self.heights) - 2 - row, self.starts[row][column]
        return None


def bullets_of(page: PdfPage) -> list[Glyph]:
    """Return a bullet for each shape of a page that looks like one. Its number is ``DRAWN``."""
    if not page.glyphs:
        return []
    size = median(glyph.size for glyph in page.glyphs)
    found: list[Glyph] = []
    for left, bottom, right, top in page.shapes:
        less, more = sorted((right - left, top - bottom))
        if less >= SMALLEST_BULLET and more <= min(LARGEST_BULLET, 1.4 * less):
            base = (bottom + top) / 2 - 0.3 * size
            found.append(Glyph("•", left, right, base, size, bold=False, spaced=True, number=DRAWN))
    return found


def grids_of(page: PdfPage) -> list[Grid]:
    """Return the tables of a page that have borders around their cells: two rows and columns at least."""
    borders = list(_borders(page.shapes))[:MOST_BORDERS]
    grids = (_grid(group) for group in _connected(borders))
    return [grid for grid in grids if grid][:MOST_TABLES]


def _borders(shapes: Sequence[Box]) -> Iterator[Box]:
    """Yield the thin shapes, and the four sides of each frame."""
    for left, bottom, right, top in shapes:
        width, height = right - left, top - bottom
        if min(width, height) <= THIN < max(width, height):
            yield left, bottom, right, top
        elif min(width, height) > LARGEST_BULLET:
            yield left, bottom, left, top
            yield right, bottom, right, top
            yield left, bottom, right, bottom
            yield left, top, right, top


def _connected(borders: Sequence[Box]) -> list[list[Box]]:
    """Return the borders in groups that touch each other."""
    groups: list[tuple[Box, list[Box]]] = []
    for border in sorted(borders):
        box, members = border, [border]
        apart: list[tuple[Box, list[Box]]] = []
        for other, others in groups:
            if _touch(box, other):
                box, members = _around(box, other), members + others
            else:
                apart.append((other, others))
        groups = [*apart, (box, members)]
    return [members for _, members in groups]


def _touch(one: Box, other: Box) -> bool:
    return (
        one[0] <= other[2] + TOGETHER
        and other[0] <= one[2] + TOGETHER
        and one[1] <= other[3] + TOGETHER
        and other[1] <= one[3] + TOGETHER
    )


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _grid(borders: Sequence[Box]) -> Grid | None:
    """Return the table of connected borders, None if they make no rows and columns."""
    walls = [border for border in borders if border[2] - border[0] <= THIN]
    floors = [border[1] for border in borders if border[2] - border[0] > THIN]
    if not walls or not floors:
        return None
    left, bottom, right, top = borders[0]
    for border in borders:
        left, bottom, right, top = _around((left, bottom, right, top), border)
    places = _distinct([left, right, *(wall[0] for wall in walls)])
    heights = _distinct([bottom, top, *floors])
    if len(places) < 3 or len(heights) < 3:
        return None
    return Grid(heights, places, _starts(heights, places, walls))


def _starts(heights: Sequence[float], places: Sequence[float], walls: Sequence[Box]) -> list[list[int]]:
    """Return for each row where the cell at each place begins. Cells can have several columns."""
    closed: list[set[int]] = [{0} for _ in heights[1:]]
    for left, bottom, _, top in walls:
        column = bisect_right(places, left) - 1
        first = max(0, bisect_right(heights, bottom + TOGETHER) - 1)
        for row in closed[first : bisect_right(heights, top - TOGETHER)]:
            row.add(column)
    starts: list[list[int]] = []
    for row in closed:
        starts.append([0])
        for column in range(1, len(places)):
            starts[-1].append(column if column in row else starts[-1][-1])
    return starts


def _distinct(values: Sequence[float]) -> list[float]:
    """Return the values in order, without those that are close to the one before."""
    distinct: list[float] = []
    for value in sorted(values):
        if not distinct or value - distinct[-1] > TOGETHER:
            distinct.append(value)
    return distinct
