"""The news of a run: what the archive did not have before it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from db.store.captures import MAX_ATTEMPTS

Facts = dict[str, Any]

_CAPTURES = """select g.policy_id, count(*), count(*) filter (where c.state = 'fetched')
from captures c join pages g on g.id = c.page_id group by g.policy_id"""
# An older capture changes the numbers of versions and changes, so their wordings identify them.
_VERSIONS = """select v.policy_id, t.wording, v.number as version, v.first_seen, v.last_seen, t.title, t.words
from versions v join texts t on t.id = v.text_id order by v.id"""
_CHANGES = """select c.policy_id, c.kind || ' ' || a.wording || ' ' || b.wording, c.kind,
    o.number as old_version, n.number as new_version, c.last_old, c.first_new, c.words_added,
    c.words_removed, c.similarity
from changes c join versions o on o.id = c.old_version join versions n on n.id = c.new_version
join texts a on a.id = o.text_id join texts b on b.id = n.text_id order by c.id"""


@dataclass
class PolicySnapshot:
    """The numbers of captures of a policy, and its versions and changes with keys."""

    captures: int = 0
    fetched: int = 0
    versions: list[tuple[str, Facts]] = field(default_factory=list)
    changes: list[tuple[str, Facts]] = field(default_factory=list)


def snapshot(db: Database) -> dict[int, PolicySnapshot]:
    """Return what the archive has now, by policy id."""
    found: dict[int, PolicySnapshot] = {}
    for policy_id, captures, fetched in db.execute(_CAPTURES).fetchall():
        found[policy_id] = PolicySnapshot(captures, fetched)
    for query, name in ((_VERSIONS, "versions"), (_CHANGES, "changes")):
        cursor = db.execute(query)
        columns = [column[0] for column in cursor.description[2:]]
        for policy_id, key, *values in cursor.fetchall():
            getattr(found.setdefault(policy_id, PolicySnapshot()), name).append(
                (key, dict(zip(columns, values, strict=True)))
            )
    return found


def news(db: Database, before: dict[int, PolicySnapshot], policy_ids: Iterable[int]) -> list[Facts]:
    """Return a dict per retailer: what is new since `before`, and what is missing.

    Keys: domain; captures and fetched (how many more); versions (version, first_seen, last_seen, title,
    words); changes (kind, old_version, new_version, last_old, first_new, words_added, words_removed,
    similarity); listings that are not complete or lack damaged rows (url, listing, reason); missing captures (state, reason,
    captures, and how many of them the next run requests `again`).
    """
    after = snapshot(db)
    chosen = ",".join(map(str, policy_ids)) or "null"
    policies = db.execute(
        f"select id, retailer from policies where id in ({chosen}) order by retailer"
    ).fetchall()
    none = PolicySnapshot()
    return [
        {
            "domain": domain,
            **_difference(before.get(number, none), after.get(number, none)),
            **_missing(db, number),
        }
        for number, domain in policies
    ]


def _difference(before: PolicySnapshot, after: PolicySnapshot) -> Facts:
    return {
        "captures": after.captures - before.captures,
        "fetched": after.fetched - before.fetched,
        "versions": _new(before.versions, after.versions),
        "changes": _new(before.changes, after.changes),
    }


def _new(before: list[tuple[str, Facts]], after: list[tuple[str, Facts]]) -> list[Facts]:
    """Return the rows that `after` has more often than `before`. A wording can come back."""
    left = Counter(key for key, _ in before)
    found = []
    for key, facts in after:
        if left[key]:
            left[key] -= 1
        else:
            found.append(facts)
    return found


def _missing(db: Database, policy_id: int) -> Facts:
    listings = db.execute(
        """select url, listing, listing_reason from pages
        where policy_id = ? and (listing != 'complete' or listing_reason is not null) order by id""",
        [policy_id],
    )
    captures = db.execute(
        """select c.state, c.reason, count(*),
            count(*) filter (where c.state != 'excluded' and c.attempts < ?)
        from captures c join pages g on g.id = c.page_id
        where g.policy_id = ? and c.state in ('listed', 'failed', 'excluded')
        group by 1, 2 order by 3 desc, 1, 2""",
        [MAX_ATTEMPTS, policy_id],
    )
    return {
        "listings": [dict(zip(("url", "listing", "reason"), row, strict=True)) for row in listings],
        "missing": [
            dict(zip(("state", "reason", "captures", "again"), row, strict=True)) for row in captures
        ],
    }
