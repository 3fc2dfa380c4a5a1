"""The words that carry meaning: a difference in other words is editorial."""

import re
from collections.abc import Iterable

_NOT_LETTERS = re.compile(r"[\W_]+")
_ENDING = re.compile(r"(?:ing|ed|es|s|ly)$")
_STEMMED = 4  # shorter words have no ending that is cut off

# Words without a meaning of their own.
_FUNCTION_WORDS = """
a an the of to in on at by for and or with our we us you your this that these those it its is are be
been was were as from can if when such other please here click also s their they them eg ie etc so then
than into about up out which who has have had do does upon
"""
_FUNCTION = frozenset(_FUNCTION_WORDS.split())
# Words that editors exchange for each other, or add and drop, without a change of what a policy states.
_FREQUENT_WORDS = """
website websites site sites web page pages policy statement notice privacy information personal data
online following below above section see learn more read visit link use using used via accordance
include includes including certain various help may might could would shall will make provide provided
services service products our internet personally identifiable number however described describes above
standard http https set forth detailed
"""
_FREQUENT = frozenset(_FREQUENT_WORDS.split())
NEGATIONS = frozenset({"not", "never", "no", "only"})


def letters(word: str) -> str:
    """Return the letters and digits of a word in lower case."""
    return _NOT_LETTERS.sub("", word.lower().removeprefix("https://").removeprefix("http://"))


def stem(word: str) -> str:
    """Return a word of `letters` without a common English ending."""
    return _ENDING.sub("", word) if len(word) > _STEMMED else word


def content(words: Iterable[str]) -> list[str]:
    """Return the stems of the words that have a meaning of their own, in order."""
    return [stem(word) for word in map(letters, words) if word and word not in _FUNCTION]


_FREQUENT_STEMS = _FREQUENT | {stem(word) for word in _FREQUENT}


def weighty(stems: Iterable[str]) -> list[str]:
    """Return the stems of `content` that change what a policy states."""
    return [word for word in stems if word not in _FREQUENT_STEMS]


def negations(words: Iterable[str]) -> frozenset[str]:
    """Return the words that negate or restrict a statement."""
    return NEGATIONS & frozenset(map(letters, words))
