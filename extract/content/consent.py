"""Consent notices: dialogs and banners that ask visitors to accept cookies, however a shop wraps them.

Their words are those of a policy. A page whose only such words are in a consent notice is no policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain, dropwhile, islice

from lxml.etree import _Element as Element

from extract import lexicon, words
from extract.content.blocks import Block
from extract.content.boilerplate import Confidence, boilerplate
from extract.content.parts import Parts
from extract.html.tags import HEADINGS, names_of, text_of
from extract.lexicon.folding import FoldedPattern
from extract.memory import remembered
from extract.policy_terms import NAME
from extract.verdict import is_loading

LONGEST = 250
"""A consent notice without any other sign has at most this many words. The first page of a consent dialog has
30 to 120, and up to 250 with its list of categories."""
SHORT = 60
"""A dialog with fewer words is no policy, also if it does not speak of cookies."""
LONGEST_SIGNED = 600
"""A dialog or a part with the name of a consent banner has at most this many words: a list of all purposes
and partners has some hundreds. A policy that a shop shows in a dialog is seldom shorter."""
OWN_WORDS, OWN_BLOCKS = 80, 4
"""A text about cookies with the name of a policy as its heading is a policy if it has this many words and
this many blocks of sentences. A text about other things needs ``SHORT`` words."""
ENOUGH_BESIDE = 5
"""A page with sentences outside of its consent notices that have this many different policy terms has a text
of its own. What only looks like a notice can then be a section of it, and stays."""
BLOCKS_BESIDE = 2
"""Unless these sentences are at most so many blocks with fewer than ``SHORT`` words: "Safe shopping"."""
SHORT_TEXT = 120
"""A text without a heading and buttons that begins with cookies is a notice if it has at most this many
words."""
_LONG_OPENING = 120  # characters in which a text that speaks of cookies later names the shop's partners
_OPENING = 50  # characters in which such a text speaks of cookies for the first time: "We use cookies"
MOST_POLICY_WORDS = 2 * LONGEST_SIGNED
"""A page with more words in sentences with policy terms has a text of its own."""
_ANSWER_WORDS = 6  # a button with more words is a sentence

_LISTS = lexicon.load("consent")
_COOKIES = FoldedPattern(chain.from_iterable(_LISTS["cookies"].values()))
_OPENINGS = FoldedPattern(chain.from_iterable(_LISTS["openings"].values()))
_ANSWERS = FoldedPattern(chain.from_iterable(_LISTS["answers"].values()))
_NAME_PARTS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
_DOCUMENTS = FoldedPattern(lexicon.of_all("documents"))
_CONTROLS = ("button", "a", "input")
_FEW_BLOCKS = 3
_MOST_ANSWERS = 200  # so many buttons are examined; the longest consent dialog of a product has some dozens
_MOST_BEFORE = 30  # so many elements before a button can belong to its notice
# Elements around the content of a page. A notice does not contain them.
_PAGE = frozenset({"html", "body", "main", "article", "h1"})
# Elements beside a notice that do not belong to it.
_BESIDE = frozenset({"header", "nav", "footer", "aside", "form", "table"})


def drop_consent_notices(parts: Parts, title: str) -> None:
    """Drop the dialogs of a page that ask for consent, and other such notices if there is no other text.

    ``title`` is the title of the page: a text about cookies on a page that is called a cookie policy is no
    notice if it has the length of a policy.
    """
    if parts.policy_words(0) > MOST_POLICY_WORDS:
        return
    if _COOKIES.search(title) and _names_document(title) and _has_length_of_policy(parts, 0):
        return
    dialogs = set(_signed_notices(parts))
    notices = {*dialogs, *_unsigned_notices(parts), *_only_sentences(parts)}
    inside = [False] * len(parts.blocks)
    for number in notices:
        node = parts.nodes[number]
        inside[node.first : node.last] = [True] * (node.last - node.first)
    beside = [
        block
        for block, within in zip(parts.blocks, inside, strict=True)
        if not within and block.prose and block.terms
    ]
    enough = len(beside) > BLOCKS_BESIDE or sum(block.words for block in beside) >= SHORT
    if enough and len({term for block in beside for term in block.terms}) >= ENOUGH_BESIDE:
        notices = dialogs
    for number in notices:
        parts.drop(number, "a consent notice", foreign=True)


def _signed_notices(parts: Parts) -> Iterator[int]:
    """Yield the dialogs and banners that are no policy: they are short, or ask for consent to cookies."""
    for number in range(1, len(parts.nodes)):
        size = parts.words(number)
        if not 0 < size <= LONGEST_SIGNED:
            continue
        sign = boilerplate(parts.nodes[number].element)
        if (
            sign
            and sign[1] in (Confidence.CERTAIN, Confidence.HIGH)
            and (size < SHORT or _is_about_cookies(parts, number))
            and (size <= LONGEST or any(map(_is_answer, parts.nodes[number].element.iter())))
            and not _is_policy(parts, number)
        ):
            yield number


def _unsigned_notices(parts: Parts) -> Iterator[int]:
    """Yield the parts that speak of cookies around a button to accept or refuse, whatever their names are."""
    by_element = {node.element: number for number, node in enumerate(parts.nodes)}
    for answer in islice(_answers(parts), _MOST_ANSWERS):
        top, number = answer, _part_around(answer, by_element)
        while True:
            within = number > 0 and parts.words(number) <= LONGEST and not _contains_page(parts, number)
            if within and _is_about_cookies(parts, number):
                number = _with_headings(parts, number)
                if not _is_policy(parts, number):
                    yield number
                break
            before = _before(top, parts, by_element)
            yield from before
            if before or not within:
                break
            top, number = parts.nodes[number].element, parts.nodes[number].parent


def _only_sentences(parts: Parts) -> list[int]:
    """Return the parts with the only policy-like sentences of a page, if they are short and about cookies.

    A heading that names a policy introduces one, however short, unless the page says that it is still
    loading. Returns [] if there are other such sentences.
    """
    found = [block for block in parts.blocks if block.terms and block.prose and not block.heading]
    sizes = {block.text: block.words for block in found}  # some pages contain a notice twice
    if not found or len(sizes) > _FEW_BLOCKS or sum(sizes.values()) > SHORT_TEXT:
        return []
    if _COOKIES.search(found[0].text[:_OPENING]):
        notice = found
    else:
        notice = list(dropwhile(lambda block: not _names_partners(block.text), found))
    named = any(block.heading and NAME.search(block.text) for block in parts.blocks)
    if named and not any(map(is_loading, (block.text for block in parts.blocks))):
        return []
    return [block.parent for block in notice if not _contains_page(parts, block.parent)]


def _names_partners(text: str) -> bool:
    """Return whether a text about cookies begins with the shop's partners, who set them."""
    return bool(_OPENINGS.search(text[:_LONG_OPENING]) and _COOKIES.search(text))


def _answers(parts: Parts) -> Iterator[Element]:
    """Yield the buttons to accept or refuse, and the parts that look like one."""
    yield from filter(_is_answer, parts.nodes[0].element.iter())
    for block in parts.blocks:
        if block.parent > 0 and not block.heading and _is_short_answer(block.text, block.words):
            yield parts.nodes[block.parent].element


def _part_around(element: Element, by_element: Mapping[Element, int]) -> int:
    """Return the innermost part that contains an element, 0 if there is none."""
    around: Element | None = element
    while around is not None and around not in by_element:
        around = around.getparent()
    return 0 if around is None else by_element[around]


def _with_headings(parts: Parts, number: int) -> int:
    """Return the largest part around a notice that adds only its headings and labels."""
    prose = parts.prose_words(number)
    while (around := parts.nodes[number].parent) > 0:
        if (
            _contains_page(parts, around)
            or parts.prose_words(around) > prose
            or parts.words(around) > LONGEST
        ):
            break
        number = around
    return number


def _before(answer: Element, parts: Parts, by_element: Mapping[Element, int]) -> list[int]:
    """Return the parts of a notice that stands in the page without an element of its own.

    ``answer`` is the element with the button. The notice is directly before it: some paragraphs below at most
    one heading. Returns [] if they do not speak of cookies, or if the heading names a policy.
    """
    found: list[int] = []
    size = parts.words(by_element[answer]) if answer in by_element else words.count(text_of(answer))
    about = False
    if size > 2 * _ANSWER_WORDS:
        return []
    for sibling in islice(answer.itersiblings(preceding=True), _MOST_BEFORE):
        number = by_element.get(sibling)
        if number is None or not parts.words(number):
            continue
        size += parts.words(number)
        if sibling.tag in _BESIDE or _contains_page(parts, number) or size > LONGEST:
            break
        if any(_names_document(block.text) for block in parts.blocks_of(number) if block.heading):
            return []
        cookies = _is_about_cookies(parts, number)
        if about and not cookies and parts.prose_words(number):
            return [] if parts.policy_words(number) else found
        found.append(number)
        about = about or cookies
        if about and sibling.tag in HEADINGS:
            break
    return found if about else []


def _contains_page(parts: Parts, number: int) -> bool:
    return any(element.tag in _PAGE for element in parts.nodes[number].element.iter(*_PAGE))


def _is_about_cookies(parts: Parts, number: int) -> bool:
    """Return whether the first block of sentences in a part speaks of cookies, or half of two or three do.

    A policy speaks of other things first, and of cookies in one section.
    """
    speaks = [bool(_COOKIES.search(block.text)) for block in _sentences(parts, number)]
    return bool(speaks) and (speaks[0] or (len(speaks) <= _FEW_BLOCKS and 2 * sum(speaks) >= len(speaks)))


def _sentences(parts: Parts, number: int) -> list[Block]:
    return [block for block in parts.blocks_of(number) if block.prose and not block.heading]


def _is_answer(element: Element) -> bool:
    if element.tag not in _CONTROLS and element.get("role") != "button":
        return False
    text = (element.get("value") or "") if element.tag == "input" else text_of(element)
    return _is_short_answer(text, words.count(text))


def _is_short_answer(text: str, size: int) -> bool:
    return 0 < size <= _ANSWER_WORDS and _is_answer_text(text)


@remembered
def _is_answer_text(text: str) -> bool:
    return _ANSWERS.search(text) is not None


def _is_policy(parts: Parts, number: int) -> bool:
    """Return whether a part is a policy of its own: named as one, and longer than a notice."""
    element = parts.nodes[number].element
    names = [element.get("aria-label") or "", _NAME_PARTS.sub(" ", names_of(element))]
    if not any(map(_names_document, chain(names, map(text_of, element.iter(*HEADINGS))))):
        return False
    if not _is_about_cookies(parts, number):
        return parts.words(number) >= SHORT
    return _has_length_of_policy(parts, number)


def _has_length_of_policy(parts: Parts, number: int) -> bool:
    return parts.words(number) >= OWN_WORDS and len(_sentences(parts, number)) >= OWN_BLOCKS


def _names_document(name: str) -> bool:
    return bool((NAME.search(name) or _COOKIES.search(name)) and _DOCUMENTS.search(name))
