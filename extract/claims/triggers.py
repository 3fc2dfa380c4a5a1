"""Find the words without which a regular expression cannot match: a quick test before a slow search."""

import importlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

# The parser of `re`. Its names are the same in Python 3.11 to 3.14; tests compare its results with searches.
_parser: Any = importlib.import_module("re._parser")
_codes: Any = importlib.import_module("re._constants")

Words = frozenset[str]
# Letters with one form in lower case and one in upper case, and other ASCII signs.
_PLAIN = re.compile(r"[\x00-\x7fÄÖÜÀÂÇÈÉÊËÎÏÔÙÛäöüàâçèéêëîïôùû’“”«»–]*")
_START = 3  # letters by which words are looked up
_FEW = 3  # shorter words are in most texts
DIGIT = "N"  # stands for any digit among the words of an expression, which have no capitals
_HAS_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, eq=False)
class Pattern:
    """A regular expression, and sets of words in lower case: each match has a word of each set.

    There are no sets if no such words are known.
    """

    compiled: re.Pattern[str]
    needs: tuple[Words, ...]

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match, or None."""
        return self.compiled.search(text)


def pattern(text: str) -> Pattern:
    """Compile a regular expression that takes upper and lower case as equal.

    Raises re.error if it is none.
    """
    best, *others = _required(_parser.parse(text, re.IGNORECASE)) or [frozenset()]
    rare = [words for words in others if not any(len(word) < _FEW and word.islower() for word in words)]
    return Pattern(re.compile(text, re.IGNORECASE), (best, *rare) if best else ())


class Sieve:
    """Expressions, of which those that cannot match a text are left out without a search."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        """Note the words of the expressions.

        Each word has a number with one bit for each set that it is in: first the first set of each
        expression, then the second one of each.
        """
        self._patterns = tuple(patterns)
        self._levels = max((len(one.needs) for one in self._patterns), default=0)
        size = len(self._patterns)
        bits: dict[str, int] = defaultdict(int)
        self._without = 0  # the bits of sets that an expression does not have
        for place, one in enumerate(self._patterns):
            for level, words in enumerate(one.needs):
                for word in words:
                    bits[word] |= 1 << (level * size + place)
            for level in range(len(one.needs), self._levels):
                self._without |= 1 << (level * size + place)
        self._of_digit = bits.pop(DIGIT, 0)
        self._by_start: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for word, of_word in bits.items():
            self._by_start[word[:_START]].append((word, of_word))
        self._short = [start for start in self._by_start if len(start) < _START]

    def possible(self, text: str) -> frozenset[Pattern]:
        """Return the expressions that can match a text."""
        lowered, bits = text.lower(), self._without
        starts = {lowered[at : at + _START] for at in range(len(lowered) - _START + 1)}
        for start in (*self._short, *(starts & self._by_start.keys())):
            for word, of_word in self._by_start[start]:
                if word in lowered:
                    bits |= of_word
        if self._of_digit and _HAS_DIGIT.search(text):
            bits |= self._of_digit
        size = len(self._patterns)
        found = (1 << size) - 1
        for level in range(self._levels):
            found &= bits >> level * size
        return frozenset(self._of_bits(found))

    def _of_bits(self, bits: int) -> Iterator[Pattern]:
        while bits:
            lowest = bits & -bits
            yield self._patterns[lowest.bit_length() - 1]
            bits ^= lowest


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
    if code is _codes.IN and value == [(_codes.CATEGORY, _codes.CATEGORY_DIGIT)]:
        return [frozenset((DIGIT,))]
    if code is _codes.BRANCH:
        sets = [_best(branch) for branch in value[1]]
        return [frozenset().union(*sets)] if all(sets) else []
    if code in (_codes.MAX_REPEAT, _codes.MIN_REPEAT) and value[0] > 0:
        return _required(value[2])
    return []
