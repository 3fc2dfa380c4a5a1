"""The edges of the text in a fragment: a page without structure, whose lines are one list of paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from extract.content.beside import NOTICE
from extract.content.blocks import Block, sentence_case
from extract.content.boilerplate import is_command
from extract.content.edges import COLOPHON, LINE, NEIGHBOURS, RIGHTS, is_dated
from extract.content.parts import Parts
from extract.dates import plain, written_dates
from extract.lexicon.folding import CasePattern
from extract.memory import remembered
from extract.policy_terms import NAME

WINDOW, DENSE = 100, 0.6
"""The text of a fragment (a page without structure) can begin or end at a sentence if, of the next 100 words,
at least this share is prose."""
SECTION_TERMS = 0.1
"""Of the words of a list of sections, at least this share are terms of policies. Menus of shops have 0.03."""
HEADING_WORDS = 6
"""A line of a fragment with at most 6 words can be the heading of a section, or a date."""
SENTENCE_WORDS = 4
"""A short line with at least so many words can be a sentence."""
LOWER, SHORT_LOWER, SUMMARY_LOWER = 0.45, 0.6, 0.5
"""At least this share of the words of a sentence begins in lower case; of a short one, the second share,
and of the lines of a summary the third. Offers and menus have fewer."""
SUMMARY = 60
"""A summary between the title of a policy and its first sentence has at most so many lines."""
ANNOUNCED = 60
"""The address or name after a colon has at most this many words. An address with its labels has up to 40."""
FOOTER_SHARE = 0.05
"""At most this share of a page's policy-like words is below its copyright line or last menu."""
_CONTACT = re.compile(
    r"\w@\w|\b\d{3}[-. ]\d{3,4}|\b[A-Z]{2}\.? \d{5}\b|p\.?o\.? box|\battn\b|\b(?:phone|tel|fax)\b.{0,12}\d",
    re.I,
)
# A copyright line (with © or a year, so that a section about copyright does not match), or a menu such as
# "Home | Stores | Contact us".
_FOOTER = CasePattern(["©", r"\(c\) ?\d{4}", r"copyright \d{4}", *RIGHTS, r"\|\s*$", r"\|.*\|"])
_OR = re.compile(r"\W*(?:or|and|and/or|oder|und|ou|et|o|y|e|of|en)\W*", re.I)
# A link that jumps within the page. A line with such a link is no sentence of the text.
_SKIP = CasePattern([r"\bskip to\b"])
# Phrases of cookie banners. Policies use them too, but hardly ever at their start.
_BANNER = CasePattern(
    [
        r"\bcookies\b.{0,80}\bexperience\b",
        r"\b(?:if you|by) continu\w+ .{0,120}\bcookies\b",
        r"\bcookies\b.{0,120}\bby continu\w+",
    ]
)


@remembered
def is_banner(text: str) -> bool:
    """Return whether a text reads as a cookie banner."""
    return "cookies" in text.casefold() and _BANNER.search(text) is not None


@remembered
def _skips(text: str) -> bool:
    return _SKIP.search(text) is not None


@remembered
def _ends_page(text: str) -> bool:
    """Return whether a text is a copyright line, or a menu below the text."""
    return _FOOTER.search(text) is not None


def trim_fragment(parts: Parts, number: int) -> None:
    """Drop all blocks of a fragment that are before or after the policy's text.

    A fragment is a page without wrapping elements: cookie banners, log-in boxes and newsletter lines are
    mixed with menus. The policy's sentences are kept, with their title, date and address.
    """
    whole = parts.nodes[number]
    blocks = parts.blocks_of(number)
    above = blocks[: _start_of_footer(blocks)]
    first = _start_of_prose(above, but=lambda text: is_banner(text) or _skips(text))
    last = len(above) - _start_of_prose(above[::-1])
    if first >= last:
        first = last = 0
    first -= _reach_title(blocks[:first][::-1])
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
        if left <= FOOTER_SHARE * whole and block.words <= LINE and _ends_page(block.text):
            return number
        left -= block.words if block.prose and block.terms else 0
    return len(blocks)


def _start_of_prose(blocks: Sequence[Block], but: Callable[[str], bool] = lambda text: False) -> int:
    """Return the index of the first policy-like sentence that mostly prose follows.

    Earlier policy-like sentences are included if at most 100 words are between them and the start. Lists of
    sections do not count. In a text that is too short for this rule, the start is the first policy-like
    sentence. Returns ``len(blocks)`` if there is none. Blocks are ignored if ``but`` returns True for their
    text.
    """
    policies = [
        number for number, block in enumerate(blocks) if block.prose and block.terms and not but(block.text)
    ]
    start = next((number for number in policies if _is_dense(blocks[number : number + WINDOW])), None)
    if start is None:
        return policies[0] if policies else len(blocks)
    for number in reversed(policies):  # short items of a summary can be between the first sentences
        between = (block for block in blocks[number + 1 : start] if not _lists_sections(block))
        if number < start and sum(block.words for block in between) <= WINDOW:
            start = number
    return start


def _lists_sections(block: Block) -> bool:
    """Return whether a line is a list of the policy's sections: full of its words, as no menu is."""
    return not block.prose and len(block.terms) >= SECTION_TERMS * block.words


def _is_dense(blocks: Sequence[Block]) -> bool:
    words = prose = 0
    for block in blocks:
        words += block.words
        prose += block.words * block.prose
        if words >= WINDOW:
            break
    return prose >= DENSE * words


def _reach_title(blocks: Sequence[Block]) -> int:
    """Return how many blocks before the policy's first sentence are a summary below the policy's title.

    ``blocks`` are the blocks before the text, the nearest first. The lines of a summary are as short as those
    of a menu, but most of their words begin in lower case, and some are words of policies. Returns 0 if there
    is no such summary.
    """
    near = blocks[:SUMMARY]
    for number, block in enumerate(near):
        if block.words > LINE or is_banner(block.text) or COLOPHON.search(block.text):
            break
        if number and not block.prose and NAME.search(block.text):
            lines = " ".join(line.text for line in near[:number])
            terms = any(line.terms for line in near[:number])
            return number + 1 if terms and sentence_case(lines) >= SUMMARY_LOWER else 0
    return 0


def _reach_up(blocks: Sequence[Block], is_item: Callable[[Block], bool]) -> int:
    """Return how many blocks directly before the policy's sentences belong to the text.

    ``blocks`` are the blocks before the text, the nearest first. Titles and dates belong to the text, and so
    do sentences directly before it, up to the title. The search ends at a list item (before a text, menus are
    more frequent than lists), at a cookie banner, and at a line that is too long for a heading. Returns 0 if
    no block belongs to the text.
    """
    reach, unbroken, titled = 0, 0, False
    for number, block in enumerate(blocks, 1):
        if is_banner(block.text):
            break
        unbroken += unbroken == number - 1 and _plain_sentence(block)
        if _introduces(block):
            reach, titled = number, True
        elif reach == number - 1 and not titled and _long_sentence(block):
            reach = number
        elif unbroken < number and (number - reach > NEIGHBOURS or block.words > LINE or is_item(block)):
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
        between = [line for line in blocks[reach : number - 1] if not is_command(line.text)]
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
    return line and not (_ends_page(block.text) or _skips(block.text) or is_command(block.text))


def _may_head(block: Block) -> bool:
    return block.words <= HEADING_WORDS and not (
        block.prose or COLOPHON.search(block.text) or is_command(block.text)
    )


def _introduces(block: Block) -> bool:
    """Return whether a block before the first policy-like sentence is a title or a date."""
    return len(block.text) < 120 and bool(NAME.search(block.text) or is_dated(block.text))


def _concludes(block: Block) -> bool:
    """Return whether a block after the last policy-like sentence is an address or a date.

    The limit is 300 characters: an address of several lines with all its labels has up to 250.
    """
    return len(block.text) < 300 and _is_address_or_date(block.text, block.words)


@remembered
def _is_address_or_date(text: str, words: int) -> bool:
    colophon = COLOPHON.search(text)
    end = colophon.start() if colophon else len(text)
    is_date = not colophon and words <= HEADING_WORDS and bool(written_dates(plain(text), None))
    return is_date or bool(_CONTACT.search(text, 0, end) or is_dated(text[:end]))


def _plain_sentence(block: Block) -> bool:
    """Return whether a block is a sentence, also a short one ("Without you, we would not exist.")."""
    text = block.text
    if not _ends_as_sentence(block):
        return False
    if block.prose:
        return sentence_case(text) > LOWER
    short = block.words >= SENTENCE_WORDS and not block.link_words and text[-1] in ".。"
    return short and not text[0].islower() and text[0].isalpha() and sentence_case(text) >= SHORT_LOWER


def _long_sentence(block: Block) -> bool:
    return block.prose and sentence_case(block.text) > SHORT_LOWER and _ends_as_sentence(block)


def _ends_as_sentence(block: Block) -> bool:
    text = block.text
    if text[-1] not in ".:!?。：！？؟":
        return False
    return not (COLOPHON.search(text) or _skips(text) or NOTICE.search(text) or is_command(text))
