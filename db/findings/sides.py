"""The sentences of the two texts of a change, each with the words that differ."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from db.claims.paragraphs import paragraphs
from db.claims.statement import Claim, ReadClaims
from db.findings.content import Vocabulary, letters, vocabulary
from db.history.comparison.line_cache import cached
from db.history.comparison.words import Words, split

_WORD = re.compile(r"\S+")
QUOTED = 30  # words of a quote at most, as the guide of the judged pairs asks
_AROUND = 26  # words of a quote around fewer differing words


class State(NamedTuple):
    """A claim of a sentence, and its characters in the sentence."""

    claim: Claim
    span: tuple[int, int]


@dataclass(frozen=True)
class Side:
    """A sentence of one text: its words, which of them differ, and its claims.

    `key` are the words as they are compared. `start` is the index of its first word in the text, `vocabulary`
    that of its language. `is_row` says whether it stands in the row of a table. Claims have characters of the
    sentence.
    """

    text: str
    start: int
    section: str
    is_row: bool
    words: tuple[str, ...]
    key: tuple[str, ...]
    differs: tuple[bool, ...]
    claims: tuple[State, ...]
    vocabulary: Vocabulary

    @cached_property
    def changed(self) -> tuple[str, ...]:
        """The words that differ."""
        return tuple(word for word, differs in zip(self.words, self.differs, strict=True) if differs)

    @property
    def end(self) -> int:
        """The index after its last word in the text."""
        return self.start + len(self.words)

    @cached_property
    def span(self) -> tuple[int, int]:
        """The characters from the first word that differs to the last one; all if none differs."""
        at = [place for place, differs in zip(self._places, self.differs, strict=True) if differs]
        return (at[0][0], at[-1][1]) if at else (0, len(self.text))

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        return [found.span() for found in _WORD.finditer(self.text)]

    def states(self, span: tuple[int, int] | None = None) -> dict[str, State]:
        """Return kind -> the first claim of this kind that touches a range of characters; None for all."""
        first, last = span or (0, len(self.text))
        found: dict[str, State] = {}
        for state in self.claims:
            if state.span[0] < last and first < state.span[1]:
                found.setdefault(state.claim.kind, state)
        return found

    def quote(self, first: int, last: int) -> str:
        """Return the sentence, or at most QUOTED words of it around a range of characters."""
        places = self._places
        if len(places) <= QUOTED:
            return self.text
        start = next(number for number, (_, end) in enumerate(places) if end > first)
        stop = next((number + 1 for number, (_, end) in enumerate(places) if end >= last), len(places))
        if stop - start < QUOTED:
            start = max(0, start - max(0, _AROUND - (stop - start)) // 3)
            stop = min(len(places), max(stop, start + _AROUND))
        return self.text[places[start][0] : places[min(stop, start + QUOTED) - 1][1]]


def sides(words: Words, language: str, differing: Iterable[range], read: ReadClaims) -> list[Side]:
    """Return the sentences of a text in order. `differing` are the ranges of its words that differ."""
    changed = {word for of_range in differing for word in of_range}
    blocks, found, known = paragraphs(words), [], vocabulary(language)
    paragraph = start = -1
    for sentence in read(blocks, language):
        text, _, section, row = blocks[sentence.paragraph]
        if sentence.paragraph != paragraph:
            paragraph = sentence.paragraph
            start = words.paragraphs[paragraph].start
        quoted = text[sentence.start : sentence.end]
        own, key = _read_words(quoted)
        places = range(start, start + len(own))
        differs = (
            (False,) * len(own) if changed.isdisjoint(places) else tuple(map(changed.__contains__, places))
        )
        claims = tuple(
            State(one, (one.start - sentence.start, one.end - sentence.start)) for one in sentence.claims
        )
        found.append(Side(quoted, start, section, bool(row), own, key, differs, claims, known))
        start += len(own)  # the sentences of a paragraph have all its words
    return found


@cached
def _read_words(sentence: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of a sentence, and the words as they are compared."""
    words = split(sentence)
    return tuple(words), tuple(map(letters, words))


def is_editorial(removed: str, added: str, known: tuple[Vocabulary, Vocabulary]) -> bool:
    """Return whether a difference changes no statement: it is in words without weight, or in endings.

    `known` are the vocabularies of the two texts.
    """
    old, new = split(removed), split(added)
    if known[0].negations(old) != known[1].negations(new):
        return False
    gone, came = known[0].content(old), known[1].content(new)
    return sorted(gone) == sorted(came) or not (known[0].weighty(gone) or known[1].weighty(came))
