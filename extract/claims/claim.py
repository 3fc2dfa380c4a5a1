"""The values that go in and come out: the paragraphs of a text, and its sentences with their claims."""

from typing import NamedTuple


class Paragraph(NamedTuple):
    """A block of a text without markup.

    `mark` is the Markdown before it: `##`, `*`, `1.` or "". `section` is the heading above it, or "".
    """

    text: str
    mark: str
    section: str


class Claim(NamedTuple):
    """A statement that a text makes, as far as a rule recognises it.

    `kind` is one of the kinds in docs/meaning.md, and `subject` what the statement is about within its kind.
    `polarity` is "states" or "denies". `modality` is the verb "may", "will", "must" and so on, or "".
    `start` and `end` are the characters of the clause in the paragraph. `rule` is the rule's name,
    `kind/name`, and `reference` its source, a law or a term of a vocabulary, or "".
    """

    kind: str
    subject: str
    polarity: str
    modality: str
    start: int
    end: int
    rule: str
    reference: str


class Sentence(NamedTuple):
    """A sentence with its claims: the number of its paragraph, and its characters there."""

    paragraph: int
    start: int
    end: int
    claims: tuple[Claim, ...]
