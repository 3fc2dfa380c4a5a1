"""Lines of a fragment that begin with a menu and end with the title and first sentence of the policy."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.etree import _Element as Element

from extract import words
from extract.content.blocks import LEAST_LOWER, PROSE_WORDS, sentence_case
from extract.language import function_word_share
from extract.lexicon.folding import CasePattern
from extract.memory import remembered
from extract.policy_terms import NAME

MENU_WORDS = 15
"""A menu at the start of a line has at least this many words."""
SIGNED_WORDS = 3
"""The same for a menu with a bar or arrow between its items, or with an item such as "Home"."""
MENU_SHARE = 0.15
"""A smaller share of the words of a menu are function words. In sentences it is 0.3 and more."""
_TAIL = 5  # words before the title; in a menu, none of them begins in lower case
_PROBE = 20_000  # characters of a line in which the title is searched
_NAME_WORDS = 3  # a name of a policy has at most so many words
_WORD = re.compile(r"\S+")
_MENU_SIGN = CasePattern(
    [
        *(rf"\{sign}(?<=\s[\s\S])\s" for sign in "|>•»·/"),
        *(r"\bhome\b", r"\bmenu\b", r"\bskip to\b", r"\blog ?in\b", r"\bsign in\b", r"\bmy account\b"),
        *(r"\bsearch\b", r"\bcart\b", r"\bbasket\b", r"\bcheckout\b"),
    ]
)
_SHOW_ALL = re.compile(r"\b(?:view|see|show|shop) all\b|\b(?:sign|log) (?:in|up|out)\b", re.I)
_LAST_WORD = re.compile(r"(?:&|[^\W\d_]{2,})\s+$")
_DATE = re.compile(
    r"\b(?:last (?:updated?|revised|modified)|effective|updated|revised)\b.{0,40}\b(?:19|20)\d\d\b", re.I
)
# Shortly before a name, these words show that it is in a sentence.
_WITHIN = re.compile(r"(?:this|our|the|these|your|a|cette|notre|diese|unsere|esta|nuestra)\s+$", re.I)
_END = re.compile(r"[.!?:;][\"”’)]*\s*$")


def split_menu_lines(body: Element) -> None:
    """Divide each paragraph that begins with a menu and ends with a titled sentence. Changes the tree.

    The new paragraph begins with the last name of a policy, or else the first date, that follows the menu
    directly. Only paragraphs without elements in them are divided.
    """
    for paragraph in list(body.iterchildren("p")):
        text = paragraph.text or ""
        if len(paragraph) or not _END.search(text[-10:]):
            continue
        if not (start := _start_of_title(text)):
            continue
        rest = paragraph.makeelement("p")
        paragraph.text, rest.text = text[:start], text[start:]
        rest.tail, paragraph.tail = paragraph.tail, None
        paragraph.addnext(rest)


@remembered
def _start_of_title(text: str) -> int:
    """Return the index at which the title begins, or 0 if the line has no menu or no sentence."""
    if words.count(text[:_PROBE]) < SIGNED_WORDS + PROSE_WORDS:
        return 0
    opening = text[:_PROBE].split(None, MENU_WORDS)[:MENU_WORDS]
    first = " ".join(opening)
    if not (_MENU_SIGN.search(first) or _reads_as_menu(first) or _reads_as_menu(" ".join(opening[:_TAIL]))):
        return 0
    starts = [word.start() for word in _WORD.finditer(text, 0, _PROBE)]
    names = [
        start
        for number, start in enumerate(starts)
        if text[start].isalpha()
        and not text[start].islower()
        and _begins_name(text, starts[number : number + _NAME_WORDS + 1])
    ]
    dates = [found.start() for found in _DATE.finditer(text, 0, _PROBE)]
    for start in (*reversed(names), *dates):
        if _is_menu(text[:start]) and _is_sentence(text[start:]):
            return _start_of_capitals(text, start)
    return 0


def _start_of_capitals(text: str, start: int) -> int:
    """Return the start of the words in capitals around ``start``: "QUILLFERN & SON PRIVACY POLICY"."""
    if text[start : start + 2].isupper():
        while (word := _LAST_WORD.search(text, max(0, start - 50), start)) and word[0] == word[0].upper():
            start = word.start()
    return start


def _begins_name(text: str, starts: Sequence[int]) -> bool:
    """Return whether the name of a policy begins at the first of these words."""
    end = starts[-1] if len(starts) > _NAME_WORDS else len(text)
    after = starts[1] if len(starts) > 1 else end
    return bool(NAME.search(text[starts[0] : end])) and not NAME.search(text[after:end])


def _is_menu(text: str) -> bool:
    """Return whether the words before a title are a menu, and not the start of a sentence."""
    tail = _SHOW_ALL.sub(" ", text[-200:]).split()[-_TAIL:]
    signed = bool(_MENU_SIGN.search(text))
    if not tail or (tail[-1][0].islower() and not signed):
        return False
    if _WITHIN.fullmatch(tail[-1] + " "):
        return False
    if function_word_share(" ".join(word for word in tail if word[0].islower())) > 0:
        return False
    least = SIGNED_WORDS if signed else MENU_WORDS
    return words.count(text) >= least and _reads_as_menu(text)


def _reads_as_menu(text: str) -> bool:
    return sentence_case(text) < LEAST_LOWER or function_word_share(text) < MENU_SHARE


def _is_sentence(text: str) -> bool:
    return words.count(text) >= PROSE_WORDS and sentence_case(text) >= LEAST_LOWER
