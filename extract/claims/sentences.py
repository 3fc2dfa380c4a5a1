"""Divide the paragraphs of a text into sentences."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extract.claims.claim import Paragraph
from extract.claims.grammar import Grammar

_END = re.compile(r"[.!?][\"”“’')\]»]{0,3}\s(?=[\"“‘'(\[„]{0,3}(?:«\s?)?[A-ZÀ-ÖØ-Þ0-9Œ])")
_BEFORE, _AFTER = 12, 14  # characters before and after a full stop that show an abbreviation


class Passage(NamedTuple):
    """A sentence of a text: the number of its paragraph, its characters there, and what surrounds it.

    `lead` is the sentence that introduces a list, for the items of this list; otherwise "".
    """

    text: str
    paragraph: int
    start: int
    end: int
    mark: str
    section: str
    lead: str


def passages(paragraphs: Sequence[Paragraph], grammar: Grammar) -> Iterator[Passage]:
    """Yield the sentences of a text in order. Headings and items of lists are sentences too."""
    lead = ""
    for number, one in enumerate(paragraphs):
        is_item = bool(one.mark) and not one.mark.startswith("#")
        last = ""
        for start, end in _spans(one.text, grammar):
            last = one.text[start:end]
            yield Passage(last, number, start, end, one.mark, one.section, lead if is_item else "")
        if not is_item:
            lead = last if last.endswith(":") else ""


def _spans(text: str, grammar: Grammar) -> Iterator[tuple[int, int]]:
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
