"""Find the claims of a text."""

from collections.abc import Sequence
from typing import NamedTuple

from extract.claims import scope
from extract.claims.claim import LONGEST, Claim, Paragraph, Sentence
from extract.claims.recipients import OwnNames, capitals
from extract.claims.rules import Rules, rules
from extract.claims.sentences import leads, spans
from extract.claims.stated import Passage, Statements, stated
from extract.claims.tables import processors
from extract.memory import remembered_if_short

# Addresses and companies beside so many sentences of another document (returns, shipping) belong to it.
_NEVER_AMONG, _AROUND = ("contact", "recipient"), 2


class _Block(NamedTuple):
    """A paragraph to read, with all that its claims depend on, except the names of the shop itself.

    `above` is the scope of the headings above it. `lead` and `listed` are as in `Passage`.
    """

    text: str
    mark: str
    section: str
    lead: str
    listed: str
    above: str | None


class _Read(NamedTuple):
    """The sentences of a paragraph: their characters in it, and what they state. Its words with capitals."""

    sentences: tuple[tuple[int, int, Statements], ...]
    capitals: tuple[str, ...]


def sentences(paragraphs: Sequence[Paragraph], language: str = "en") -> list[Sentence]:
    """Return the sentences of a text in order, each with the claims that it makes.

    `language` is the text's, a two-letter code. Sentences of a language without rules have no claims.
    """
    known = rules(language)
    around = zip(
        paragraphs,
        leads(paragraphs, known.grammar),
        processors(paragraphs, known.grammar),
        scope.of_headings(paragraphs),
        strict=True,
    )
    read = [
        _read(_Block(one.text, one.mark, one.section, lead, listed, above), known)
        for one, lead, listed, above in around
    ]
    own = OwnNames(
        (word for one in read for word in one.capitals), sum(one.text.count(" ") for one in paragraphs)
    )
    found = [(number, *sentence) for number, one in enumerate(read) for sentence in one.sentences]
    elsewhere = [place for place, (*_, of) in enumerate(found) if of.is_elsewhere]
    among = {near for place in elsewhere for near in range(place - _AROUND, place + _AROUND + 1)}
    return [
        Sentence(number, start, end, _without(of.claims, own, is_among=place in among))
        for place, (number, start, end, of) in enumerate(found)
    ]


def _without(claims: tuple[Claim, ...], own: OwnNames, *, is_among: bool) -> tuple[Claim, ...]:
    """Return the claims that are the shop's.

    With `is_among`, the sentence is beside one of another document. The shop's own name is no recipient.
    """
    if not any(claim.kind in _NEVER_AMONG for claim in claims):
        return claims
    return tuple(
        claim
        for claim in claims
        if not (is_among and claim.kind in _NEVER_AMONG)
        and not (claim.kind == "recipient" and own.has(claim.subject))
    )


def _size_of_block(block: _Block) -> int:
    return len(block.text) + len(block.section) + len(block.lead) + len(block.listed)


@remembered_if_short(_size_of_block)
def _read(block: _Block, known: Rules) -> _Read:
    """Return what a paragraph states. The texts of a page have most paragraphs in common."""
    return _Read(
        tuple(
            (start, end, _placed(block, start, end, known)) for start, end in spans(block.text, known.grammar)
        ),
        tuple(capitals(block.text)),
    )


def _size_of_passage(passage: Passage) -> int:
    return len(passage.text) + len(passage.lead) + len(passage.listed)


_stated = remembered_if_short(_size_of_passage)(stated)


def _placed(block: _Block, start: int, end: int, known: Rules) -> Statements:
    """Return what a sentence of a paragraph states, with characters of the paragraph."""
    passage = Passage(
        block.text[start : min(end, start + LONGEST)], block.mark.startswith("#"), block.lead, block.listed
    )
    found = _stated(passage, known)
    claims = tuple(
        one._replace(
            scope=scope.both(one.scope, block.above),
            section=block.section,
            start=start + one.start,
            end=start + one.end,
        )
        for one in found.claims
    )
    return found._replace(claims=claims)
