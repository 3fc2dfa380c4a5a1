"""The parts right after the chosen part of a page that continue its text.

They have too few policy-like words to be chosen: a box with a last sentence, an address, a list of partners.
"""

from __future__ import annotations

from itertools import islice, pairwise, takewhile

from extract.content.notices import is_notice
from extract.content.parts import Parts
from extract.html.tags import HEADINGS

MOST_WORDS = 0.2
"""A part with a larger share of the words of the text is a text of its own."""

_FRAMES = frozenset({"html", "body", "table", "tbody", "tr", "td", "center", "form"})
"""Elements around a text that also contain the rest of the page. What follows in them is not the text."""


_HIDDEN = frozenset({"id", "style", "hidden", "aria-hidden", "aria-live"})
_MOST_ELEMENTS = 4


def continuation(parts: Parts, root: int) -> set[int]:
    """Return the parts after ``root`` that continue its text.

    In the ``main`` or ``article`` around ``root``, these are all parts that follow, and else only the parts
    that follow in the same element (in ``body`` only plain ones). The first part with a sign of a notice ends
    the text, and so does a box with a heading of its own. A heading belongs to the text if sentences follow
    it.
    """
    path = parts.path(root)
    around = [number for number in path[1:] if _is_main(parts, number)]
    last = around[0] if around else path[min(1, len(path) - 1)]
    found: set[int] = set()
    for inner, number in pairwise(path):
        after = [child for child in parts.children(number) if child > inner]
        if parts.tag(number) in _FRAMES:
            plain = takewhile(lambda child: _is_plain(parts, child), after)
            _follow(parts, list(plain) if parts.tag(number) == "body" else [], root, found)
            break
        if not _follow(parts, after, root, found) or number == last:
            break
    return found


def _is_plain(parts: Parts, number: int) -> bool:
    """Return whether a part contains a few sentences only, and nothing that a script shows or hides."""
    element = parts.nodes[number].element
    elements = list(islice(element.iter(), _MOST_ELEMENTS + 1))
    return len(elements) <= _MOST_ELEMENTS and not _HIDDEN.intersection(element.attrib)


def _is_main(parts: Parts, number: int) -> bool:
    return parts.tag(number) in {"main", "article"} or parts.nodes[number].element.get("role") == "main"


def _follow(parts: Parts, children: list[int], root: int, found: set[int]) -> bool:
    """Add the children that continue the text. Return False if one of them ends it."""
    headings: list[int] = []
    for child in children:
        if not parts.words(child):
            continue
        if parts.tag(child) in HEADINGS:
            headings.append(child)
        elif _continues(parts, child, root):
            found.update([*headings, child])
            headings.clear()
        else:
            return False
    return not headings


def _continues(parts: Parts, number: int, root: int) -> bool:
    return bool(
        parts.prose_words(number)
        and not parts.has_heading(number)
        and parts.words(number) <= MOST_WORDS * parts.words(root)
        and not is_notice(parts, number)
    )
