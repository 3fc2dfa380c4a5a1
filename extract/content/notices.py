"""Signs that a box of sentences beside a policy is a notice of the page and not a part of the policy."""

from __future__ import annotations

import re

from extract.content.boilerplate import boilerplate
from extract.content.parts import Parts

MOST_LINKS = 0.25
"""A box with a larger share of its words in links is a notice, such as "Learn more about our new shop"."""

_LAYOUT = frozenset({"table", "tbody", "tr", "td", "center"})
_CONTROLS = ("button", "input", "select", "textarea", "form")
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
