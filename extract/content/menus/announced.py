"""Lists of links that a heading or a sentence of the text announces: they belong to the text.

Other lists of links at the edges of a text are menus.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from extract.content.blocks import Block
from extract.content.parts import Parts
from extract.lexicon.folding import folded
from extract.words import clean

LINE_WORDS = 30
"""A line that announces a list has at most so many words."""
_SENTENCE_WORDS = 6  # a line with fewer words can be the label of buttons: "Share this:"

_MOST_BESIDE = 200  # parts before a box among which headings of its level are searched
_LISTS = frozenset({"ul", "ol", "dl", "menu", "dir", "table", "p", "div"})
# Headings of menus that have no name.
_NAVIGATION = re.compile(
    r"\b(?:related|popular|recent|latest|more|also|quick|useful|site|follow|share|categories|archives?|tags"
    r"|navigation|menu|products?|shop|stores?|company|support|help|customer|about|social|articles?|posts?"
    r"|information|account|links|explore|resources|discover|browse|top)\b",
    re.I,
)
# Headings of boxes below a text that are about the shop.
_PROMOTION = re.compile(
    r"\b(?:related|popular|recent|latest|also|newsletter|follow|share|subscribe|sign up|shops?|stores?"
    r"|products?|brands?|articles?|posts?|blog|news|comments?|reviews?|featured|recommended|discover|explore"
    r"|browse|why|careers?|jobs|help|support|gift|sale|deals?|offers?)\b",
    re.I,
)
_END = 80  # characters at the end of a sentence in which it announces a list
_LEADS_ON = re.compile(
    r"\b(?:here|below|following|ci-dessous|ci-apres|suivant\w*|ici|hier|unten|folgend\w*|nachstehend\w*"
    r"|aqui|siguientes?|continuacion|seguintes?|abaixo|seguenti?|seguito|qui|hieronder|volgende)\b",
)


def is_announced(parts: Parts, number: int, within: int, *, again: bool = False) -> bool:
    """Return whether a list of links is announced by a heading or by a sentence.

    It is right before the list, in the same element ``within`` or in the box of the links. ``again`` states
    that the part before was announced: the list goes on if that part was of the same kind.
    """
    if not parts.link_words(number) or parts.prose_words(number):
        return False
    if parts.has_heading(number):
        return _heads_section(parts, number, within) or announced_within(parts, number)
    return announced_within(parts, number) or _is_announced_before(parts, number, within, again=again)


def _is_announced_before(parts: Parts, number: int, within: int, *, again: bool) -> bool:
    before = parts.blocks[parts.nodes[number].first - 1]
    if before.parent in parts.dropped or within not in (before.parent, parts.nodes[before.parent].parent):
        return False
    if again and before.links and parts.tag(before.parent) == parts.tag(number):
        return True
    is_list = parts.tag(number) in _LISTS
    if is_list and (before.heading or _is_bold(parts, before)):
        return not _NAVIGATION.search(before.text)
    if _is_label(before):
        return False
    return before.text.endswith(":") or (is_list and _leads_on(before))


def _heads_section(parts: Parts, number: int, within: int) -> bool:
    """Return whether the heading of a box of links is one of the text.

    It has policy terms, or the level of the headings that are beside the box.
    """
    headings = [block for block in parts.blocks_of(number) if block.heading]
    if any(block.terms for block in headings):
        return True
    children = parts.nodes[within].children
    place = bisect_left(children, number)
    beside = {parts.tag(child) for child in children[max(0, place - _MOST_BESIDE) : place]}
    return parts.tag(headings[0].parent) in beside and not _NAVIGATION.search(headings[0].text)


def announced_within(parts: Parts, number: int) -> bool:
    """Return whether the first links of a part are directly below a line of it that announces them."""
    blocks = parts.blocks_of(number)
    first = next((place for place, block in enumerate(blocks) if block.links), 0)
    before = blocks[first - 1]
    if not first or before.heading or _is_label(before):
        return False
    return before.text.endswith(":") or _is_bold(parts, before) or _leads_on(before)


def announces(parts: Parts, number: int) -> bool:
    """Return whether a part is one line that announces something: in bold type, or with a colon."""
    blocks = parts.blocks_of(number)
    if len(blocks) != 1 or blocks[0].words > LINE_WORDS or blocks[0].prose or _is_label(blocks[0]):
        return False
    return blocks[0].text.endswith(":") or _is_bold(parts, blocks[0])


def promotes(parts: Parts, number: int) -> bool:
    """Return whether a heading in a part is about the shop, and has no word of policies."""
    headings = (block for block in parts.blocks_of(number) if block.heading and not block.terms)
    return any(_PROMOTION.search(block.text) for block in headings)


def _is_label(block: Block) -> bool:
    """Return whether a line is the label of a menu or of buttons: "Follow us:", "Customer service"."""
    is_sentence = block.prose or (block.terms and block.words >= _SENTENCE_WORDS)
    return not is_sentence and bool(_NAVIGATION.search(block.text) or _PROMOTION.search(block.text))


def _leads_on(block: Block) -> bool:
    """Return whether a sentence ends with a word such as "here" or "below"."""
    return block.prose and bool(_LEADS_ON.search(folded(block.text[-_END:])))


def _is_bold(parts: Parts, block: Block) -> bool:
    """Return whether a block is a line in bold type only: a heading without its tag."""
    bold = parts.nodes[block.parent].element.iterchildren("b", "strong")
    return block.words <= LINE_WORDS and any(
        clean("".join(map(str, element.itertext()))) == block.text for element in bold
    )
