"""The values that go in and come out: the paragraphs of a text, and its sentences with their claims."""

from typing import Literal, NamedTuple

LONGEST = 1_500
"""Characters of a sentence or heading that are read: longer ones are tables or menus without full stops."""
Polarity = Literal["states", "denies"]


class Paragraph(NamedTuple):
    """A block of a text without markup.

    `mark` is the Markdown before it: `##`, `*`, `1.` or "". `section` is the heading above it, or "". `row`
    are the cells of a table's row, each after the title of its column; () for all other blocks.
    """

    text: str
    mark: str
    section: str
    row: tuple[tuple[str, str], ...] = ()


class Claim(NamedTuple):
    """A statement that a text makes, as far as a rule recognises it.

    - `kind`: one of the kinds in docs/meaning.md
    - `polarity`: "states", or "denies" ("we do not …")
    - `subject`: what the statement is about within its kind
    - `value`, `unit`: the number that it names (quantity.py); both None without one
    - `scope`: for whom it is said (scope.py); None for everybody
    - `modality`: the verb "does", "may", "can", "will", "must", "should" or "cannot" (modality.py)
    - `section`: the heading above it, or ""
    - `start`, `end`: the characters of its clause in the paragraph
    - `rule`: the rule's name, `kind/name`
    - `reference`: the rule's source, a law or a term of a vocabulary, or ""
    """

    kind: str
    polarity: Polarity
    subject: str
    value: str | None
    unit: str | None
    scope: str | None
    modality: str
    section: str
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
