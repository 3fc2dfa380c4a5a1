"""What stands beside the text of a policy: parts that continue it, and notices and menus of the page.

A part that continues the text can have no word of policies: a box with a last sentence, an address, a list of
partners. So a part is removed only if it has a sign of a notice or of a menu.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, pairwise, takewhile

from extract.content.blocks import Block
from extract.content.boilerplate import boilerplate, is_command
from extract.content.menus.announced import announced_within, announces, is_announced, promotes
from extract.content.parts import Parts
from extract.html.accordions import opens_panel
from extract.html.tags import HEADINGS
from extract.lexicon.folding import CasePattern

MOST_WORDS = 0.2
"""A part with a larger share of the words of the text is a text of its own."""

MOST_LINES, LINE_WORDS = 6, 30
"""A date, an address or a name below the text has at most so many lines, and so many words in all."""

_FRAMES = frozenset({"html", "body", "table", "tbody", "tr", "td", "center", "form"})
"""Elements around a text that also contain the rest of the page. What follows in them is not the text."""
_HIDDEN = frozenset({"id", "style", "hidden", "aria-hidden", "aria-live"})
_MOST_ELEMENTS = 4
MOST_LINKS = 0.25
"""A box with a larger share of its words in links is a notice, such as "Learn more about our new shop"."""

_LAYOUT = frozenset({"table", "tbody", "tr", "td", "center"})
_CONTROLS = ("button", "input", "select", "textarea", "form")
NOTICE = CasePattern(
    [
        *("©", r"\(c\) ?\d{4}", r"copyright \d{4}", "all rights reserved", r"\bskip to\b"),
        r"\bcookies\b.{0,80}\b(?:experience|learn more|accept|decline)\b",
        r"\b(?:if you|by) continu\w+ .{0,120}\bcookies\b",
        *(r"\bfree (?:shipping|delivery)\b", r"\b\d{1,2} ?% off\b", r"\bsign up\b"),
        *(r"\bsubscribe\b", r"\bshop now\b", r"\bfollow us\b"),
    ]
)


def continuation(parts: Parts, root: int) -> set[int]:
    """Return the parts after ``root`` that continue its text.

    In the ``main`` or ``article`` around ``root``, these are all parts that follow, and else only the parts
    that follow in the same element (in ``body`` and in a cell only plain ones). They are sentences, short
    lines, and lists of links that a heading or a sentence announces. The first part with a sign of a notice
    ends the text, and outside of ``main`` and ``article`` also a box with a heading of its own. A heading
    belongs to the text if something follows it.
    """
    path = parts.path(root)
    around = [number for number in path[1:] if _is_main(parts, number)]
    last = around[0] if around else path[min(1, len(path) - 1)]
    text = _Text(parts, root, in_main=bool(around))
    for inner, number in pairwise(path):
        after = [child for child in parts.children(number) if child > inner]
        if parts.tag(number) in _FRAMES:
            plain = takewhile(lambda child: _is_plain(parts, child), after)
            text.follow(number, list(plain) if parts.tag(number) in {"body", "td"} else [])
            break
        if not text.follow(number, after) or number == last:
            break
    return text.found


def _is_plain(parts: Parts, number: int) -> bool:
    """Return whether a part contains a few sentences only, and nothing that a script shows or hides."""
    element = parts.nodes[number].element
    elements = list(islice(element.iter(), _MOST_ELEMENTS + 1))
    return len(elements) <= _MOST_ELEMENTS and not _HIDDEN.intersection(element.attrib)


def _is_main(parts: Parts, number: int) -> bool:
    return parts.tag(number) in {"main", "article"} or parts.nodes[number].element.get("role") == "main"


class _Text:
    """The parts found so far that continue a text."""

    def __init__(self, parts: Parts, root: int, *, in_main: bool) -> None:
        self.parts = parts
        self.in_main = in_main
        self.most_words = MOST_WORDS * parts.words(root)
        self.found: set[int] = set()

    def follow(self, within: int, children: Sequence[int]) -> bool:
        """Add the children of a part that continue the text. Return False if one of them ends it."""
        parts, waiting, announced = self.parts, list[int](), False
        for child in children:
            if not parts.words(child):
                continue
            announced = self.in_main and is_announced(parts, child, within, again=announced)
            if self._introduces(child):
                waiting.append(child)
            elif announced or self._continues(child):
                self.found.update([*waiting, child])
                waiting.clear()
            else:
                return False
        return not waiting

    def _introduces(self, number: int) -> bool:
        """Return whether a part is a heading, or a line that announces something."""
        parts = self.parts
        if parts.tag(number) in HEADINGS:
            return not promotes(parts, number)
        line = self.in_main and parts.words(number) <= LINE_WORDS and not parts.prose_words(number)
        return (
            line
            and len(parts.blocks_of(number)) == 1
            and not is_notice(parts, number)
            and announces(parts, number)
        )

    def _continues(self, number: int) -> bool:
        parts = self.parts
        heading_fits = not parts.has_heading(number) or (self.in_main and not promotes(parts, number))
        return (
            heading_fits
            and not is_notice(parts, number)
            and (
                self._is_line(number)
                if not parts.prose_words(number)
                else parts.words(number) <= self.most_words
            )
        )

    def _is_line(self, number: int) -> bool:
        """Return whether a part is a date, an address, a name or a short sentence.

        Outside of ``main`` and ``article`` a number or an e-mail address is necessary.
        """
        blocks = self.parts.blocks_of(number)
        return bool(
            len(blocks) <= MOST_LINES
            and self.parts.words(number) <= LINE_WORDS
            and blocks[-1].text[-1] not in "?:"
            and not blocks[-1].heading
            and not any(is_command(block.text) for block in blocks)
            and (self.in_main or any(map(_has_number, blocks)))
        )


def _has_number(block: Block) -> bool:
    return "@" in block.text or any(map(str.isdigit, block.text))


def is_notice(parts: Parts, number: int) -> bool:
    """Return whether a part with sentences has a sign that it is no part of a policy.

    Signs are its tag, role or name; cells of a layout table, which separate the text from its surroundings;
    form fields and buttons; many links; and phrases of banners and offers.
    """
    element = parts.nodes[number].element
    return (
        parts.tag(number) in _LAYOUT
        or boilerplate(element) is not None
        or (
            parts.link_words(number) > MOST_LINKS * parts.words(number)
            and not announced_within(parts, number)
        )
        or any(not opens_panel(control) for control in element.iter(*_CONTROLS))
        or any(NOTICE.search(block.text) for block in parts.blocks_of(number))
    )
