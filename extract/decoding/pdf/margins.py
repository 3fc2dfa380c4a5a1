"""Running heads, running feet and page numbers of a PDF, recognised by their place.

What a line says is no evidence: a policy has lines that are only a number, and words that stand on every
page. A running line stands apart from the text, at the same height on most pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from extract.decoding.pdf.lines import PdfLine

APART = 1.2
"""A running line is at least this many usual line distances away from the text, or in another size."""
ZONE = 0.15
"""Running lines are in this share of the page's height at its top and bottom."""
MOST_LINES = 4
"""At most this many lines at each end of a page are running lines."""

_PAGE_NUMBER = re.compile(
    r"(?:(?:page|seite|pagina|página|стр\.?|p\.)\s*)?[-–—|•]?\s*(?:\d{1,3}|[ivxl]{1,6})\s*[-–—|•]?"
    r"(?:\s*(?:/|of|de|von|di|sur|van)\s*\d{1,3})?",
    re.I,
)
_DIGITS = re.compile(r"\d+")


def without_margins(pages: Sequence[list[PdfLine]], heights: Sequence[float]) -> list[list[PdfLine]]:
    """Return the lines of each page without running heads, running feet and page numbers.

    ``heights`` are the heights of the pages in points. A line apart from the text, near the top or bottom, is
    left out if lines are at its height on at least half of the pages, and its own text, without regard to
    numbers, on two at least. On a single page it is left out if it is a page number.
    """
    distance = _usual_distance(pages)
    edges = [_edge_lines(lines, height, distance) for lines, height in zip(pages, heights, strict=True)]
    places = Counter(place for lines in edges for place in {_place(line) for line in lines})
    bases = Counter(place[1] for lines in edges for place in {_place(line) for line in lines})
    least = max(2, len(pages) / 2) if len(pages) > 1 else 1
    kept: list[list[PdfLine]] = []
    for lines, edge in zip(pages, edges, strict=True):
        running = {
            id(line)
            for line in edge
            if places[place := _place(line)] >= min(2, least)
            and bases[place[1]] >= least
            and _may_run(line, len(pages))
        }
        kept.append([line for line in lines if id(line) not in running])
    return kept


def _may_run(line: PdfLine, pages: int) -> bool:
    """Return whether a line can be a running line. On a single page only a page number can."""
    return pages > 1 or _PAGE_NUMBER.fullmatch(line.text) is not None


def _usual_distance(pages: Sequence[list[PdfLine]]) -> float:
    """Return the usual distance of two lines in points, 0.0 for a text of single lines."""
    distances = [above.base - below.base for lines in pages for above, below in pairwise(lines)]
    return median(distances) if distances else 0.0


def _place(line: PdfLine) -> tuple[str, int]:
    text = "#" if _PAGE_NUMBER.fullmatch(line.text) else _DIGITS.sub("#", line.text)
    return text, round(line.base / 4)


def _edge_lines(lines: Sequence[PdfLine], height: float, distance: float) -> list[PdfLine]:
    """Return the lines in the top and bottom zone of a page that a large gap separates from the text."""
    found: list[PdfLine] = []
    for ordered, top in ((lines, True), (lines[::-1], False)):
        group: list[PdfLine] = []
        apart = 0
        for line, following in pairwise(ordered[: MOST_LINES + 1]):
            inside = line.base < (1 - ZONE) * height if top else line.base > ZONE * height
            if inside:
                break
            group.append(line)
            gap = abs(line.base - following.base)
            if gap > APART * max(distance, line.size) or line.size != following.size:
                if apart and len(group) > 1:  # below a running line, several lines are the text
                    break
                found += group
                group, apart = [], apart + 1
    return found
