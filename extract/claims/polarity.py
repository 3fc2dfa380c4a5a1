"""Whether a clause states something or denies it."""

import re

from extract.claims.claim import Polarity

_NEGATION = re.compile(
    r"""(?ix)
    (?<!\bwhether\ or\ )\bnot\b(?!\ (?:limited|only|just|merely|necessarily|later|more|less|longer|exceed)\b)
    | \b(?:can|is|are|do|does|did|has|have|was|were|wo|would|should|could|must)n['’]t\b
    | \b(?:never|neither|nor|cannot|nobody|nowhere|kein(?:e|en|em|er|es)?|nicht|niemals|nie|jamais|aucune?)\b
    | \bwithout\ (?=\w{1,20}ing\b)
    | \b(?:no|none\ of)\b(?!\ (?:later|more|less|fewer|matter|charge|cost|fee)\b)
      (?!\ longer\ (?:than|needed|necessary|required|relevant|have|want|wish|use)\b)
    | \bne\b(?=\ \w{1,20}\ pas\b) | \bn['’](?=\w{1,20}\ pas\b)
    """
)
_UNTIL = re.compile(r"(?i)[;]|\bbut\b|\b(?:who|which|that|unless|until|because)\b|\bexcept\b")
_CONDITION = re.compile(r"(?i)\b(?:if|when|whenever|where|whether|unless|until|in case|once|wenn|falls|si)\b")
_SUBJECT = re.compile(r"(?i)\b(?:you|we|they|it|sie|wir|vous|nous)\b")
_PAUSE = re.compile(r"[,;:()]")
_RECEIVER = re.compile(r"(?i)\b(?:with|to|by) (?:any of )?$")


def polarity(text: str, trigger: tuple[int, int], clause: tuple[int, int]) -> Polarity:
    """Return whether a clause of a sentence denies what its trigger says.

    `trigger` are the characters that a rule matched. A negation counts until "but", "unless", or a clause
    with "that" or "who". It does not count within a condition ("if you do not agree, …").
    """
    for found in _NEGATION.finditer(text, clause[0], clause[1]):
        if _is_conditional(text, clause[0], found.start()):
            continue
        ends = _UNTIL.search(text, found.end(), clause[1])
        last = ends.start() if ends else clause[1]
        if found.start() < trigger[1] and trigger[0] < last:
            return "denies"
        if found.start() >= trigger[1] and _RECEIVER.search(text[trigger[0] : found.start()]):
            return "denies"  # "we share them with nobody"
    return "states"


def _is_conditional(text: str, first: int, place: int) -> bool:
    """Return whether a negation at a place is within a condition that begins after `first`.

    The condition ends at a pause, or where a second clause begins: "when you opt out we do not sell them".
    """
    begins = max((found.end() for found in _PAUSE.finditer(text, first, place)), default=first)
    condition = _CONDITION.search(text, begins, place)
    return condition is not None and len(_SUBJECT.findall(text, condition.end(), place)) < 2
