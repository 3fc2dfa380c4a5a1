"""Find the words without which a regular expression cannot match: a quick test before a slow search."""

import importlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

# The parser of `re`. Its names are the same in Python 3.11 to 3.14; tests compare its results with searches.
_parser: Any = importlib.import_module("re._parser")
_codes: Any = importlib.import_module("re._constants")

Words = frozenset[str]
# Letters with one form in lower case and one in upper case, other ASCII signs, and signs without case.
_PLAIN = re.compile(r"[\x00-\x7fÄÖÜÀÂÇÈÉÊËÎÏÔÙÛäöüßàâçèéêëîïôùû’“”«»–§©°·•€£]*")
# A range of capitals can have other signs between its ends in lower case.
_CAPITAL_RANGE = re.compile(r"\[[^\]]{0,99}?(?:[A-ZÀ-Þ]-|-[A-ZÀ-Þ])")
_START = 3  # letters by which words are looked up
_FEW = 3  # shorter words are in most texts
DIGIT = "N"  # stands for any digit among the words of an expression, which have no capitals
_HAS_DIGIT = re.compile(r"\d")
# An expression without case takes ı and İ for i, and ſ for s; `lower` makes İ longer.
_ODD = re.compile("[ıſİ]")
_ESCAPED = re.compile(r"(\\.)")
_CACHED, _CACHED_LENGTH = 32_768, 40  # words of texts, and characters of one


@dataclass(frozen=True, eq=False)
class Pattern:
    """A regular expression, and sets of words in lower case: each match has a word of each set.

    There are no sets if no such words are known. With `is_small`, `quick` matches in a text in lower case
    what the expression matches in the text, twice as fast; otherwise it is the expression itself. Both are
    compiled when the first text needs them: few texts need many of the expressions.
    """

    source: str
    needs: tuple[Words, ...]
    is_small: bool = False

    @cached_property
    def quick(self) -> re.Pattern[str]:
        """The expression for texts in lower case with `is_small`, otherwise the same as `compiled`."""
        return re.compile(self.source) if self.is_small else self.compiled

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The expression, which takes upper and lower case as equal."""
        return re.compile(self.source, re.IGNORECASE)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match, or None."""
        return self.compiled.search(text)


def pattern(text: str) -> Pattern:
    """Return a regular expression that takes upper and lower case as equal.

    Raises re.error if its syntax is wrong.
    """
    best, *others = _required(_parser.parse(text, re.IGNORECASE)) or [frozenset()]
    rare = [words for words in others if not any(len(word) < _FEW and word.islower() for word in words)]
    parts = _ESCAPED.split(text)  # `\W` is not `\w`
    letters = "".join(parts[::2])
    is_plain = _PLAIN.fullmatch(letters) and not _CAPITAL_RANGE.search(letters)
    is_small = bool(is_plain) and "(?-i" not in text and "(?P" not in text
    if is_small:
        text = "".join(part if place % 2 else part.lower() for place, part in enumerate(parts))
    return Pattern(text, (best, *rare) if best else (), is_small)


class Sifted:
    """A text, and the expressions of a sieve that can match it."""

    def __init__(self, text: str, small: str | None, possible: frozenset[Pattern]) -> None:
        """Take a text. `small` is the text in lower case; None if some expressions match it differently."""
        self.text = text
        self.possible = possible
        self._small = small

    def found(self, one: Pattern) -> Iterator[re.Match[str]]:
        """Return the matches of an expression of the sieve. Only their places are those of the text."""
        if one not in self.possible:
            return iter(())
        if one.is_small and self._small is not None:
            return one.quick.finditer(self._small)
        return one.compiled.finditer(self.text)

    def has(self, one: Pattern) -> bool:
        """Return whether an expression of the sieve matches the text."""
        if one not in self.possible:
            return False
        if one.is_small and self._small is not None:
            return one.quick.search(self._small) is not None
        return one.search(self.text) is not None


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
        self._bits = dict(bits)
        self._parts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for word in bits:  # what has spaces is looked for where a text has its longest part
            part = max(word.split(" "), key=len)
            self._parts[part[:_START]][part].append(word)
        self._short_starts = [start for start in self._parts if len(start) < _START]
        self._in_short_word = lru_cache(maxsize=_CACHED)(self._in_word)

    def sift(self, text: str) -> Sifted:
        """Return a text with the expressions that can match it."""
        lowered, bits = text.lower(), self._without
        phrases: set[str] = set()
        for word in lowered.split(" "):
            in_word = self._in_short_word(word) if len(word) <= _CACHED_LENGTH else self._in_word(word)
            bits |= in_word[0]
            phrases.update(in_word[1])
        for phrase in phrases:
            if phrase in lowered:
                bits |= self._bits[phrase]
        if self._of_digit and _HAS_DIGIT.search(text):
            bits |= self._of_digit
        if _ODD.search(text):
            return Sifted(text, None, frozenset(self._patterns))
        size = len(self._patterns)
        found = (1 << size) - 1
        for level in range(self._levels):
            found &= bits >> level * size
        return Sifted(text, lowered, frozenset(self._of_bits(found)))

    def _in_word(self, word: str) -> tuple[int, tuple[str, ...]]:
        """Return the bits of all that a word of a text contains, and the phrases that can be around it."""
        starts = {word[at : at + _START] for at in range(len(word) - _START + 1)}
        found = [
            one
            for start in (*self._short_starts, *(starts & self._parts.keys()))
            for part, words in self._parts[start].items()
            if part in word
            for one in words
        ]
        bits = 0
        for one in found:
            bits |= self._bits[one] if " " not in one else 0
        return bits, tuple(one for one in found if " " in one)

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
