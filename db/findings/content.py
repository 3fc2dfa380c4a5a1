"""The words that carry meaning: a difference in other words is editorial."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from db.findings.languages import table

_NOT_LETTERS = re.compile(r"[\W_]+")
CACHED = 65_536  # words: a text has few different ones
_STEMMED = 4  # shorter words have no ending that is cut off
_VALUE = re.compile(r"[@\d]|https?:|www\.")
_NOTHING = "(?!)"


@lru_cache(maxsize=CACHED)
def letters(word: str) -> str:
    """Return the letters and digits of a word in lower case."""
    return _NOT_LETTERS.sub("", word.lower().removeprefix("https://").removeprefix("http://"))


class Vocabulary:
    """What the words of one language mean for a comparison.

    `names_alone` says whether only names have capitals within a sentence. `office` matches the name of an
    office that answers questions.
    """

    def __init__(self, of_language: Mapping[str, Any]) -> None:
        """Take the table of a language; {} for one of which nothing is known."""
        self._ending = re.compile(f"(?:{of_language.get('endings', _NOTHING)})$")
        self._prefix = re.compile(f"^(?:{of_language.get('prefixes') or _NOTHING})", re.IGNORECASE)
        self._function = frozenset(of_language.get("function", "").split())
        frequent = of_language.get("frequent", "").split()
        self._frequent = frozenset(frequent) | {self.stem(word) for word in frequent}
        self._negations = frozenset(of_language.get("negations", "").split())
        numbers = (word for word, number in of_language.get("numbers", {}).items() if number > 1)
        self._values = frozenset(map(letters, (*numbers, *of_language.get("places", "").split())))
        self.names_alone = bool(of_language.get("capitals", True))
        self.office = re.compile(of_language.get("office", _NOTHING), re.IGNORECASE)

    def stem(self, word: str) -> str:
        """Return a word of `letters` without a common ending of the language."""
        return self._ending.sub("", word) if len(word) > _STEMMED else word

    def content(self, words: Iterable[str]) -> list[str]:
        """Return the stems of the words that have a meaning of their own, in order."""
        found = map(self._letters, words)
        return [self.stem(word) for word in found if word and word not in self._function]

    def weighty(self, stems: Iterable[str]) -> list[str]:
        """Return the stems of `content` that change what a policy states."""
        return [word for word in stems if word not in self._frequent]

    def negations(self, words: Iterable[str]) -> frozenset[str]:
        """Return the stems of the words that negate or restrict a statement."""
        return frozenset(self.stem(word) for word in map(self._letters, words) if word in self._negations)

    def has_value(self, words: Iterable[str]) -> bool:
        """Return whether one of some words is a value: a number, a country, or a part of an address."""
        return any(
            _VALUE.search(word) or letters(self._prefix.sub("", word)) in self._values for word in words
        )

    def _letters(self, word: str) -> str:
        return letters(self._prefix.sub("", word.lstrip("(\"“'‘«")))


@cache
def vocabulary(language: str) -> Vocabulary:
    """Return the vocabulary of a language, a two-letter code; an empty one for a language without a file."""
    return Vocabulary(table(language))
