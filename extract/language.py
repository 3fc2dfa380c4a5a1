"""The language of a text, recognised by its script and its function words.

The function words are in ``extract/lexicon``. A policy has thousands of words, and a third of them are the
commonest words of its language. A trained model would not be better here: it needs tens
of megabytes, and its next version returns other results.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain, repeat

from extract import lexicon, words
from extract.memory import remembered, remembered_by_digest
from extract.other_characters import encoded, others

SAMPLE = 20_000
"""The language is recognised in this many characters at the start of a text."""
LEAST_WORDS = 8
"""The language of a text with fewer words is reported as unknown."""
LEAST_SHARE = 0.12
"""At least this share of the words must be function words of the language. In policies the share is 0.25 to
0.45."""
SECOND_SHARE = 0.15
"""A page is also in another language if at least this share of its words is in that language."""

LEAST_SHARE_IN_SCRIPT = 0.04
"""The same for a language whose script has few languages. Arabic and Hebrew write many function words
together with the next word."""
NEIGHBOUR = 1.5
"""A paragraph is in another language than its page if it has this many times more function words of it."""
MOST_SHARE = 0.5
"""Hardly a paragraph has a larger share of function words."""
LEAST_KANA = 0.1
"""A text is Japanese, not Chinese, if at least this share of its Chinese and Japanese characters is kana."""

_LANGUAGES: dict[str, list[str]] = {}
for _code, _function_words in chain(
    lexicon.by_language("function_words").items(), lexicon.load("other_languages")["words"].items()
):
    for _word in _function_words:
        _LANGUAGES.setdefault(_word, []).append(_code)

_FEW_WORDS = 64  # so few are read faster than counted
_KANA = re.compile("[\u3040-\u30ff]")
# Each script with its language, or with the language of a text that is too short for function words.
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff\u4e00-\u9fff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
_OTHER_SCRIPT = re.compile("[\u0370-\u1fff\u3040-\ud7af]")
_SHARED_SCRIPTS = frozenset({"ru", "ar"})
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_ONLY_UKRAINIAN = re.compile("[їєґ]")  # no other language with Cyrillic letters has these
LEAST_LETTERS = 3
"""A text with at least so many of these letters, and one in 1,000 characters, is Ukrainian."""


def language(text: str) -> str | None:
    """Return the two-letter code of a text's language, such as ``en``.

    Returns None for a text that is too short, and for a language without a word list.
    """
    return _language(text[:SAMPLE])


@remembered_by_digest(lambda _: 0)
def _language(text: str) -> str | None:
    if not text.isascii() and (script := _script(text)):
        if script == "ja":
            return "ja" if _is_japanese(text) else "zh"
        if script not in _SHARED_SCRIPTS:
            return script
        if len(words.of_letters(text[:2000])) < LEAST_WORDS:
            return "uk" if script == "ru" and _UKRAINIAN.search(text) else script
        found = _by_function_words(text, LEAST_SHARE_IN_SCRIPT)
        return "uk" if script == "ru" and found != "uk" and _only_ukrainian(text) else found
    return _by_function_words(text, LEAST_SHARE)


def _only_ukrainian(text: str) -> bool:
    letters = len(_ONLY_UKRAINIAN.findall(text.lower()))
    return letters >= max(LEAST_LETTERS, len(text) / 1000)


def _script(text: str) -> str | None:
    if not _OTHER_SCRIPT.search(others(encoded(text))):
        return None
    letters = sum(map(str.isalpha, text)) or 1
    return next((code for code, script in _SCRIPTS if len(script.findall(text)) > 0.3 * letters), None)


def _is_japanese(text: str) -> bool:
    kana = len(_KANA.findall(text))
    return kana >= LEAST_KANA * len(dict(_SCRIPTS)["ja"].findall(text))


def _by_function_words(text: str, least: float) -> str | None:
    found = words.of_letters(text.lower())
    votes = _votes(found)
    best = min(votes, key=lambda code: (-votes[code], code), default=None)
    return best if best and len(found) >= LEAST_WORDS and votes[best] >= least * len(found) else None


def _votes(found: Sequence[str]) -> dict[str, int]:
    """Return how many words are function words of each language. Languages without any are missing."""
    votes: dict[str, int] = {}
    for word, times in Counter(found).items() if len(found) > _FEW_WORDS else zip(found, repeat(1)):
        for code in _LANGUAGES.get(word, ()):
            votes[code] = votes.get(code, 0) + times
    return votes


def function_word_share(text: str) -> float:
    """Return the share (0 to 1) of a text's words that are function words of one language, the commonest.

    Menus have few, and sentences many. Returns 0.0 for a text without words.
    """
    found = words.of_letters(text[:SAMPLE].lower())
    return max(_votes(found).values(), default=0) / max(1, len(found))


def other_languages(paragraphs: Iterable[str], main: str | None) -> list[str]:
    """Return the sorted codes of the other languages of a page.

    ``main`` is the code of the page's main language, or None. A language is returned if the paragraphs in it
    have at least ``SECOND_SHARE`` of the words. Returns [] if there is none.
    """
    sizes: Counter[str] = Counter()
    for paragraph in paragraphs:
        size, code = _size_and_language(paragraph, main)
        sizes[code or ""] += size
    whole = sizes.total() or 1
    return sorted(
        code for code, size in sizes.items() if code and code != main and size >= SECOND_SHARE * whole
    )


@remembered
def _size_and_language(paragraph: str, main: str | None) -> tuple[int, str | None]:
    """Return the number of words of a paragraph, and its language. It is 0 if the paragraph is too short."""
    found = words.of_letters(paragraph.lower())
    if len(found) < 2 * LEAST_WORDS:
        return 0, None
    own = list(map(_words_of(main).__contains__, found)).count(True)
    is_main = main and own * NEIGHBOUR > MOST_SHARE * len(found)
    return len(found), main if is_main else _unlike(main, paragraph)


@cache
def _words_of(code: str | None) -> frozenset[str]:
    return frozenset(word for word, codes in _LANGUAGES.items() if code in codes)


def _unlike(main: str | None, paragraph: str) -> str | None:
    """Return the language of a paragraph, or ``main`` if the paragraph can be in that language too.

    Neighbours such as Danish and Norwegian share most function words.
    """
    code = language(paragraph)
    if not main or not code or code == main:
        return code
    votes = _votes(words.of_letters(paragraph.lower()))
    return main if votes.get(main, 0) * NEIGHBOUR > votes.get(code, 0) else code
