"""The claims of one text, as they are stored."""

from typing import NamedTuple

from db.claims.paragraphs import paragraphs
from db.claims.places import paragraph_lines, place_of
from db.claims.statement import ReadClaims
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.words import Words


class PlacedClaim(NamedTuple):
    """A claim of a text: its attributes (`extract.claims.Claim`), and its words.

    `start` and `end` are the characters of the Markdown where the words of `quote` stand, from 0.
    `reference` is None without one.
    """

    kind: str
    polarity: str
    subject: str
    value: str | None
    unit: str | None
    scope: str | None
    modality: str
    section: str
    quote: str
    start: int
    end: int
    rule: str
    reference: str | None


TextClaims = tuple[PlacedClaim, ...] | None  # None: the text went over a limit of processor time or memory


def read_text(markdown: str, language: str, read: ReadClaims) -> tuple[PlacedClaim, ...]:
    """Return the claims of a Markdown text in its order. `language` is a two-letter code."""
    blocks = paragraphs(Words(TokenizedText(markdown)))
    lines, found = paragraph_lines(markdown), []
    for sentence in read(blocks, language):
        text = blocks[sentence.paragraph][0]
        for claim in sentence.claims:
            clause = text[claim.start : claim.end]
            first = claim.start + len(clause) - len(clause.lstrip())
            span = first, first + len(clause.strip())
            start, end = place_of(text, span, lines[sentence.paragraph])
            found.append(
                PlacedClaim(
                    claim.kind,
                    claim.polarity,
                    claim.subject,
                    claim.value,
                    claim.unit,
                    claim.scope,
                    claim.modality,
                    claim.section,
                    text[slice(*span)],
                    start,
                    end,
                    claim.rule,
                    claim.reference or None,
                )
            )
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))
