"""Removal of menus, notices and copyright lines before, after and within the chosen part."""

from __future__ import annotations

import re

from extract import lexicon
from extract.content.beside import is_notice
from extract.content.menus.announced import is_announced
from extract.content.parts import Parts
from extract.html.tags import HEADINGS
from extract.lexicon.folding import CasePattern, any_of
from extract.policy_terms import DATE_LABELS, DATE_WITH_LABEL, NAME

NEIGHBOURS = 6
"""The number of blocks before and after the text in which its title, date and address are searched."""
LINE = 20
"""A line with at most so many words can be a title, a heading, a date or an address."""
MENU_LINKS = 15
"""A box of links within the text is a menu if its links have at least this many words. A shorter box is a
list
that belongs to the text."""

TRIMMED = frozenset({"", "aside", "menu", "outside of the text"})
"""The reasons for which ``trim`` drops sentences without a sign of boilerplate, and "" for no reason."""

_DIGIT = re.compile(r"\d")
_UPDATED_LABELS = ("last", "effective", "updated", "revised", "modified", DATE_LABELS)
_OTHER_LABELS = ("posted", "version", "stand", "date", "mise à jour", "en vigueur", "aggiornat", "actualizad")
_DATED = CasePattern(
    [rf"(?:{any_of([*_OTHER_LABELS, *_UPDATED_LABELS])}).{{0,60}}\d{{2,4}}", DATE_WITH_LABEL]
)
_UPDATED = CasePattern([rf"(?:{any_of(_UPDATED_LABELS)}).{{0,40}}\d{{2,4}}", DATE_WITH_LABEL])
RIGHTS = tuple(lexicon.of_all("page", "rights"))  # "all rights reserved"
COLOPHON = CasePattern(["©", r"\(c\) ?\d{4}", "copyright", *RIGHTS])
_WRAPPER_TAGS = "div section article main table tbody tr td center body header form aside figure"
_WRAPPERS = frozenset(_WRAPPER_TAGS.split())
_LINES = frozenset({"p", *HEADINGS})
# "© 2019 Shop. Effective January 1, 2019": a date of the policy on a copyright line.
_DATE_BEHIND = CasePattern([rf"(?:effective|updated|revised|{DATE_LABELS})\W.{{0,30}}(?:19|20)\d\d"])


def is_dated(text: str) -> bool:
    """Return whether a text has a word that stands before dates, and a number behind it."""
    return bool(_DIGIT.search(text) and _DATED.search(text))


def is_updated(text: str) -> bool:
    """Return whether a text states when something was updated or came into effect."""
    return bool(_DIGIT.search(text) and _UPDATED.search(text))


def has_own_date(text: str) -> bool:
    """Return whether a copyright line states a date of the policy: a label and a year behind the ©."""
    sign = COLOPHON.search(text)
    return bool(sign and len(text.split()) <= LINE and _DATE_BEHIND.search(text, sign.end()))


def is_colophon(text: str) -> bool:
    """Return whether a text begins like a copyright line."""
    return bool(COLOPHON.search(text[:60]))


def trim(parts: Parts, number: int) -> None:
    """Drop menus and notices before, after and within the text of a part."""
    undecided = [(number, True, True)]
    while undecided:
        undecided.extend(_trim_children(parts, *undecided.pop()))


def _trim_children(parts: Parts, number: int, leading: bool, trailing: bool) -> list[tuple[int, bool, bool]]:
    """Drop the children of a part that are no text.

    Returns the children to examine next, each as its index with its own ``leading`` and ``trailing``.
    ``leading`` is True if the whole text begins with this part, ``trailing`` if it ends with this part.
    """
    children = parts.children(number)
    texts = [child for child in children if parts.prose_words(child)]
    policies = [child for child in texts if parts.policy_words(child)] or texts
    within: list[tuple[int, bool, bool]] = []
    if not policies:
        return within
    first, last = policies[0], policies[-1]
    announced = False
    for child in children:
        before, after = leading and child < first, trailing and child > last
        if parts.prose_words(child):
            if (before or after) and _is_aside(parts, child, number) and not parts.resembles(child, policies):
                if is_notice(parts, child) or (before and not _is_below_title(parts, child)):
                    parts.drop(child, "aside")
            elif parts.weight(child) >= 0.15 * parts.weight(number) and parts.tag(child) in _WRAPPERS:
                within.append((child, leading and child == first, trailing and child == last))
        elif _is_menu(parts, child, at_edge=before or after):
            announced = not before and is_announced(parts, child, number, again=announced)
            if not announced:
                parts.drop(child, "menu")
        elif after and _is_copyright_line(parts, child):
            parts.drop(child, "copyright line")
    return within


def _is_copyright_line(parts: Parts, number: int) -> bool:
    """Return whether a part begins with a copyright line that states no date of the policy."""
    text = " ".join(block.text for block in parts.blocks_of(number))[:500]
    return bool(COLOPHON.search(text)) and not has_own_date(text)


def _is_aside(parts: Parts, number: int, within: int) -> bool:
    """Return whether a part with sentences is too small for a section of the policy."""
    return (
        parts.tag(number) in _WRAPPERS
        and not parts.has_heading(number)
        and parts.words(number) < 0.2 * parts.words(within)
    )


def _is_below_title(parts: Parts, number: int) -> bool:
    """Return whether a heading or a name of the policy is right before a part."""
    gone, first = parts.dropped_blocks(), parts.nodes[number].first
    before = [parts.blocks[block] for block in range(max(0, first - NEIGHBOURS), first) if not gone[block]]
    return any(block.heading or (block.words < LINE and NAME.search(block.text)) for block in before)


def _is_menu(parts: Parts, number: int, *, at_edge: bool) -> bool:
    words, links = parts.words(number), parts.link_words(number)
    if not words or links < 0.5 * words or parts.tag(number) in _LINES:
        return False
    return at_edge or (parts.tag(number) in _WRAPPERS and links >= MENU_LINKS)
