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


class Pattern(NamedTuple):
    """A regular expression, and words in lower case of which each match has one; none if none are known."""

    compiled: re.Pattern[str]
    words: Words

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match, or None."""
        return self.compiled.search(text)

    def may_match(self, present: Words) -> bool:
        """Return whether the expression can match a text. `present` are the words that the text has."""
        return not self.words or not self.words.isdisjoint(present)


def pattern(text: str) -> Pattern:
    """Compile a regular expression that takes upper and lower case as equal.

    Raises re.error if it is none.
    """
    return Pattern(re.compile(text, re.IGNORECASE), _required(_parser.parse(text, re.IGNORECASE)))


def present(words: Words, text: str) -> Words:
    """Return those of some words that a text has, in upper or lower case."""
    lowered = text.lower()
    return frozenset(word for word in words if word in lowered)


def _required(parsed: Iterable[tuple[Any, Any]]) -> Words:
    """Return the words of which each match has one. Of several such sets, the one with the longest words."""
    sets = [_of_run(run) if isinstance(run, str) else _of_part(*run) for run in _runs(parsed)]
    return max(filter(None, sets), key=lambda words: (min(map(len, words)), -len(words)), default=frozenset())


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


def _of_part(code: Any, value: Any) -> Words:
    if code is _codes.SUBPATTERN:
        return _required(value[3])
    if code is _codes.BRANCH:
        sets = [_required(branch) for branch in value[1]]
        return frozenset().union(*sets) if all(sets) else frozenset()
    if code in (_codes.MAX_REPEAT, _codes.MIN_REPEAT) and value[0] > 0:
        return _required(value[2])
    return frozenset()
