"""Spans: the periods of a policy's versions, from capture to capture.

A version that came back has two spans. The change between two spans lies between `until` of the first span
and `since` of the second span.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from db.history.marks.announced import announcement
from db.schema.ids import IDS_PER_POLICY


@dataclass(frozen=True)
class Span:
    """A period of a version, from its first to its last capture.

    `version` is the version's number, and `old_version` the number of the version before. `since`, `until`
    and `changed_after` are ISO 8601; `changed_after` is the time of the last capture of the old version.
    Added words, removed words, similarity and `set_aside` (places that do not count) describe the change, and
    so do its marks: the dates that the two texts state, what they say about the change, and what is suspect
    (db/history/marks). `occurrence` is the number of earlier changes between the same two versions. The first
    span of a policy has no change: `changed_after` and `old_version` are None, and `suspect` is about the
    version.
    """

    version: int
    since: str
    until: str
    changed_after: str | None = None
    old_version: int | None = None
    words_added: int = 0
    words_removed: int = 0
    similarity: float = 1.0
    set_aside: int = 0
    stated_before: str | None = None
    stated_date: str | None = None
    announced: str | None = None
    suspect: str | None = None
    occurrence: int = 0

    @property
    def announcement(self) -> str:
        """What the stated dates say about the change, for people; "" without two dates."""
        return announcement(self.announced, self.stated_before, self.stated_date)


def spans(db: Database, policy_ids: Iterable[int]) -> dict[int, list[Span]]:
    """Return policy id -> its spans, the oldest first. The list is empty without versions."""
    found: dict[int, list[Span]] = {policy_id: [] for policy_id in policy_ids}
    ids = ",".join(map(str, found)) or "null"
    last_seen: dict[tuple[int, int], str] = {}
    seen: Counter[tuple[int, int, int]] = Counter()
    for policy_id, number, first, last, stated, suspect in db.execute(
        f"""select policy_id, number, first_seen, last_seen, stated_date, suspect from versions
        where policy_id in ({ids}) order by policy_id, number"""
    ):
        last_seen[policy_id, number] = last
        if number == 1:
            found[policy_id].append(Span(1, first, last, stated_date=stated, suspect=suspect))
    # `+kind` keeps SQLite from using the index on `kind`: it would read the changes of all policies.
    for policy_id, old, new, after, since, *of_change in db.execute(
        f"""select policy_id, old_version % {IDS_PER_POLICY}, new_version % {IDS_PER_POLICY},
               last_old, first_new, words_added, words_removed, similarity, set_aside, stated_before,
               stated_date, announced, suspect
        from changes where policy_id in ({ids}) and +kind = 'wording' order by policy_id, first_new, id"""
    ):
        of_change.append(seen[policy_id, old, new])
        found[policy_id].append(Span(new, since, last_seen[policy_id, new], after, old, *of_change))
        seen[policy_id, old, new] += 1
    return {policy_id: _ended(of_policy) for policy_id, of_policy in found.items()}


def _ended(of_policy: list[Span]) -> list[Span]:
    """Return the spans, with each `until` set to the last capture before the next span."""
    ends = [after.changed_after or after.since for after in of_policy[1:]]
    closed = [Span(**{**vars(span), "until": end}) for span, end in zip(of_policy, ends, strict=False)]
    return [*closed, *of_policy[-1:]]
