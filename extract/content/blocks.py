"""The text blocks of a page in reading order, and the elements that contain them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element as Element

from extract import words
from extract.html.tags import BLOCKS, HEADINGS, UNREAD
from extract.memory import remembered
from extract.policy_terms import terms

PROSE_WORDS = 8
"""A block with at least this many words outside of links can be prose. Menu items, labels and product names
have fewer."""

_MARKUP = re.compile(r"</?(?:img|div|iframe|span|a|p|script|style|link|input)\b[^<>]*>", re.I)
_NO_PAGE = ("#", "mailto:", "tel:", "sms:", "fax:")  # a link to a place on the page, or to a person
# Thai has no marks at the end of a sentence, and no spaces within it.
_SENTENCE = re.compile(r"[.,;:!?。、，；：！？؟،؛।]|[\u0e00-\u0e7f]{25}")

# Bytes are translated much faster than words are visited: letters in lower case, in upper case, and spaces.
_INITIALS = bytes(
    ord("a" if sign.islower() else "A" if sign.isupper() else " " if sign.isspace() else ".")
    for sign in map(chr, range(256))
)

LEAST_LOWER = 0.3
"""A text reads as sentences if at least this share of its words begins in lower case. English prose has 0.85,
German prose 0.6, menus 0.1."""


@remembered
def sentence_case(text: str) -> float:
    """Return the share (0 to 1) of a text's words that begin in lower case.

    Returns 1.0 where capitals are no evidence: if most words have no upper or lower case (as in Chinese,
    which writes "Cookie" and "IP" in Latin letters), or if more than 80 % of the others are all in capitals,
    as in some paragraphs of legal texts.
    """
    lower, upper, caseless = _initials(text)
    cased = lower + upper
    if not cased or caseless > cased:
        return 1.0
    if upper > 0.8 * cased and _shouted(text) > 0.8 * cased:
        return 1.0
    return lower / cased


def _initials(text: str) -> tuple[int, int, int]:
    """Return how many words of a text begin in lower case, in upper case, and with a letter without case."""
    if text.isascii():
        shapes = f" {text}".encode().translate(_INITIALS)
        return shapes.count(b" a"), shapes.count(b" A"), 0
    lower = upper = caseless = 0
    for word in text.split():
        if word[0].islower():
            lower += 1
        elif word[0].isupper():
            upper += 1
        else:
            caseless += word[0].isalpha()
    return lower, upper, caseless


def _shouted(text: str) -> int:
    return sum(word[0].isupper() and word.isupper() for word in text.split())


@dataclass(slots=True)
class Block:
    """A piece of text that no block element (such as a list item) interrupts.

    ``words`` counts all words of the text. ``link_words`` counts the words in links to other pages; a link to
    a place on the same page, to an e-mail address or to a telephone number counts as normal text. ``terms``
    are the policy terms in the text, with repetitions. ``heading`` is True within a heading. ``parent`` is
    the index, in ``Blocks.nodes``, of the innermost element that contains the block.
    """

    text: str
    words: int
    link_words: int
    terms: tuple[str, ...]
    heading: bool
    parent: int
    prose: bool = field(init=False)
    """True if the block reads as sentences, and not as a menu item or a label."""

    def __post_init__(self) -> None:
        self.prose = self._reads_as_prose()

    def _reads_as_prose(self) -> bool:
        free = self.words - self.link_words
        if self.text[0] == "<" and _MARKUP.match(self.text):
            return False  # an escaped tag in the text, such as a tracking pixel
        if free < PROSE_WORDS or 2 * self.link_words > self.words:
            return False
        return bool(_SENTENCE.search(self.text) or free >= 15) and sentence_case(self.text) >= LEAST_LOWER

    @property
    def links(self) -> bool:
        """True if at least 80 % of the block's words are in links."""
        return self.words > 0 and self.link_words >= 0.8 * self.words


@dataclass(slots=True)
class Node:
    """A block element, with the range of the blocks in it.

    The element contains ``Blocks.blocks[first:last]``. ``parent`` is the index of the element around it in
    ``Blocks.nodes``, -1 for the first element. ``children`` are the indexes of the elements directly in it.
    """

    element: Element
    parent: int
    first: int
    last: int = 0
    children: list[int] = field(default_factory=list)


@dataclass
class Blocks:
    """All blocks of a page and all elements that contain them, in document order."""

    blocks: list[Block]
    nodes: list[Node]


def read_blocks(root: Element) -> Blocks:
    """Return the blocks of ``root``, and the elements that contain them.

    Elements without text to read (scripts, form fields, ``noscript``) are left out with all their content.
    """
    reader = _Reader()
    walker = etree.iterwalk(root, events=("start", "end"))
    left_out: Element | None = None
    for event, element in walker:
        if event == "start":
            if element is not root and element.tag in UNREAD:
                left_out = element
                walker.skip_subtree()
            else:
                reader.start(element)
            continue
        if element is left_out:
            left_out = None
        else:
            reader.end(element)
        if element is not root and element.tail:
            reader.text(element.tail)
    reader.flush()
    return Blocks(reader.blocks, reader.nodes)


class _Reader:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.nodes: list[Node] = []
        self.open: list[int] = []
        self.link = 0  # how many of the open links lead away
        self.links: list[bool] = []  # for each open link, whether it leads away
        self.pieces: list[str] = []
        self.linked: list[str] = []
        self.headings = 0

    def start(self, element: Element) -> None:
        tag = element.tag
        if tag in BLOCKS or not self.nodes:
            self.flush()
            self.nodes.append(Node(element, self.open[-1] if self.open else -1, len(self.blocks)))
            if self.open:
                self.nodes[self.open[-1]].children.append(len(self.nodes) - 1)
            self.open.append(len(self.nodes) - 1)
            self.headings += tag in HEADINGS
        elif tag == "br":
            self.pieces.append(" ")
        elif tag == "a":
            self.links.append(_leads_away(element))
            self.link += self.links[-1]
        if element.text:
            self.text(element.text)

    def end(self, element: Element) -> None:
        tag = element.tag
        if tag in BLOCKS or self.nodes[self.open[-1]].element is element:
            self.flush()
            self.nodes[self.open.pop()].last = len(self.blocks)
            self.headings -= tag in HEADINGS
        elif tag == "a":
            self.link -= self.links.pop()

    def text(self, text: str) -> None:
        if not self.pieces and text.isspace():
            return
        self.pieces.append(text)
        if self.link:
            self.linked.append(text)

    def flush(self) -> None:
        if not self.pieces:
            return
        text = words.clean("".join(self.pieces))
        if text:
            size, found = _words_and_terms(text)
            linked = 0
            if self.linked:
                linked = size if self.linked == [text] else words.count(" ".join(self.linked))
            heading = self.headings > 0
            self.blocks.append(Block(text, size, linked, found, heading, self.open[-1]))
        self.pieces.clear()
        self.linked.clear()


@remembered
def _words_and_terms(text: str) -> tuple[int, tuple[str, ...]]:
    return words.count(text), terms(text)


def _leads_away(link: Element) -> bool:
    href = link.get("href") or ""
    return bool(href) and not href.lstrip().lower().startswith(_NO_PAGE)
