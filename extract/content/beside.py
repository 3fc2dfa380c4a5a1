"""What stands beside the text of a policy: parts that continue it, and notices and menus of the page.

A part that continues the text can have no word of policies: a box with a last sentence, an address, a list of
partners. So a part is removed only if it has a sign of a notice or of a menu.
"""

from __future__ import annotations

import re
from itertools import islice, pairwise, takewhile

from extract.content.boilerplate import boilerplate
from extract.content.parts import Parts
from extract.html.tags import HEADINGS

MOST_WORDS = 0.2
"""A part with a larger share of the words of the text is a text of its own."""

_FRAMES = frozenset({"html", "body", "table", "tbody", "tr", "td", "center", "form"})
"""Elements around a text that also contain the rest of the page. What follows in them is not the text."""
_HIDDEN = frozenset({"id", "style", "hidden", "aria-hidden", "aria-live"})
_MOST_ELEMENTS = 4
MOST_LINKS = 0.25
"""A box with a larger share of its words in links is a notice, such as "Learn more about our new shop"."""

_LAYOUT = frozenset({"table", "tbody", "tr", "td", "center"})
_CONTROLS = ("button", "input", "select", "textarea", "form")
_LISTS = frozenset({"ul", "ol", "dl", "menu", "dir"})
# Headings of menus that have no name.
_NAVIGATION = re.compile(
    r"\b(?:related|popular|recent|latest|more|also|quick|useful|site|follow|share|categories|archives?|tags"
    r"|navigation|menu|products?|shop|stores?|company|support|help|customer|about|social|articles?|posts?"
    r"|information|account|links|explore|resources|discover|browse|top)\b",
    re.I,
)
_NOTICE = re.compile(
    r"©|\(c\) ?\d{4}|copyright \d{4}|all rights reserved|\bskip to\b"
    r"|\bcookies\b.{0,80}\b(?:experience|learn more|accept|decline)\b"
    r"|\b(?:if you|by) continu\w+ .{0,120}\bcookies\b"
    r"|\bfree (?:shipping|delivery)\b|\b\d{1,2} ?% off\b|\bsign up\b|\bsubscribe\b|\bshop now\b"
    r"|\bfollow us\b",
    re.I,
)


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


def is_notice(parts: Parts, number: int) -> bool:
    """Return whether a part with sentences has a sign that it is no part of a policy.

    Signs are its tag, role or name; cells of a layout table, which separate the text from its surroundings;
    form fields and buttons; many links; and phrases of banners and offers.
    """
    element = parts.nodes[number].element
    return (
        parts.tag(number) in _LAYOUT
        or boilerplate(element) is not None
        or parts.link_words(number) > MOST_LINKS * parts.words(number)
        or next(element.iter(*_CONTROLS), None) is not None
        or any(_NOTICE.search(block.text) for block in parts.blocks_of(number))
    )


def is_announced(parts: Parts, number: int, within: int) -> bool:
    """Return whether a list of links is announced by a heading, or by a sentence that ends with a colon.

    It is right before the list, in the same element ``within``. A heading in the box of the links must have
    policy terms, and a box without heading needs a colon.
    """
    if parts.has_heading(number):
        return any(block.heading and block.terms for block in parts.blocks_of(number))
    before = parts.blocks[parts.nodes[number].first - 1]
    if before.parent != within and before.parent not in parts.children(within):
        return False
    heading = before.heading and parts.tag(number) in _LISTS and not _NAVIGATION.search(before.text)
    return heading or before.text.endswith(":")
