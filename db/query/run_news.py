"""The news of a run: everything that the archive file did not have before the run."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from db.store.captures import MAX_ATTEMPTS

Facts = dict[str, Any]

_CAPTURES = """select g.policy_id, count(*), count(*) filter (where c.state = 'fetched')
from captures c join pages g on g.id = c.page_id group by g.policy_id"""
_VERDICTS = """select g.policy_id, c.verdict, count(*) from captures c join pages g on g.id = c.page_id
where c.verdict is not null group by g.policy_id, c.verdict order by g.policy_id, c.verdict"""
# If a run fetches an older capture, later versions get other numbers. Wordings stay, so they are the keys.
_VERSIONS = """select v.policy_id, t.wording, v.number as version, v.first_seen, v.last_seen, t.title, t.words
from versions v join texts t on t.id = v.text_id order by v.id"""
_CHANGES = """select c.policy_id, c.kind || ' ' || a.wording || ' ' || b.wording, c.kind,
    o.number as old_version, n.number as new_version, c.last_old, c.first_new, c.words_added,
    c.words_removed, c.similarity, c.set_aside, c.stated_before, c.stated_date, c.announced, c.suspect
from changes c join versions o on o.id = c.old_version join versions n on n.id = c.new_version
join texts a on a.id = o.text_id join texts b on b.id = n.text_id order by c.id"""


@dataclass
class PolicySnapshot:
    """What the archive file has of one policy at one moment.

    `captures` and `fetched` are the number of captures in the index, and of fetched captures. `verdicts` is
    verdict -> number of captures. `versions` and `changes` are pairs of key and row. The key contains the
    wording, so that a row is found again in a later snapshot.
    """

    captures: int = 0
    fetched: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    versions: list[tuple[str, Facts]] = field(default_factory=list)
    changes: list[tuple[str, Facts]] = field(default_factory=list)


def snapshot(db: Database) -> dict[int, PolicySnapshot]:
    """Return policy id -> what the archive file has of that policy now."""
    found: dict[int, PolicySnapshot] = {}
    for policy_id, captures, fetched in db.execute(_CAPTURES).fetchall():
        found[policy_id] = PolicySnapshot(captures, fetched)
    for policy_id, verdict, number in db.execute(_VERDICTS).fetchall():
        found[policy_id].verdicts[verdict] = number
    for query, name in ((_VERSIONS, "versions"), (_CHANGES, "changes")):
        cursor = db.execute(query)
        columns = [column[0] for column in cursor.description[2:]]
        for policy_id, key, *values in cursor.fetchall():
            getattr(found.setdefault(policy_id, PolicySnapshot()), name).append(
                (key, dict(zip(columns, values, strict=True)))
            )
    return found


def news(db: Database, before: dict[int, PolicySnapshot], policy_ids: Iterable[int]) -> list[Facts]:
    """Return for each policy what is new since the snapshot `before`, and what is missing.

    Keys: domain; captures and fetched (how many more than before); verdicts (verdict -> how
    many more captures, only those with more); versions (version, first_seen, last_seen,
    title, words); changes (kind, old_version, new_version, last_old, first_new, words_added, words_removed,
    similarity, set_aside, stated_before, stated_date, announced, suspect); listings (pages without a complete
    list: url, listing, reason); missing (captures that are not fetched: state, reason, captures, and again,
    the number that the next run requests again).
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
        "verdicts": dict(after.verdicts - before.verdicts),
        "versions": _new(before.versions, after.versions),
        "changes": _new(before.changes, after.changes),
    }


def _new(before: list[tuple[str, Facts]], after: list[tuple[str, Facts]]) -> list[Facts]:
    """Return the rows that `after` has and `before` does not have.

    If `after` has a key more often, because a wording came back, the additional rows are new.
    """
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
