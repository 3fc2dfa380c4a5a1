"""Searches: what each way of finding addresses was asked for a retailer, what that cost and brought, and what is left of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from db import times
from db.store.retailers import open_candidates


@dataclass(frozen=True)
class Search:
    """A row of the `searches` table. `requests` and `found` (pages) are of all runs; `cursor` is the way's own affair."""

    way: str
    state: str
    asked_at: str
    requests: int
    found: int
    reason: str | None
    cursor: str | None


def record(
    db: Database,
    domain: str,
    archive: str,
    way: str,
    state: str,
    reason: str | None = None,
    cursor: str | None = None,
) -> None:
    """Write down how a search stands. To be called inside a transaction.

    `state`: complete, part (there is more to ask, by the reason), failed or excluded (with the archive's reason).
    """
    db.execute(
        """insert into searches (retailer, archive, way, state, asked_at, reason, cursor) values (?, ?, ?, ?, ?, ?, ?)
        on conflict (retailer, archive, way) do update set state = excluded.state, asked_at = excluded.asked_at,
            reason = excluded.reason, cursor = excluded.cursor""",
        [domain, archive, way, state, times.now(), reason, cursor],
    )


def spend(db: Database, domain: str, archive: str, way: str, requests: int, found: int) -> None:
    """Add to what a search cost and found. To be called inside a transaction."""
    db.execute(
        """insert into searches (retailer, archive, way, state, asked_at, requests, found) values (?, ?, ?, 'part', ?, ?, ?)
        on conflict (retailer, archive, way) do update set requests = requests + excluded.requests,
            found = found + excluded.found""",
        [domain, archive, way, times.now(), requests, found],
    )


def of_retailer(db: Database, domain: str, archive: str | None = None) -> list[Search]:
    """All searches for a retailer, by way; of one archive, or of all."""
    rows = db.execute(
        """select way, state, asked_at, requests, found, reason, cursor from searches
        where retailer = ? and archive = coalesce(?, archive) order by archive, way""",
        [domain, archive],
    )
    return [Search(*row) for row in rows]


def in_vain(db: Database, domain: str) -> str:
    """Why a retailer has no address of its policy, as far as searches say, in words."""
    found = of_retailer(db, domain)
    if not found:
        return "nobody has looked for any yet"
    left = any(search.state in ("part", "failed") for search in found)
    reasons = dict.fromkeys(search.reason for search in found if search.reason)
    return (
        "; ".join([*reasons, *(["the search is not at its end"] if left else [])])
        or "all ways were tried to their end"
    )


def find(db: Database, domain: str, archive: str, way: str) -> Search | None:
    """How a search stands; None where it never began."""
    row = db.execute(
        """select way, state, asked_at, requests, found, reason, cursor from searches
        where retailer = ? and archive = ? and way = ?""",
        [domain, archive, way],
    ).fetchone()
    return Search(*row) if row else None


def is_open(db: Database, domain: str, archive: str, ways: Iterable[str]) -> bool:
    """Whether a search that was begun is not at its end: a way failed, ended early or was never begun, or a candidate waits.

    False where nothing was ever searched, and where the archive may not show anything of the retailer.
    """
    states = {search.way: search.state for search in of_retailer(db, domain, archive)}
    if not states or "excluded" in states.values():
        return False
    if any(states.get(way) != "complete" for way in ways):
        return True
    candidates = db.execute(
        "select id from policies where retailer = ? and kind = 'candidate'", [domain]
    ).fetchone()
    return bool(candidates and open_candidates(db, candidates[0]))


ROW = "retailer, archive, way, state, asked_at, reason, cursor, requests, found"


def take_over(db: Database, rows: Iterable[tuple[Any, ...]]) -> None:
    """Enter the searches of another archive, as rows of ROW. To be called inside a transaction.

    Of one search the later stands, of two of one second the greater by what they say; of what they cost and found, the most:
    so it does not matter in which order archives are merged, or how often.
    """
    standing = "(asked_at, state, coalesce(reason, ''), coalesce(cursor, ''))"
    later = f"{standing} < (excluded.asked_at, excluded.state, coalesce(excluded.reason, ''), coalesce(excluded.cursor, ''))"
    news = ", ".join(
        f"{name} = iif({later}, excluded.{name}, {name})"
        for name in ("state", "asked_at", "reason", "cursor")
    )
    for row in rows:
        db.execute(
            f"""insert into searches ({ROW}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (retailer, archive, way) do update set {news},
                requests = max(requests, excluded.requests), found = max(found, excluded.found)""",
            list(row),
        )
