"""Where the page of a comparison leads: the changes before and after it, other versions, and its citation."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from sqlite_utils import Database

from db.query.spans import Span


class VersionChoice(NamedTuple):
    """A version to choose, with the moments of its first and its last capture."""

    number: int
    first_seen: str
    last_seen: str


class ChangeNeighbours(NamedTuple):
    """A change among the changes of its policy.

    `number` counts from 1, and `of` is the number of all changes. A span begins with its change; `earlier`
    and `later` are None at the ends.
    """

    span: Span
    number: int
    of: int
    earlier: Span | None
    later: Span | None


def choices(db: Database, policy_id: int) -> list[VersionChoice]:
    """Return the versions of a policy by number; [] without any."""
    rows = db.execute(
        "select number, first_seen, last_seen from versions where policy_id = ? order by number", [policy_id]
    )
    return [VersionChoice(*row) for row in rows]


def neighbours(
    of_policy: Sequence[Span], old: int, new: int, last_old: str, first_new: str
) -> ChangeNeighbours | None:
    """Return the place of a change among the spans of its policy.

    `old` and `new` are the numbers of its versions, and `last_old` and `first_new` the moments of its two
    captures. Returns None if there is no such change.
    """
    changes = of_policy[1:]
    for place, (span, later) in enumerate(pairwise([*changes, None])):
        if span and (span.old_version, span.version, span.changed_after, span.since) == (
            old,
            new,
            last_old,
            first_new,
        ):
            return ChangeNeighbours(
                span, place + 1, len(changes), changes[place - 1] if place else None, later
            )
    return None
