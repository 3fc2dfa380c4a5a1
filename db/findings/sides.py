"""The sentences of the two texts of a change, each with the words that differ."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from db.claims.paragraphs import paragraphs
from db.claims.statement import Claim, ReadClaims, StatedSentence
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

    `key` are the words as they are compared; `is_in_both` says whether the other text has them as a sentence
    too. `start` is the index of its first word in the text, `vocabulary` that of its language. `is_row` says
    whether it stands in the row of a table. Claims have characters of the sentence.
    """

    text: str
    start: int
    section: str
    is_row: bool
    words: tuple[str, ...]
    key: tuple[str, ...]
    is_in_both: bool
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


class Sentence(NamedTuple):
    """A sentence of a text, as in `Side`, with its claims as they were read."""

    text: str
    start: int
    section: str
    is_row: bool
    words: tuple[str, ...]
    key: tuple[str, ...]
    stated: StatedSentence


class Sentences:
    """The sentences of a text in order, each read once for all changes of the text.

    `keys` are the words of each sentence as they are compared, and `names` the companies that the text names,
    in lower case: some write "Mailkite" and "MailKite".
    """

    def __init__(self, words: Words, language: str, read: ReadClaims) -> None:
        blocks = paragraphs(words)
        self._every: list[Sentence] = []
        self._vocabulary = vocabulary(language)
        paragraph = start = -1
        for stated in read(blocks, language):
            text, _, section, row = blocks[stated.paragraph]
            if stated.paragraph != paragraph:
                paragraph = stated.paragraph
                start = words.paragraphs[paragraph].start
            quoted = text[stated.start : stated.end]
            own, key = _read_words(quoted)
            self._every.append(Sentence(quoted, start, section, bool(row), own, key, stated))
            start += len(own)  # the sentences of a paragraph have all its words
        self.keys = frozenset(one.key for one in self._every)
        self.names = frozenset(
            claim.subject.casefold()
            for one in self._every
            for claim in one.stated.claims
            if claim.kind == "recipient"
        )

    def sides(self, differing: Iterable[range], other: "Sentences") -> list[Side]:
        """Return the sentences that another text does not have, or in which words differ, in order.

        `differing` are the ranges of the words that differ.
        """
        changed = {word for of_range in differing for word in of_range}
        in_order, found = sorted(changed), []
        for text, start, section, is_row, words, key, stated in self._every:
            end, at = start + len(words), bisect_left(in_order, start)
            differs = at < len(in_order) and in_order[at] < end
            is_in_both = key in other.keys
            if differs or not is_in_both:
                which = tuple(map(changed.__contains__, range(start, end)))
                first = stated.start
                claims = tuple(State(one, (one.start - first, one.end - first)) for one in stated.claims)
                found.append(
                    Side(
                        text, start, section, is_row, words, key, is_in_both, which, claims, self._vocabulary
                    )
                )
        return found


@lru_cache(maxsize=4)  # the new text of a change is the old one of the next; more would keep large ones
def sentences(words: Words, language: str, read: ReadClaims) -> Sentences:
    """Return the sentences of a text. Results for the last texts are kept."""
    return Sentences(words, language, read)


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
