"""The language of a text, recognised by its script and its function words.

The function words are in ``extract/lexicon/function_words.toml``. A policy has thousands of words, and a
third of them are the commonest words of its language. A trained model would not be better here: it needs tens
of megabytes, and its next version returns other results.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from extract import lexicon

LEAST_WORDS = 8
"""The language of a text with fewer words is reported as unknown."""
LEAST_SHARE = 0.12
"""At least this share of the words must be function words of the language. In policies the share is 0.25 to
0.45."""
SECOND_SHARE = 0.15
"""A page is also in another language if at least this share of its words is in that language."""

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
    """Return the two-letter code of a text's language, such as ``en``.

    Returns None for a text that is too short, and for a language without a word list.
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
    """Return the sorted codes of the other languages of a page.

    ``main`` is the code of the page's main language, or None. A language is returned if the paragraphs in it
    have at least ``SECOND_SHARE`` of the words. Returns [] if there is none.
    """
    words: Counter[str] = Counter()
    for paragraph in paragraphs:
        if (size := len(_WORD.findall(paragraph))) >= 2 * LEAST_WORDS:
            words[language(paragraph) or ""] += size
    whole = words.total() or 1
    return sorted(
        code for code, size in words.items() if code and code != main and size >= SECOND_SHARE * whole
    )
