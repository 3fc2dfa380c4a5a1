"""What a change means, as it is stored: its findings, and how many changed words none of them quotes."""

from collections.abc import Callable
from typing import NamedTuple

from db.claims.statement import ReadClaims
from db.findings.findings import findings
from db.findings.quoted import unquoted
from db.findings.ranks import weighed
from db.findings.statement import Finding
from db.history.comparison.differences import Difference
from db.history.comparison.words import Words


class ChangeTexts(NamedTuple):
    """What the findings of a change follow from: the ids of its two texts, and its judged differences."""

    old_text: int
    new_text: int
    differences: tuple[Difference, ...]


class Reading(NamedTuple):
    """The findings of a change in the order of the text, and the number of changed words that none quotes.

    `unquoted` is None, and `findings` are (), if the texts went over a limit of processor time or memory.
    """

    findings: tuple[Finding, ...]
    unquoted: int | None


OVER_LIMIT = Reading((), None)


def read_change(
    change: ChangeTexts, words: Callable[[int], Words], language: Callable[[int], str], read: ReadClaims
) -> Reading:
    """Return what a change means. `words` and `language` take the id of a text."""
    old, new = words(change.old_text), words(change.new_text)
    languages = language(change.old_text), language(change.new_text)
    found = findings(old, new, change.differences, languages, read)
    return Reading(tuple(map(weighed, found)), unquoted(old, new, change.differences, found))
