"""Whether two statements make the same promise in other words."""

import re
from collections import Counter
from functools import lru_cache
from typing import Literal

from db.findings.content import letters, vocabulary
from db.promises.denials import denies
from db.promises.statement import KINDS, Stated
from db.promises.topics import share, topics_of, weight

ALIKE = 0.5  # statements of which one takes the place of the other promise the same from here on
_EQUAL_WORDS = 0.6  # two statements of one text that are about the same are one promise from here on
_REVERSE, _REVERSE_WORDS = 0.7, 0.4  # the reverse of a statement must say it in much the same words
_OTHER_KIND = 0.4  # statements of two kinds are compared if they have this share of words in common
_NO_PROMISE = 0.7  # the same, if one of the kinds is none of promises
# Words of a statement that are all in a longer one count so much, from so many words on.
_WITHIN, _LONG = 0.8, 5
_QUICK = 0.7  # words that stand twice are counted once in a quick look
_CACHED = 16_384  # statements
_OTHER_SCOPE, _WEAKER = 0.1, 0.05  # what a promise for others, and one with an exception, loses
_TOPICS = 0.7  # the part of what they are about, if they share topics of ENOUGH weight; words are the rest
_ENOUGH = 4
_TOLERANCE = 0.02  # 12 months and 365 days are equal
_KINDS = frozenset(KINDS)
_VALUED = frozenset({"retention", "children"})  # kinds in which a number is the promise itself
_LIMITED = frozenset({"sale", "sharing", "notice"})
_LIMIT = re.compile(r"(?i)\b(?:only|solely|other than|except|unless|nur|außer|seulement|sauf)\b")
_WITHOUT = re.compile(
    r"(?i)\b(?:without|ohne|sans) (?:\w+ ){0,4}"
    r"(?:consent|permission|authori[sz]ation|einwilligung|consentement)\b"
)
_DAYS = {
    "seconds": 1 / 86_400, "minutes": 1 / 1_440, "hours": 1 / 24, "days": 1, "business days": 1.4, "weeks": 7,
    "months": 30, "years": 360,
}  # fmt: skip

Stance = Literal["states", "denies", "limits"]


def likeness(one: Stated, other: Stated) -> float:
    """Return how much two statements promise the same, 0 to 1; 0 if they contradict each other.

    They do if one denies what the other states, if they name other numbers, or if they are about other
    things.
    """
    if _have_too_few_words(one, other) or (loss := _difference(one, other)) is None:
        return 0.0
    if _key(one.quote) == _key(other.quote):
        return 1.0 - loss
    words = _words_in_common(one, other)
    if words < _least_words(one, other):
        return 0.0
    mine, theirs = _topics(one, other)
    if not (mine or theirs):
        return max(0.0, words - loss)
    if mine and theirs and not mine & theirs:
        return 0.0
    part = _TOPICS * min(1.0, weight(mine | theirs) / _ENOUGH)
    return max(0.0, part * share(mine, theirs) + (1 - part) * words - loss)


def are_almost_equal(one: Stated, other: Stated) -> bool:
    """Return whether two statements of one text say the same: they are about the same, in similar words."""
    if (
        one.kind != other.kind
        or _difference(one, other) is None
        or _words_in_common(one, other) < _EQUAL_WORDS
    ):
        return False
    mine, theirs = _topics(one, other)
    return mine == theirs


def is_opposite(one: Stated, other: Stated) -> bool:
    """Return whether a statement says the reverse of another: one denies, the other states the same."""
    if {stance(one), stance(other)} != {"states", "denies"} or one.kind != other.kind:
        return False
    return _are_as_like(one._replace(polarity=other.polarity), other)


def has_other_number(one: Stated, other: Stated) -> bool:
    """Return whether a statement says the same as another with another number, or without one."""
    if one.kind != other.kind or _same_number(one, other):
        return False
    return _are_as_like(one._replace(value=other.value, unit=other.unit), other)


def _are_as_like(one: Stated, other: Stated) -> bool:
    """Return whether two statements, made equal in one thing, are alike enough to be each other's reverse."""
    return likeness(one, other) >= _REVERSE and _words_in_common(one, other) >= _REVERSE_WORDS


@lru_cache(maxsize=_CACHED)
def stance(one: Stated) -> Stance:
    """Return whether a statement states or denies, or "limits": "only with your consent"."""
    if _WITHOUT.search(one.quote):
        is_denial = one.polarity == "denies"
        return "limits" if is_denial or vocabulary(one.language).negations(one.quote.split()) else "states"
    if one.kind in _LIMITED and _LIMIT.search(one.quote):
        return "limits"
    return "denies" if denies(one) else "states"


def _difference(one: Stated, other: Stated) -> float | None:
    """Return what two statements lose by exceptions and scope; None if they contradict each other."""
    stances = {stance(one), stance(other)}
    if "states" in stances and ("denies" in stances or ("limits" in stances and _both_limit(one, other))):
        return None
    if not _same_number(one, other):
        return None
    weaker = _WEAKER if len(stances) > 1 else 0.0
    return weaker + (_OTHER_SCOPE if one.scope != other.scope else 0.0)


def _both_limit(one: Stated, other: Stated) -> bool:
    """Return whether each of two statements is of a kind that can be limited, and whether it is counts."""
    return all(two.kind in _LIMITED or _WITHOUT.search(two.quote) for two in (one, other))


def _same_number(one: Stated, other: Stated) -> bool:
    if one.value is None or other.value is None:
        return one.value == other.value or not _VALUED & {one.kind, other.kind}
    return _are_equal(_amount(one), _amount(other))


def _amount(one: Stated) -> tuple[str, list[float]]:
    """Return what a number counts, and its value or both ends of its range; durations in days."""
    days = _DAYS.get(one.unit or "")
    values = [float(part) * (days or 1) for part in (one.value or "").split("-")]
    return ("time" if days else one.unit or ""), values


def _are_equal(one: tuple[str, list[float]], other: tuple[str, list[float]]) -> bool:
    if one[0] != other[0] or len(one[1]) != len(other[1]):
        return False
    return all(abs(a - b) <= _TOLERANCE * max(a, b) for a, b in zip(one[1], other[1], strict=True))


def _topics(one: Stated, other: Stated) -> tuple[frozenset[str], frozenset[str]]:
    kinds = frozenset((one.kind, other.kind))
    return topics_of(one.quote, kinds), topics_of(other.quote, kinds)


def _least_words(one: Stated, other: Stated) -> float:
    """Return which share of words two statements must have in common."""
    if one.kind == other.kind:
        return 0.0
    return _OTHER_KIND if {one.kind, other.kind} <= _KINDS else _NO_PROMISE


def _have_too_few_words(one: Stated, other: Stated) -> bool:
    """Return whether two statements have surely fewer words in common than they must: a quick look."""
    least = _least_words(one, other)
    if not least:
        return False
    mine, theirs = _stems(one.quote, one.language), _stems(other.quote, other.language)
    return len(mine.keys() & theirs.keys()) < _QUICK * least * min(len(mine), len(theirs))


def _words_in_common(one: Stated, other: Stated) -> float:
    """Return the share of words that two statements have in common, 0 to 1.

    Words of a statement that are all in a longer one count nearly as much.
    """
    mine, theirs = _stems(one.quote, one.language), _stems(other.quote, other.language)
    both, shorter = (mine & theirs).total(), min(mine.total(), theirs.total())
    share_of_both = 2 * both / max(1, mine.total() + theirs.total())
    return max(share_of_both, _WITHIN * both / shorter) if shorter >= _LONG else share_of_both


@lru_cache(maxsize=_CACHED)
def _key(quote: str) -> tuple[str, ...]:
    return tuple(filter(None, map(letters, quote.split())))


@lru_cache(maxsize=_CACHED)
def _stems(quote: str, language: str) -> Counter[str]:
    words = vocabulary(language)
    return Counter(words.content(quote.split()))
