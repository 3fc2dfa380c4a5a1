"""Divide the paragraphs of a text into sentences."""

import re
from collections.abc import Iterable, Iterator

from extract.claims.claim import Paragraph
from extract.claims.grammar import Grammar

_END = re.compile(r"[.!?][\"”“’')\]»]{0,3}\s(?=[\"“‘'(\[„]{0,3}(?:«\s?)?[A-ZÀ-ÖØ-Þ0-9Œ])")
_BEFORE, _AFTER = 12, 14  # characters before and after a full stop that show an abbreviation


def leads(paragraphs: Iterable[Paragraph], grammar: Grammar) -> Iterator[str]:
    """Yield for each paragraph the sentence that introduces its list; "" for a paragraph that is no item."""
    lead = ""
    for one in paragraphs:
        is_item = bool(one.mark) and not one.mark.startswith("#")
        yield lead if is_item else ""
        if not is_item:
            lead = ""
            if one.text.rstrip().endswith(":"):
                *_, (start, end) = spans(one.text, grammar)
                lead = one.text[start:end]


def spans(text: str, grammar: Grammar) -> Iterator[tuple[int, int]]:
    """Yield the characters of each sentence of a paragraph. Headings and items of lists are sentences too."""
    start = 0
    for found in _END.finditer(text):
        stop = found.start() + 1
        if text[found.start()] == "." and _is_abbreviation(text, max(start, stop - _BEFORE), stop, grammar):
            continue
        yield start, found.end() - 1
        start = found.end()
    if text[start:].strip():
        yield start, len(text.rstrip())


def _is_abbreviation(text: str, start: int, stop: int, grammar: Grammar) -> bool:
    """Return whether a full stop, the last character before `stop`, belongs to an abbreviation."""
    found = grammar.abbreviation.finditer(text, start, stop + _AFTER)
    return any(one.end() == stop for one in found)
