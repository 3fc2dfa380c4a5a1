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
    r"(?:(?:page|seite|pagina|página|стр\.?|p\.)\s*+)?(?:[-–—|•]\s*+)?(?:\d{1,3}|[ivxl]{1,6})\s*+[-–—|•]?"
    r"(?:\s*+(?:/|of|de|von|di|sur|van)\s*+\d{1,3})?",
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
    places = Counter(place for edge in edges for place in set(edge.values()))
    bases = Counter(place[1] for edge in edges for place in set(edge.values()))
    least = max(2, len(pages) / 2) if len(pages) > 1 else 1
    kept: list[list[PdfLine]] = []
    for lines, edge in zip(pages, edges, strict=True):
        running = {
            number
            for number, place in edge.items()
            if places[place] >= min(2, least)
            and bases[place[1]] >= least
            and _may_run(lines[number], len(pages))
        }
        kept.append([line for number, line in enumerate(lines) if number not in running])
    return kept


def _may_run(line: PdfLine, pages: int) -> bool:
    """Return whether a line can be a running line. On a single page only a page number can."""
    return pages > 1 or _PAGE_NUMBER.fullmatch(line.text) is not None


def _usual_distance(pages: Sequence[list[PdfLine]]) -> float:
    """Return the usual distance of two lines in points, 0.0 for a text of single lines."""
    distances = [above.base - below.base for lines in pages for above, below in pairwise(lines)]
    return median(distances) if distances else 0.0


def _place(line: PdfLine, *, exact: bool) -> tuple[str, int]:
    """Return the text and height of a line. Without ``exact``, all numbers are alike."""
    text = line.text
    if _PAGE_NUMBER.fullmatch(text):
        text = "#"
    return text if exact else _DIGITS.sub("#", text), round(line.base / 4)


def _edge_lines(lines: Sequence[PdfLine], height: float, distance: float) -> dict[int, tuple[str, int]]:
    """Return the lines in the top and bottom zone of a page that a large gap separates from the text.

    They are returned as their index and place. Below a running line, a single line can be another one, but
    also a heading: then its numbers count.
    """
    found: dict[int, tuple[str, int]] = {}
    numbers = range(len(lines))
    for ordered, top in ((numbers, True), (numbers[::-1], False)):
        group: list[int] = []
        groups = 0
        for number, following in pairwise(ordered[: MOST_LINES + 1]):
            line = lines[number]
            inside = line.base < (1 - ZONE) * height if top else line.base > ZONE * height
            if inside:
                break
            group.append(number)
            gap = abs(line.base - lines[following].base)
            if gap > APART * max(distance, line.size) or line.size != lines[following].size:
                if groups and len(group) > 1:
                    break
                found |= {each: _place(lines[each], exact=groups > 0) for each in group}
                group, groups = [], groups + 1
    return found
