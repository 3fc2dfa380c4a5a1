"""Words that are typical of privacy policies, in all languages of ``extract/lexicon/languages``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain

from extract import lexicon
from extract.lexicon.folding import FoldedPattern, folded, folded_pattern

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
    [rf"(?<![^\W\d_])(?:{'|'.join(_OF_WORDS)})", *(label for label in _FOREIGN if label not in _OF_WORDS)]
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


def _any_of(terms: Iterable[str]) -> str:
    """Return one regular expression for some terms.

    Terms with the same first letter are in one group. So only a few alternatives are tried at each word.
    """
    groups: dict[str, list[str]] = {}
    for term in map(folded_pattern, terms):
        groups.setdefault(term[0], []).append(term[1:])
    return "|".join(f"{letter}(?:{'|'.join(dict.fromkeys(ends))})" for letter, ends in groups.items())


def _terms_of(languages: Iterable[str]) -> Iterable[str]:
    known = lexicon.by_language("terms")
    return chain.from_iterable(known[code] for code in sorted(languages))


_LATIN_TERMS = re.compile(rf"\b(?:{_any_of(_terms_of(LANGUAGES - _JOINED - _OTHER_SCRIPTS))})")
_OTHER_TERMS = re.compile(rf"\b(?:{_any_of(_terms_of(_OTHER_SCRIPTS))})|(?:{_any_of(_terms_of(_JOINED))})")
_NOT_LATIN = re.compile("[\u0370-\u1dff\u3040-\uffff]")


def terms(text: str) -> tuple[str, ...]:
    """Return the policy terms in a text, in lower case, without accents, and with repetitions."""
    plain = folded(text)
    found = _LATIN_TERMS.findall(plain)
    if not plain.isascii() and _NOT_LATIN.search(plain):
        found += _OTHER_TERMS.findall(plain)
    return tuple(found)
