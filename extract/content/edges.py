"""Removal of menus, notices and copyright lines before, after and within the chosen part."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from extract import lexicon
from extract.content.beside import is_notice
from extract.content.blocks import Block, sentence_case
from extract.content.boilerplate import is_command
from extract.content.menus.announced import is_announced
from extract.content.parts import Parts
from extract.html.tags import HEADINGS
from extract.policy_terms import DATE_LABELS, DATE_WITH_LABEL, NAME

WINDOW, DENSE = 100, 0.6
"""The text of a fragment (a page without structure) can begin or end at a sentence if, of the next 100 words,
at least this share is prose."""
NEIGHBOURS = 6
"""The number of blocks before and after the text in which its title, date and address are searched."""
LINE, HEADING_WORDS = 20, 6
"""A line of a fragment with at most 20 words can be a heading, date or address. With at most 6 words it can
be
the heading of a section."""
ANNOUNCED = 60
"""The address or name after a colon has at most this many words. An address with its labels has up to 40."""
FOOTER_SHARE = 0.05
"""At most this share of a page's policy-like words is below its copyright line or last menu."""
MENU_LINKS = 15
"""A box of links within the text is a menu if its links have at least this many words. A shorter box is a
list
that belongs to the text."""

TRIMMED = frozenset({"", "aside", "menu", "outside of the text"})
"""The reasons for which ``trim`` drops sentences without a sign of boilerplate, and "" for no reason."""

DATED = re.compile(
    r"(?:last|effective|updated|revised|modified|posted|version|stand|date|mise à jour|en vigueur|aggiornat"
    rf"|actualizad|{DATE_LABELS}).{{0,60}}\d{{2,4}}|{DATE_WITH_LABEL}",
    re.I,
)
UPDATED = re.compile(
    rf"(?:last|effective|updated|revised|modified|{DATE_LABELS}).{{0,40}}\d{{2,4}}|{DATE_WITH_LABEL}", re.I
)
_CONTACT = re.compile(
    r"\w@\w|\b\d{3}[-. ]\d{3,4}|\b[A-Z]{2}\.? \d{5}\b|p\.?o\.? box|\battn\b|\b(?:phone|tel|fax)\b.{0,12}\d",
    re.I,
)
_RIGHTS = "|".join(lexicon.of_all("page", "rights"))  # "all rights reserved"
_COLOPHON = re.compile(rf"©|\(c\) ?\d{{4}}|copyright|{_RIGHTS}", re.I)
# A copyright line (with © or a year, so that a section about copyright does not match), or a menu such as
# "Home | Stores | Contact us".
_FOOTER = re.compile(rf"©|\(c\) ?\d{{4}}|copyright \d{{4}}|{_RIGHTS}|\|\s*$|\|.*\|", re.I)
_OR = re.compile(r"\W*(?:or|and|and/or|oder|und|ou|et|o|y|e|of|en)\W*", re.I)
# A link that jumps within the page. A line with such a link is no sentence of the text.
_SKIP = re.compile(r"\bskip to\b", re.I)
# Phrases of cookie banners. Policies use them too, but hardly ever at their start.
_BANNER = re.compile(
    r"\bcookies\b.{0,80}\bexperience\b|\b(?:if you|by) continu\w+ .{0,120}\bcookies\b"
    r"|\bcookies\b.{0,120}\bby continu\w+",
    re.I,
)
_NOT_FIRST = re.compile(f"{_BANNER.pattern}|{_SKIP.pattern}", re.I)
_WRAPPER_TAGS = "div section article main table tbody tr td center body header form aside figure"
_WRAPPERS = frozenset(_WRAPPER_TAGS.split())
_LINES = frozenset({"p", *HEADINGS})


def is_colophon(text: str) -> bool:
    """Return whether a text begins like a copyright line."""
    return bool(_COLOPHON.search(text[:60]))


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
        elif after and _COLOPHON.search(" ".join(block.text for block in parts.blocks_of(child))[:500]):
            parts.drop(child, "copyright line")
    return within


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


def trim_fragment(parts: Parts, number: int) -> None:
    """Drop all blocks of a fragment that are before or after the policy's text.

    A fragment is a page without wrapping elements: cookie banners, log-in boxes and newsletter lines are
    mixed with menus. The policy's sentences are kept, with their title, date and address.
    """
    whole = parts.nodes[number]
    blocks = parts.blocks_of(number)
    above = blocks[: _start_of_footer(blocks)]
    first = _start_of_prose(above, but=_NOT_FIRST)
    last = len(above) - _start_of_prose(above[::-1])
    if first >= last:
        first = last = 0
    first -= _reach_up(blocks[:first][::-1], is_item=lambda block: parts.tag(block.parent) == "li")
    last += _reach_down(blocks[last:], blocks[:last])
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
    """Return the index of the copyright line or menu that ends the policy.

    Below that line, shops praise themselves in whole sentences, and some of these mention privacy. Returns
    ``len(blocks)`` if there is no such line.
    """
    whole = left = sum(block.words for block in blocks if block.prose and block.terms)
    for number, block in enumerate(blocks):
        if left <= FOOTER_SHARE * whole and block.words <= LINE and _FOOTER.search(block.text):
            return number
        left -= block.words if block.prose and block.terms else 0
    return len(blocks)


def _start_of_prose(blocks: Sequence[Block], but: re.Pattern[str] | None = None) -> int:
    """Return the index of the first policy-like sentence that mostly prose follows.

    Earlier policy-like sentences are included if at most 100 words are between them and the start. In a text
    that is too short for this rule, the start is the first policy-like sentence. Returns ``len(blocks)`` if
    there is none. Blocks that match ``but`` are ignored.
    """
    policies = [
        number
        for number, block in enumerate(blocks)
        if block.prose and block.terms and not (but and but.search(block.text))
    ]
    start = next((number for number in policies if _is_dense(blocks[number : number + WINDOW])), None)
    if start is None:
        return policies[0] if policies else len(blocks)
    for number in reversed(policies):  # short items of a summary can be between the first sentences
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
    """Return how many blocks directly before the policy's sentences belong to the text.

    ``blocks`` are the blocks before the text, the nearest first. Titles and dates belong to the text, and so
    do sentences directly before it, up to the title. The search ends at a list item (before a text, menus are
    more frequent than lists), at a cookie banner, and at a line that is too long for a heading. Returns 0 if
    no block belongs to the text.
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


def _reach_down(blocks: Sequence[Block], text: Sequence[Block]) -> int:
    """Return how many blocks directly after the last policy-like sentence belong to the text.

    ``blocks`` are the blocks after ``text``. Addresses and dates belong to the text. Sentences that follow
    directly belong to it too, also below a heading of their own: they are a last section without policy
    terms. So does what a colon announces ("Write to:"), and an alternative to it after "or". Returns 0 if no
    block belongs to the text.
    """
    reach, announced, alternative = 0, bool(text) and text[-1].text.endswith(":"), False
    for number, block in enumerate(blocks, 1):
        between = blocks[reach : number - 1]
        follows = not between or (len(between) == 1 and _may_head(between[0]))
        if (announced and not between) or (alternative and _is_or(between)):
            announced, alternative = False, _is_announced_text(block)
            reach = number if alternative else reach
        elif (alternative and _is_address_line(block, between)) or _concludes(block):
            reach = number
        elif follows and _plain_sentence(block):
            reach, announced = number, block.text.endswith(":")
        elif len(between) == NEIGHBOURS or block.words > LINE:
            break
    return reach


def _is_address_line(block: Block, between: Sequence[Block]) -> bool:
    """Return whether a short line with a number continues an address, after short lines only."""
    lines = [*between, block]
    return any(map(str.isdigit, block.text)) and all(line.words <= HEADING_WORDS for line in lines)


def _is_or(blocks: Sequence[Block]) -> bool:
    return len(blocks) == 1 and _OR.fullmatch(blocks[0].text) is not None


def _is_announced_text(block: Block) -> bool:
    """Return whether a block can be an address or a name that a colon announces."""
    line = block.words <= ANNOUNCED and not block.links and not _OR.fullmatch(block.text)
    return line and not (_FOOTER.search(block.text) or _SKIP.search(block.text) or is_command(block.text))


def _may_head(block: Block) -> bool:
    return block.words <= HEADING_WORDS and not (
        block.prose or _COLOPHON.search(block.text) or is_command(block.text)
    )


def _introduces(block: Block) -> bool:
    """Return whether a block before the first policy-like sentence is a title or a date."""
    return len(block.text) < 120 and bool(NAME.search(block.text) or DATED.search(block.text))


def _concludes(block: Block) -> bool:
    """Return whether a block after the last policy-like sentence is an address or a date.

    The limit is 300 characters: an address of several lines with all its labels has up to 250.
    """
    text = block.text
    colophon = _COLOPHON.search(text)
    end = colophon.start() if colophon else len(text)
    return len(text) < 300 and bool(_CONTACT.search(text, 0, end) or DATED.search(text, 0, end))


def _plain_sentence(block: Block) -> bool:
    text = block.text
    foreign = _COLOPHON.search(text) or _SKIP.search(text)
    return block.prose and text[-1] in ".:!?。：！？؟" and sentence_case(text) > 0.6 and not foreign
