"""Find the words without which a regular expression cannot match: a quick test before a slow search."""

import importlib
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

# The parser of `re`. Its names are the same in Python 3.11 to 3.14; tests compare its results with searches.
_parser: Any = importlib.import_module("re._parser")
_codes: Any = importlib.import_module("re._constants")

Words = frozenset[str]
# Letters with one form in lower case and one in upper case, and other ASCII signs.
_PLAIN = re.compile(r"[\x00-\x7fÄÖÜÀÂÇÈÉÊËÎÏÔÙÛäöüàâçèéêëîïôùû’“”«»–]*")


_START = 3  # letters by which words are looked up
_FEW = 3  # shorter words are in most texts


class Pattern(NamedTuple):
    """A regular expression, and sets of words in lower case: each match has a word of each set.

    The best set is the first one. There is none if no such words are known.
    """

    compiled: re.Pattern[str]
    needs: tuple[Words, ...]

    @property
    def words(self) -> Words:
        """Words of which each match has one; none if none are known."""
        return self.needs[0] if self.needs else frozenset()

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match, or None."""
        return self.compiled.search(text)

    def may_match(self, present: Words) -> bool:
        """Return whether the expression can match a text. `present` are the words that the text has."""
        return not any(map(present.isdisjoint, self.needs))


def pattern(text: str) -> Pattern:
    """Compile a regular expression that takes upper and lower case as equal.

    Raises re.error if it is none.
    """
    best, *others = _required(_parser.parse(text, re.IGNORECASE)) or [frozenset()]
    long = [words for words in others if min(map(len, words)) >= _FEW]
    return Pattern(re.compile(text, re.IGNORECASE), (best, *long) if best else ())


class WordIndex:
    """Words in lower case, to be found in many texts."""

    def __init__(self, words: Iterable[str]) -> None:
        """Sort the words by their first letters."""
        self._by_start: dict[str, list[str]] = {}
        for word in words:
            self._by_start.setdefault(word[:_START], []).append(word)
        self._short = [start for start in self._by_start if len(start) < _START]

    def present(self, text: str) -> Words:
        """Return the words that a text has, in upper or lower case."""
        lowered = text.lower()
        starts = {lowered[at : at + _START] for at in range(len(lowered) - _START + 1)}
        found = (self._by_start[start] for start in (*self._short, *(starts & self._by_start.keys())))
        return frozenset(word for words in found for word in words if word in lowered)


def _required(parsed: Iterable[tuple[Any, Any]]) -> list[Words]:
    """Return sets of words: each match has a word of each set. The set with the longest is the first."""
    sets = {
        words
        for run in _runs(parsed)
        for words in ([_of_run(run)] if isinstance(run, str) else _of_part(*run))
        if words
    }
    return sorted(sets, key=lambda words: (-min(map(len, words)), len(words), sorted(words)))


def _best(parsed: Iterable[tuple[Any, Any]]) -> Words:
    return next(iter(_required(parsed)), frozenset())


def _runs(parsed: Iterable[tuple[Any, Any]]) -> list[Any]:
    """Return the parts of an expression; letters in a row are one str."""
    runs: list[Any] = []
    for code, value in parsed:
        if code is not _codes.LITERAL:
            runs.append((code, value))
        elif runs and isinstance(runs[-1], str):
            runs[-1] += chr(value)
        else:
            runs.append(chr(value))
    return runs


def _of_run(letters: str) -> Words:
    return frozenset((letters.lower(),)) if _PLAIN.fullmatch(letters) else frozenset()


def _of_part(code: Any, value: Any) -> list[Words]:
    if code is _codes.SUBPATTERN:
        return _required(value[3])
    if code is _codes.BRANCH:
        sets = [_best(branch) for branch in value[1]]
        return [frozenset().union(*sets)] if all(sets) else []
    if code in (_codes.MAX_REPEAT, _codes.MIN_REPEAT) and value[0] > 0:
        return _required(value[2])
    return []
