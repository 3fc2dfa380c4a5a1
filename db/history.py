"""History: from the captures that bear witness to the versions and the changes between them.

A version is a distinct wording; a wording that returns is the old version again. A change lies between `last_old`, the last
capture that shows the old text, and `first_new`, the first that shows the new one: nothing is known of the time between.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from rapidfuzz.distance import Indel
from sqlite_utils import Database

from db.archive import transaction
from db.wording import wording

IDS_PER_POLICY = 1_000_000  # versions.id and changes.id are policy_id * this + number: the same after every rebuild


@dataclass(frozen=True)
class Observation:
    """One good capture: when, which text, which wording."""

    captured_at: str
    text_id: int
    wording: str


@dataclass(frozen=True)
class Version:
    """A distinct wording: `text_id` is the first text that had it, `captures` how many observations show it."""

    number: int
    text_id: int
    first_seen: str
    last_seen: str
    captures: int


@dataclass(frozen=True)
class Change:
    """A step from one observation's text to the next one's; versions by number, texts by id."""

    kind: str
    old_version: int
    new_version: int
    old_text: int
    new_text: int
    last_old: str
    first_new: str


def trace(observations: Iterable[Observation]) -> tuple[list[Version], list[Change]]:
    """Follow a policy through its observations, given by time: its versions by number, its changes by time."""
    versions: dict[str, Version] = {}
    changes: list[Change] = []
    before: Observation | None = None
    for seen in observations:
        known = versions.get(seen.wording) or Version(len(versions) + 1, seen.text_id, seen.captured_at, "", 0)
        versions[seen.wording] = replace(known, last_seen=seen.captured_at, captures=known.captures + 1)
        if before and before.text_id != seen.text_id:
            kind = "presentation" if before.wording == seen.wording else "wording"
            numbers = versions[before.wording].number, versions[seen.wording].number
            changes.append(Change(kind, *numbers, before.text_id, seen.text_id, before.captured_at, seen.captured_at))
        before = seen
    return list(versions.values()), changes


def measure(before: Sequence[str], after: Sequence[str]) -> tuple[int, int, float]:
    """Count the words added and removed between two lists of words, and their similarity (0 to 1, shared words of all).

    By the longest common subsequence, so that a moved paragraph counts as removed and added.
    """
    apart = Indel.distance(before, after)
    added = (apart + len(after) - len(before)) // 2
    total = len(before) + len(after)
    return added, apart - added, round(1 - apart / total, 4) if total else 1.0


def refresh(db: Database, policy_id: int) -> None:
    """Derive the versions and changes of a policy anew from its captures, in one transaction."""
    with transaction(db):
        versions, changes = trace(_observations(db, policy_id))
        if (versions, [_as_stored(c) for c in changes]) == (_stored_versions(db, policy_id), _stored_changes(db, policy_id)):
            return
        _forget(db, policy_id)
        _store(db, policy_id, versions, changes)


def rebuild(db: Database, policy_id: int) -> None:
    """Derive the versions and changes of a policy, whatever is stored of them."""
    with transaction(db):
        _forget(db, policy_id)
        _store(db, policy_id, *trace(_observations(db, policy_id)))


def _forget(db: Database, policy_id: int) -> None:
    db.execute("delete from changes where policy_id = ?", [policy_id])
    db.execute("delete from versions where policy_id = ?", [policy_id])


def _store(db: Database, policy_id: int, versions: list[Version], changes: list[Change]) -> None:
    first = policy_id * IDS_PER_POLICY
    measured = _measurer(db)
    for v in versions:
        db.execute(
            """insert into versions (id, policy_id, number, text_id, first_seen, last_seen, captures)
            values (?, ?, ?, ?, ?, ?, ?)""",
            [first + v.number, policy_id, v.number, v.text_id, v.first_seen, v.last_seen, v.captures],
        )
    for number, c in enumerate(changes, 1):
        sizes = measured(c.old_text, c.new_text) if c.kind == "wording" else (0, 0, 1.0)
        ids = [first + number, policy_id, first + c.old_version, first + c.new_version]
        db.execute(
            """insert into changes (id, policy_id, old_version, new_version, kind, last_old, first_new,
                                    words_added, words_removed, similarity)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [*ids, c.kind, c.last_old, c.first_new, *sizes],
        )


def _stored_versions(db: Database, policy_id: int) -> list[Version]:
    query = "select number, text_id, first_seen, last_seen, captures from versions where policy_id = ? order by number"
    return [Version(*row) for row in db.execute(query, [policy_id])]


def _stored_changes(db: Database, policy_id: int) -> list[tuple[str, int, int, str, str]]:
    query = (
        """select kind, old_version % ?, new_version % ?, last_old, first_new from changes where policy_id = ? order by id"""
    )
    return [tuple(row) for row in db.execute(query, [IDS_PER_POLICY, IDS_PER_POLICY, policy_id])]


def _as_stored(change: Change) -> tuple[str, int, int, str, str]:
    return change.kind, change.old_version, change.new_version, change.last_old, change.first_new


def _observations(db: Database, policy_id: int) -> list[Observation]:
    rows = db.execute(
        """select c.captured_at, c.text_id, t.wording
        from captures c join pages g on g.id = c.page_id join texts t on t.id = c.text_id
        where g.policy_id = ? and c.verdict = 'policy' and c.captured_at is not null
        order by c.captured_at, g.urlkey, c.timestamp, c.original, c.digest""",
        [policy_id],
    )
    return [Observation(*row) for row in rows]


def _measurer(db: Database) -> Callable[[int, int], tuple[int, int, float]]:
    """Measure pairs of texts, each pair once: pages that flip between two variants have it many times."""

    @lru_cache(maxsize=16)
    def words(text_id: int) -> list[str]:
        (markdown,) = db.execute("select markdown from texts where id = ?", [text_id]).fetchone()
        return wording(markdown).split()

    @cache
    def measured(old: int, new: int) -> tuple[int, int, float]:
        return measure(words(old), words(new))

    return measured
