"""Words that are typical of privacy policies, in all languages of ``extract/lexicon/languages``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain

from extract import lexicon
from extract.lexicon.folding import FoldedPattern, any_of, folded, folded_pattern
from extract.other_characters import encoded, others

LANGUAGES = frozenset(lexicon.by_language("terms"))
"""The languages (two-letter codes) whose words of policies are known."""

NAME = FoldedPattern(chain(lexicon.of_all("subjects"), lexicon.of_all("matters")))
"""Names of privacy policies. They are searched in titles, headings and the last part of addresses."""

_LABELS = {
    code: [*lexicon.by_language("dates", "updated")[code], *lexicon.by_language("dates", "effective")[code]]
    for code in sorted(LANGUAGES)
}
_FOREIGN = [label for code in sorted(LANGUAGES - {"en"}) for label in _LABELS[code]]
_OF_WORDS = [label for label in _FOREIGN if label.isascii() or label < "\u0590"]
DATE_LABELS = "|".join(
    [rf"(?<![^\W\d_])(?:{any_of(_OF_WORDS)})", *(label for label in _FOREIGN if label not in _OF_WORDS)]
)
"""The labels of dates in other languages than English, as a regular expression without groups.

The letter before is read once for all labels that begin a word: once for each, a search is ten times slower.
"""
DATE_WITH_LABEL = (
    rf"\d ?[日號号일].{{0,20}}(?:{'|'.join(chain(_LABELS['ja'], _LABELS['ko'], _LABELS['zh']))})"
)
"""A date in Chinese, Japanese or Korean with a label behind it, as a regular expression."""

# In these languages a word begins anywhere: there are no spaces, or a preposition is written with its noun.
_JOINED = frozenset({"ar", "he", "ja", "ko", "th", "zh"})
_OTHER_SCRIPTS = frozenset({"bg", "el", "ru", "uk"})


def _terms_of(languages: Iterable[str]) -> str:
    known = lexicon.by_language("terms")
    return any_of(folded_pattern(term) for code in sorted(languages) for term in known[code])


@cache
def _latin_source() -> str:
    return _terms_of(LANGUAGES - _JOINED - _OTHER_SCRIPTS)


@cache
def _latin_terms() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_latin_source()})")


@cache
def _ascii_terms() -> re.Pattern[str]:
    # For a folded text of ASCII characters, with a space before it: much faster than a search for "\b".
    return re.compile(rf"\W({_latin_source()})", re.ASCII)


@cache
def _other_terms() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_terms_of(_OTHER_SCRIPTS)})|(?:{_terms_of(_JOINED)})")


_NOT_LATIN = re.compile("[\u0370-\u1dff\u3040-\uffff]")


def terms(text: str) -> tuple[str, ...]:
    """Return the policy terms in a text, in lower case, without accents, and with repetitions."""
    plain = folded(text)
    if plain.isascii():
        return tuple(_ascii_terms().findall(" " + plain))
    found = _latin_terms().findall(plain)
    if _NOT_LATIN.search(others(encoded(plain))):
        found += _other_terms().findall(plain)
    return tuple(found)
