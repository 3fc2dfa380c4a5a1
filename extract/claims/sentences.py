"""Divide the paragraphs of a text into sentences."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extract.claims.claim import Paragraph

_END = re.compile(r"[.!?][\"”’')\]]{0,3}\s(?=[\"“‘'(\[]{0,3}[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Corp|Co|Ltd|Mr|Mrs|Ms|Dr|St|Nos?|Ave|Blvd|Rd|Ste|Attn|vs|etc|Sec|Cal|Civ|e\.g|i\.e|U\.S"
    r"|U\.S\.A|E\.U|U\.K|P\.O|a\.m|p\.m|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|\b[A-Z]|&)\.$"
)
_BEFORE = 12  # characters before a full stop that show an abbreviation


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


def passages(paragraphs: Sequence[Paragraph]) -> Iterator[Passage]:
    """Yield the sentences of a text in order. Headings and items of lists are sentences too."""
    lead = ""
    for number, one in enumerate(paragraphs):
        is_item = bool(one.mark) and not one.mark.startswith("#")
        last = ""
        for start, end in _spans(one.text):
            last = one.text[start:end]
            yield Passage(last, number, start, end, one.mark, one.section, lead if is_item else "")
        if not is_item:
            lead = last if last.endswith(":") else ""


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _END.finditer(text):
        stop = found.start() + 1
        if text[found.start()] == "." and _ABBREVIATION.search(text[max(start, stop - _BEFORE) : stop]):
            continue
        yield start, found.end() - 1
        start = found.end()
    if text[start:].strip():
        yield start, len(text.rstrip())
