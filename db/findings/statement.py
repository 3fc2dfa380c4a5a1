"""The values that go out of this package: the findings."""

from typing import Literal, NamedTuple

Move = Literal["added", "removed", "changed"]
# The kinds that a finding can have, by name: those of the rules (`extract.claims.kinds`).
KINDS = (
    *("children", "choice", "contact", "data-type", "date", "disclosure", "disputes", "entity", "law"),
    *("notice", "purpose", "recipient", "retention", "right", "sale", "seal", "security", "sharing"),
    *("signal", "tracking", "transfer"),
)


class Finding(NamedTuple):
    """A statement that appeared, vanished or changed between two texts.

    `what` says in a few words what it is about. `before` and `after` are quotes of at most 30 words, "" if
    the text does not state it. `section` is the heading above, `rule` the rule that recognised it, and
    `place` the word of the new text (of the old text for a removed one) where its sentence begins. `denied`
    says of each quote whether its claim denies ("we do not …"); None without such a claim. `weight` is what
    `ranks.weighed` adds.
    """

    kind: str
    move: Move
    what: str
    before: str
    after: str
    section: str
    rule: str
    place: int
    denied: tuple[bool | None, bool | None] = (None, None)
    weight: int = 0
