"""Columns of text on a PDF page, and tables: both have wide gaps, but are read in different orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from extract.decoding.pdf.lines import PdfLine, Piece

LEAST_LINES = 5
"""A column of text has at least this many lines."""
FULL, FULL_SHARE = 0.7, 0.5
"""In a column of text, at least half of the lines fill 70 % of its width. The cells of a table do not."""
MOST_COLUMNS = 4
LEAST_WORDS = 4
"""The lines of a column have at least this many words on average."""


def in_reading_order(lines: Sequence[PdfLine], known: float | None = None) -> list[PdfLine]:
    """Return the lines of a page in reading order: column by column, from top to bottom.

    Lines across all columns, such as a title, separate what is above from what is below. A page without
    columns of text is returned as it is, unless its columns are ``known``: where the second one begins.
    """
    gutter = gutter_of(lines)
    gutter = known if gutter is None else gutter
    if gutter is None:
        return list(lines)
    ordered: list[PdfLine] = []
    sides: tuple[list[PdfLine], list[PdfLine]] = ([], [])
    for line in lines:
        left = [piece for piece in line.pieces if piece.right <= gutter]
        right = [piece for piece in line.pieces if piece.left >= gutter]
        if len(left) + len(right) < len(line.pieces):
            ordered += _joined(sides, gutter)
            sides = ([], [])
            ordered.append(line)
            continue
        for side, pieces in zip(sides, (left, right), strict=True):
            if pieces:
                side.append(replace(line, pieces=pieces))
    return ordered + _joined(sides, gutter)


def _joined(sides: tuple[list[PdfLine], list[PdfLine]], gutter: float) -> list[PdfLine]:
    """Return the lines of both sides, which can have columns themselves. A column's number is its place."""
    left, right = (in_reading_order(side) for side in sides)
    return [
        *(replace(line, column=max(1, line.column)) for line in left),
        *(replace(line, column=max(round(gutter), line.column)) for line in right),
    ]


def gutter_of(lines: Sequence[PdfLine]) -> float | None:
    """Return where a second column of text begins, in points from the left, or None without columns."""
    return _gutter([piece for line in lines for piece in line.pieces], MOST_COLUMNS)


def _gutter(pieces: Sequence[Piece], columns: int) -> float | None:
    starts = Counter(round(piece.left) for piece in pieces)
    first = min(starts, default=0)
    for start, times in starts.most_common(4):
        if times < LEAST_LINES or start <= first + 72:
            continue
        gutter = start - 1.0
        left = [piece for piece in pieces if piece.right <= gutter]
        right = [piece for piece in pieces if piece.left >= gutter]
        are_text = all(
            _is_text(side) or (columns > 2 and _gutter(side, columns - 1)) for side in (left, right)
        )
        if are_text and len(pieces) - len(left) - len(right) <= len(pieces) / 5:
            return gutter
    return None


def _is_text(pieces: Sequence[Piece]) -> bool:
    if len(pieces) < LEAST_LINES:
        return False
    start, end = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    full = sum(piece.right - piece.left >= FULL * (end - start) for piece in pieces)
    words = sum(len(piece.text.split()) for piece in pieces)
    return full >= FULL_SHARE * len(pieces) and words >= LEAST_WORDS * len(pieces)
