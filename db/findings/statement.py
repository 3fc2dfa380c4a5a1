"""The values of this package: the claims that come in, and the findings that go out."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, Protocol

Move = Literal["added", "removed", "changed"]


class Claim(Protocol):
    """A claim of a sentence, as `extract.claims.Claim` describes it. Characters are of the paragraph."""

    @property
    def kind(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def rule(self) -> str: ...


class StatedSentence(Protocol):
    """A sentence with its claims, as `extract.claims.Sentence` describes it."""

    @property
    def paragraph(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def claims(self) -> Sequence[Claim]: ...


# Takes the paragraphs of a text (words, mark, section) and its language; returns its sentences with claims.
ReadClaims = Callable[[Sequence[tuple[str, str, str]], str], Sequence[StatedSentence]]


class Finding(NamedTuple):
    """A statement that appeared, vanished or changed between two texts.

    `what` says in a few words what it is about. `before` and `after` are quotes of at most 30 words, "" if
    the text does not state it. `section` is the heading above, `rule` the rule that recognised it, and
    `place` the word of the new text (of the old text for a removed one) where its sentence begins.
    """

    kind: str
    move: Move
    what: str
    before: str
    after: str
    section: str
    rule: str
    place: int
