"""Tables without borders in a PDF: lines whose pieces stand below each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extract.decoding.pdf.lines import PdfLine
from extract.decoding.pdf.right_to_left import is_right_to_left

MOST_COLUMNS = 12
ROW_GAP = 1.15
"""In a table with wrapped cells, lines of one row are closer than two rows, at least by this factor."""
PITCH = 1.25
"""The usual distance of two lines, in sizes of the type."""
FARTHEST = 3.5
"""Lines of a table are at most this many sizes apart."""


def with_cells(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Return the lines of a page with their pieces divided where cells of the line above begin.

    So a long cell that nearly touches the next one is still a cell of its own.
    """
    found: list[PdfLine] = []
    places: list[float] = []
    for line in lines:
        if not found or not _follows(found[-1], line) or is_right_to_left(line.text):
            places = []
        elif places:
            line.pieces = [part for piece in line.pieces for part in piece.divided(places)]
        if len(line.pieces) > 1:
            places = [piece.left for piece in line.pieces]
        found.append(line)
    return found


def table_end(lines: Sequence[PdfLine], start: int) -> int:
    """Return the index after the last line of the table that begins at ``start``, or ``start`` for no table.

    A table has at least two lines with several pieces. Lines of one piece belong to it if they are within one
    of its columns: they are the wrapped text of a cell.
    """
    if len(lines[start].pieces) < 2:
        return start
    end, several = start, 0
    columns: list[tuple[float, float]] = []
    for number in range(start, len(lines)):
        line = lines[number]
        if number > start and not _follows(lines[number - 1], line):
            break
        widened = _columns([*columns, *((piece.left, piece.right) for piece in line.pieces)])
        if len(widened) < max(2, len(columns)) or len(widened) > MOST_COLUMNS:
            break
        if len(line.pieces) == 1 and len(widened) > len(columns):
            break
        columns = widened
        if len(line.pieces) > 1:
            several, end = several + 1, number + 1
        elif _is_wrapped(lines[number - 1], line, columns):
            end = number + 1
        else:
            break
    return end if several > 1 else start


def rows_of(lines: Sequence[PdfLine]) -> list[list[list[str]]]:
    """Return the rows of a table: for each cell the pieces of its lines, in order.

    All rows have the same number of cells. A cell without text is an empty list.
    """
    columns = _shared(_columns([(piece.left, piece.right) for line in lines for piece in line.pieces]), lines)
    gaps = [above.base - below.base for above, below in pairwise(lines)]
    closest = _closest(gaps, lines[0].size)
    by_gap = bool(gaps) and max(gaps) > ROW_GAP * closest and len(_wrapped(lines)) > 0
    rows: list[list[list[str]]] = []
    for number, line in enumerate(lines):
        if by_gap and number:
            begins = gaps[number - 1] > ROW_GAP * closest
        else:
            wrapped = len(line.pieces) < len(columns) and line.text[:1].islower()
            begins = line.pieces[0].left <= columns[0][1] and not wrapped
        if not rows or begins:
            rows.append([[] for _ in columns])
        for piece in line.pieces:
            place = next(place for place, (_, right) in enumerate(columns) if piece.left <= right)
            rows[-1][place].append(piece.text)
    return rows


def _closest(gaps: Sequence[float], size: float) -> float:
    """Return the distance of two lines in a cell. Cells in the middle of their row are half a line apart."""
    lines = [gap for gap in gaps if gap >= size]
    halves = [PITCH * size] if len(lines) < len(gaps) else []
    return min([*lines, *halves], default=0.0)


def _shared(columns: list[tuple[float, float]], lines: Sequence[PdfLine]) -> list[tuple[float, float]]:
    """Return columns, with neighbours joined that no line has both: a centred header and its cells."""
    joined = columns[:1]
    for left, right in columns[1:]:
        both = any(
            any(piece.left <= joined[-1][1] and piece.right >= joined[-1][0] for piece in line.pieces)
            and any(left <= piece.left <= right for piece in line.pieces)
            for line in lines
        )
        if both:
            joined.append((left, right))
        else:
            joined[-1] = (joined[-1][0], right)
    return joined


def _wrapped(lines: Sequence[PdfLine]) -> list[PdfLine]:
    most = max(len(line.pieces) for line in lines)
    return [line for line in lines if len(line.pieces) < most]


def _follows(above: PdfLine, line: PdfLine) -> bool:
    near = 0 < above.base - line.base <= FARTHEST * line.size
    return near and above.page == line.page and above.column == line.column and line.rows is None


def _is_wrapped(above: PdfLine, line: PdfLine, columns: Sequence[tuple[float, float]]) -> bool:
    """Return whether a line of one piece goes on in a cell of the table."""
    piece = line.pieces[0]
    within = [left for left, right in columns if left - 1 <= piece.left and piece.right <= right + 1]
    return bool(within) and above.base - line.base < 2 * line.size and piece.right < columns[-1][1] + 1


def _columns(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return spans (left and right ends), with those that overlap joined."""
    joined: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if joined and left <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(right, joined[-1][1]))
        else:
            joined.append((left, right))
    return joined
