"""The findings of a comparison: each with the place of the page that shows its words."""

from collections.abc import Sequence
from typing import NamedTuple

from db.history.comparison.words import split
from db.query.findings import Meaning, StoredFinding
from db.web.pages.comparison_parts import ComparisonPart


class PlacedFinding(NamedTuple):
    """A finding, and the number of the change on the page that has its words; 0 if none has all of them."""

    finding: StoredFinding
    part: int


def placed(meaning: Meaning, parts: Sequence[ComparisonPart]) -> list[PlacedFinding]:
    """Return the findings of a change, each with its place on the page. Returns [] without findings."""
    texts = [(part.number, _words(part)) for part in parts if part.number]
    return [PlacedFinding(one, _place(one, texts)) for one in meaning.findings]


def _place(one: StoredFinding, texts: Sequence[tuple[int, tuple[str, str]]]) -> int:
    for side, quote in ((1, one.after), (0, one.before)):
        searched = f" {' '.join(split(quote))} "
        if quote and (found := next((number for number, of in texts if searched in of[side]), 0)):
            return found
    return 0


def _words(part: ComparisonPart) -> tuple[str, str]:
    """Return the words of the old and of the new text in a part, with a space between two words."""
    sides = []
    for place, hidden in ((0, "added"), (1, "removed")):
        pieces = [pair[place] for pair in part.rows]
        texts = [text for piece in pieces if piece for op, text in piece.runs if hidden not in op]
        sides.append(f" {' '.join(word for text in texts for word in split(text))} ")
    return sides[0], sides[1]
