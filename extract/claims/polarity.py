"""Whether a clause states something or denies it."""

import re
from collections.abc import Sequence

from extract.claims.claim import Polarity
from extract.claims.grammar import Grammar

Span = tuple[int, int]
_NEAR = re.compile(r"(?:\W+\w+){0,2}\W*")
_NEXT = 25  # characters between "that do not" and what such a clause denies
_PAUSE = re.compile(r"[,;:()]")


def polarity(
    text: str, triggers: Sequence[Span], clause: Span, grammar: Grammar, *, whole: bool = False
) -> Polarity:
    """Return whether a clause of a sentence denies what one of its triggers says.

    `triggers` are the characters that a rule matched. A negation counts until "but", "unless", or a clause
    with "that" or "who"; with `whole`, until the end: an age stands beside what is denied. It does not count
    within a condition ("if you do not agree, …"), or within such a clause that a trigger contains.
    """
    denied = (_is_denied(text, one, clause, grammar, whole=whole) for one in triggers)
    return "denies" if any(denied) else "states"


def _is_denied(text: str, trigger: Span, clause: Span, grammar: Grammar, *, whole: bool) -> bool:
    for found in grammar.negation.finditer(text, clause[0], clause[1]):
        if _is_conditional(text, clause[0], found.start(), grammar):
            continue
        is_far = not 0 <= trigger[0] - found.end() <= _NEXT
        if is_far and _is_beside(text, clause[0], found.start(), grammar):
            continue
        ends = None if whole else grammar.until.search(text, found.end(), clause[1])
        last = ends.start() if ends else clause[1]
        if found.start() < trigger[1] and trigger[0] < last:
            return True
        if found.start() >= trigger[1] and grammar.receiver.search(text[trigger[0] : found.start()]):
            return True  # "we share them with nobody"
    return False


def _is_beside(text: str, first: int, place: int, grammar: Grammar) -> bool:
    """Return whether a negation at a place begins a clause with "that" or "who": "that does not"."""
    begins = grammar.until.finditer(text, first, place)
    return any(_NEAR.fullmatch(text, one.end(), place) for one in begins)


def _is_conditional(text: str, first: int, place: int, grammar: Grammar) -> bool:
    """Return whether a negation at a place is within a condition that begins after `first`.

    The condition ends at a pause, or where a second clause begins: "when you opt out we do not sell them".
    """
    begins = max((found.end() for found in _PAUSE.finditer(text, first, place)), default=first)
    condition = grammar.condition.search(text, begins, place)
    return condition is not None and len(grammar.subject.findall(text, condition.end(), place)) < 2
