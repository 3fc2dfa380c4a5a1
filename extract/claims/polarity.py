"""Whether a clause states something or denies it."""

import re

from extract.claims.claim import Polarity
from extract.claims.grammar import Grammar

_PAUSE = re.compile(r"[,;:()]")


def polarity(text: str, trigger: tuple[int, int], clause: tuple[int, int], grammar: Grammar) -> Polarity:
    """Return whether a clause of a sentence denies what its trigger says.

    `trigger` are the characters that a rule matched. A negation counts until "but", "unless", or a clause
    with "that" or "who". It does not count within a condition ("if you do not agree, …").
    """
    for found in grammar.negation.finditer(text, clause[0], clause[1]):
        if _is_conditional(text, clause[0], found.start(), grammar):
            continue
        ends = grammar.until.search(text, found.end(), clause[1])
        last = ends.start() if ends else clause[1]
        if found.start() < trigger[1] and trigger[0] < last:
            return "denies"
        if found.start() >= trigger[1] and grammar.receiver.search(text[trigger[0] : found.start()]):
            return "denies"  # "we share them with nobody"
    return "states"


def _is_conditional(text: str, first: int, place: int, grammar: Grammar) -> bool:
    """Return whether a negation at a place is within a condition that begins after `first`.

    The condition ends at a pause, or where a second clause begins: "when you opt out we do not sell them".
    """
    begins = max((found.end() for found in _PAUSE.finditer(text, first, place)), default=first)
    condition = grammar.condition.search(text, begins, place)
    return condition is not None and len(grammar.subject.findall(text, condition.end(), place)) < 2
