"""Menus and footers of a shop that appear or disappear as a whole at an end of a text."""

import re
from collections.abc import Sequence

from db.history.comparison.policy_part import SECTION_SENTENCES, ends_sentence, policy_part
from db.history.comparison.tokenized import TokenizedText

# Names in menus and footers of shops.
_CHROME_NAME = re.compile(
    r"(?i)\b(?:about us|account|all rights reserved|brands|careers|cart|catalogs?|checkout|clearance|"
    r"contact us|deals|customer service|departments|e-?mails?|facebook|faqs?|feedback|"
    r"find a store|gift cards?|help|home|jobs|log ?in|"
    r"my account|new|newsletter|order status|orders?|press|products?|register|returns?|sale|search|shipping|"
    r"shop(?:ping)?|sign ?(?:in|up)|site ?map|specials|stores?|store locator|"
    r"terms of use|top|track|tweet|twitter|wish ?list)\b"
)
CHROME_WORDS = 20  # fewer words can be a heading with a line of the policy
CHROME_NAMES = 5  # a menu has at least this many different names; a sentence of a policy has two or three


def is_chrome(side: TokenizedText, other: TokenizedText, start: int, end: int) -> bool:
    """Return whether a range of tokens that only one text has is a menu or a footer of a shop.

    It has nothing but signs; or nothing but names of a menu, in lines that are not of a list or sentence; or
    many names and hardly any word of the other text's sentences. Then the line next to the words that stay is
    no sentence of the policy, and the range is no section of it.
    """
    words, pieces = side.tokens[start:end], side.pieces(start, end)
    if not any(map(str.isalnum, words)):
        return True
    if _has_only_names(words):
        return _stands_alone(side, start, end)
    nearest, sentences = pieces[-1] if start == 0 else pieces[0], policy_part(other).sentences
    return (
        _has_many_names(words)
        and other.is_foreign(words)
        and not sentences(nearest)
        and sum(map(sentences, pieces)) < SECTION_SENTENCES
    )


def _stands_alone(side: TokenizedText, start: int, end: int) -> bool:
    """Return whether a range is whole blocks without a lead ("We store:"), or follows the last sentence."""
    if side.are_whole_blocks(start, end):
        return not side.is_items(start, end) and not side.context_above(start)[1]
    return 0 < start < end == len(side.tokens) and ends_sentence(side.tokens, start - 1)


def _has_only_names(words: Sequence[str]) -> bool:
    """Return whether some words are nothing but names from menus ("Top", "Tweet", "Site Map")."""
    return not any(map(str.isalnum, _CHROME_NAME.sub("", " ".join(words))))


def _has_many_names(words: Sequence[str]) -> bool:
    names = {name.lower() for name in _CHROME_NAME.findall(" ".join(words))}
    return len(names) >= CHROME_NAMES and sum(map(str.isalpha, words)) >= CHROME_WORDS
