"""Signs that a box beside a policy is a notice or menu of the page, or that it is a part of the policy."""

from __future__ import annotations

import re

from extract.content.boilerplate import boilerplate
from extract.content.parts import Parts

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
