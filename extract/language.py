"""The language of a text, known by its script and its function words (extract/lexicon/function_words.toml).

A policy has thousands of words, and the commonest words of its language make a third of them. A trained model
would need tens of megabytes, its next version would return other results, and it would be no better here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from extract import lexicon

LEAST_WORDS = 8
"""Words that a text needs: the language of a shorter one is not known."""
LEAST_SHARE = 0.12
"""Share of the words that must be function words of the language. In policies it is 0.25 to 0.45."""
SECOND_SHARE = 0.15
"""Share of a page's words in another language from which the page is in several languages."""

_LANGUAGES: dict[str, list[str]] = {}
for _code, _words in lexicon.load("function_words")["words"].items():
    for _word in _words:
        _LANGUAGES.setdefault(_word, []).append(_code)

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_WORD = re.compile(r"[^\W\d_]+")


def language(text: str) -> str | None:
    """Return the two-letter code of a text's language.

    Returns None for a short text, and for a language that has no word list.
    """
    letters = sum(map(str.isalpha, text[:20_000])) or 1
    if not text.isascii():
        for code, script in _SCRIPTS:
            if len(script.findall(text[:20_000])) > 0.3 * letters:
                return "uk" if code == "ru" and _UKRAINIAN.search(text) else code
    found = _WORD.findall(text.lower())
    if len(found) < LEAST_WORDS:
        return None
    votes: Counter[str] = Counter()
    for word, times in Counter(found).items():
        for code in _LANGUAGES.get(word, ()):
            votes[code] += times
    best = min(votes, key=lambda code: (-votes[code], code), default=None)
    return best if best and votes[best] >= LEAST_SHARE * len(found) else None


def other_languages(paragraphs: Iterable[str], main: str | None) -> list[str]:
    """Return the codes of other languages that many of the paragraphs are in, sorted.

    ``main`` is the code of the page's language, or None. A language counts from ``SECOND_SHARE`` of the
    words.
    """
    words: Counter[str] = Counter()
    for paragraph in paragraphs:
        if (size := len(_WORD.findall(paragraph))) >= 2 * LEAST_WORDS:
            words[language(paragraph) or ""] += size
    whole = words.total() or 1
    return sorted(
        code for code, size in words.items() if code and code != main and size >= SECOND_SHARE * whole
    )
