"""What stands before, after and between the text within the chosen part of a page: menus, notices, colophons."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from extract.content.blocks import Block, sentence_case
from extract.content.boilerplate import is_command
from extract.content.parts import Parts
from extract.html.tags import HEADINGS
from extract.policy_terms import NAME

WINDOW, DENSE = 100, 0.6
"""Words from a sentence on, and the share of them that must be prose, for the text of a fragment to begin or end there."""
NEIGHBOURS = 6
"""Blocks before and after the text among which its title, its date and its address are looked for."""
LINE, HEADING_WORDS = 20, 6
"""Words up to which a line of a fragment may be a heading, a date or an address, and up to which it may head a section."""
FOOTER_SHARE = 0.05
"""Share of the words of policy-like sentences that may stand below a page's copyright line or last menu."""
MENU_LINKS = 15
"""Words in links from which a box of links between two parts of the text is a menu, not a list of the text."""

DATED = re.compile(
    r"(?:last|effective|updated|revised|modified|posted|version|stand|date|mise à jour|en vigueur|aggiornat"
    r"|actualizad).{0,60}\d{2,4}",
    re.I,
)
UPDATED = re.compile(r"(?:last|effective|updated|revised|modified).{0,40}\d{2,4}", re.I)
_CONTACT = re.compile(
    r"\w@\w|\b\d{3}[-. ]\d{3,4}|\b[A-Z]{2}\.? \d{5}\b|p\.?o\.? box|\battn\b|\b(?:phone|tel|fax)\b.{0,12}\d",
    re.I,
)
_COLOPHON = re.compile(
    r"©|\(c\) ?\d{4}|copyright|all rights reserved|tous droits réservés|alle rechte vorbehalten", re.I
)
# A copyright line with a sign or a year, not a section on copyright; or "Home | Stores | Contact us", also one item a line.
_FOOTER = re.compile(r"©|\(c\) ?\d{4}|copyright \d{4}|all rights reserved|\|\s*$|\|.*\|", re.I)
_SKIP = re.compile(
    r"\bskip to\b", re.I
)  # a jump within the page: what stands on its line is no sentence of the text
# What banners say of cookies. A policy says it too, but hardly ever before anything else.
_BANNER = re.compile(
    r"\bcookies\b.{0,80}\bexperience\b|\b(?:if you|by) continu\w+ .{0,120}\bcookies\b"
    r"|\bcookies\b.{0,120}\bby continu\w+",
    re.I,
)
_WRAPPERS = frozenset(
    [
        "div",
        "section",
        "article",
        "main",
        "table",
        "tbody",
        "tr",
        "td",
        "center",
        "body",
        "header",
        "form",
        "aside",
        "figure",
    ]
)
_LINES = frozenset({"p", *HEADINGS})


def trim(parts: Parts, number: int) -> None:
    """Drop the menus and the like before, after and between the parts that hold the text of a part."""
    undecided = [(number, True, True)]
    while undecided:
        undecided.extend(_trim(parts, *undecided.pop()))


def _trim(parts: Parts, number: int, leading: bool, trailing: bool) -> list[tuple[int, bool, bool]]:
    """Drop what is no text directly within a part, and return the parts within it that are to be trimmed too.

    ``leading`` and ``trailing`` say whether the part's start and end are those of the whole text.
    """
    children = parts.children(number)
    texts = [child for child in children if parts.prose_words(child)]
    policies = [child for child in texts if parts.policy_words(child)] or texts
    within: list[tuple[int, bool, bool]] = []
    if not policies:
        return within
    first, last = policies[0], policies[-1]
    for child in children:
        before, after = leading and child < first, trailing and child > last
        if parts.prose_words(child):
            if (before or after) and _is_aside(parts, child, number) and not parts.resembles(child, policies):
                parts.drop(child, "aside")
            elif parts.weight(child) >= 0.15 * parts.weight(number) and parts.tag(child) in _WRAPPERS:
                within.append((child, leading and child == first, trailing and child == last))
        elif _is_menu(parts, child, at_edge=before or after):
            parts.drop(child, "menu")
        elif after and _COLOPHON.search(" ".join(block.text for block in parts.blocks_of(child))[:500]):
            parts.drop(child, "colophon")
    return within


def _is_aside(parts: Parts, number: int, within: int) -> bool:
    """Whether a part with sentences but without a word of policies is too small beside the text to belong to it."""
    return (
        parts.tag(number) in _WRAPPERS
        and not parts.has_heading(number)
        and parts.words(number) < 0.2 * parts.words(within)
    )


def _is_menu(parts: Parts, number: int, *, at_edge: bool) -> bool:
    words, links = parts.words(number), parts.link_words(number)
    if not words or links < 0.5 * words or parts.tag(number) in _LINES:
        return False
    return at_edge or (parts.tag(number) in _WRAPPERS and links >= MENU_LINKS)


def trim_fragment(parts: Parts, number: int) -> None:
    """Drop what stands before the first and after the last policy-like sentence with prose around it.

    A fragment has no wrappers to go by; its cookie banners, log-in boxes and newsletter lines stand among menus.
    """
    whole = parts.nodes[number]
    blocks = parts.blocks_of(number)
    above = blocks[: _start_of_footer(blocks)]
    first = _start_of_prose(above, but=_BANNER)
    last = len(above) - _start_of_prose(above[::-1])
    if first >= last:
        first = last = 0
    first -= _reach_up(blocks[:first][::-1], is_item=lambda block: parts.tag(block.parent) == "li")
    last += _reach_down(blocks[last:])
    first, last = first + whole.first, last + whole.first
    undecided = [number]
    while undecided:
        for child in parts.children(undecided.pop()):
            node = parts.nodes[child]
            if node.last <= first or node.first >= last:
                parts.drop(child, "outside of the text")
            elif node.first < first or node.last > last:
                undecided.append(child)


def _start_of_footer(blocks: Sequence[Block]) -> int:
    """Return the number of the copyright line or menu below which next to nothing of the policy stands.

    There shops praise themselves in whole sentences, and in one that speaks of privacy.
    """
    whole = left = sum(block.words for block in blocks if block.prose and block.terms)
    for number, block in enumerate(blocks):
        if left <= FOOTER_SHARE * whole and block.words <= LINE and _FOOTER.search(block.text):
            return number
        left -= block.words if block.prose and block.terms else 0
    return len(blocks)


def _start_of_prose(blocks: Sequence[Block], but: re.Pattern[str] | None = None) -> int:
    """Return the number of the first policy-like sentence from which most words are prose, or of one shortly before it.

    A text too short for that begins with its first policy-like sentence; the length of ``blocks`` if it has none. What
    ``but`` finds is no sentence of the policy.
    """
    policies = [
        number
        for number, block in enumerate(blocks)
        if block.prose and block.terms and not (but and but.search(block.text))
    ]
    start = next((number for number in policies if _is_dense(blocks[number : number + WINDOW])), None)
    if start is None:
        return policies[0] if policies else len(blocks)
    for number in reversed(policies):  # summaries in short items stand between a text's first sentences
        if number < start and sum(block.words for block in blocks[number + 1 : start]) <= WINDOW:
            start = number
    return start


def _is_dense(blocks: Sequence[Block]) -> bool:
    words = prose = 0
    for block in blocks:
        words += block.words
        prose += block.words * block.prose
        if words >= WINDOW:
            break
    return prose >= DENSE * words


def _reach_up(blocks: Sequence[Block], is_item: Callable[[Block], bool]) -> int:
    """Return how many of the blocks before the text, nearest first, belong to it: up to its title or date.

    Of sentences only those right before the text belong to it, up to the title. Menus stand there more often than lists:
    an item ends the search, as do a cookie banner and lines too long for a heading.
    """
    reach, titled = 0, False
    for number, block in enumerate(blocks, 1):
        if _BANNER.search(block.text):
            break
        if _introduces(block):
            reach, titled = number, True
        elif reach == number - 1 and not titled and _plain_sentence(block):
            reach = number
        elif number - reach > NEIGHBOURS or block.words > LINE or is_item(block):
            break
    return reach


def _reach_down(blocks: Sequence[Block]) -> int:
    """Return how many of the blocks after the last policy-like sentence belong to the text: up to its address or date.

    Sentences that follow belong to it, also under a heading of their own: a last section that speaks of no privacy.
    """
    reach = 0
    for number, block in enumerate(blocks, 1):
        between = blocks[reach : number - 1]
        follows = not between or (len(between) == 1 and _may_head(between[0]))
        if _concludes(block) or (follows and _plain_sentence(block)):
            reach = number
        elif len(between) == NEIGHBOURS or block.words > LINE:
            break
    return reach


def _may_head(block: Block) -> bool:
    return block.words <= HEADING_WORDS and not (
        block.prose or _COLOPHON.search(block.text) or is_command(block.text)
    )


def _introduces(block: Block) -> bool:
    """Whether a block before the first policy-like sentence says that the text has begun: a title or a date."""
    return len(block.text) < 120 and bool(NAME.search(block.text) or DATED.search(block.text))


def _concludes(block: Block) -> bool:
    """Whether a block after the last policy-like sentence says that the text went on to there: an address or a date.

    Addresses of several lines with all their labels have up to 250 characters.
    """
    text = block.text
    colophon = _COLOPHON.search(text)
    end = colophon.start() if colophon else len(text)
    return len(text) < 300 and bool(_CONTACT.search(text, 0, end) or DATED.search(text, 0, end))


def _plain_sentence(block: Block) -> bool:
    text = block.text
    foreign = _COLOPHON.search(text) or _SKIP.search(text)
    return block.prose and text[-1] in ".:!?" and sentence_case(text) > 0.6 and not foreign
