"""Searches: the state, cost and result of each discovery strategy of a retailer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from db import times
from db.store.retailers import open_candidates


@dataclass(frozen=True)
class Search:
    """A row of table `searches`. `way` is the strategy; `cursor` is its own affair.

    `requests` and `found` (pages) are totals of all runs.
    """

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
    """Store the state of a search. Call it inside a transaction.

    `state`: complete, part (not complete, for the reason), failed or excluded (with the archive's reason).
    """
    db.execute(
        """insert into searches (retailer, archive, way, state, asked_at, reason, cursor)
        values (?, ?, ?, ?, ?, ?, ?)
        on conflict (retailer, archive, way) do update set state = excluded.state,
            asked_at = excluded.asked_at, reason = excluded.reason, cursor = excluded.cursor""",
        [domain, archive, way, state, times.now(), reason, cursor],
    )


def spend(db: Database, domain: str, archive: str, way: str, requests: int, found: int) -> None:
    """Add to the requests and found pages of a search. Call it inside a transaction."""
    db.execute(
        """insert into searches (retailer, archive, way, state, asked_at, requests, found)
        values (?, ?, ?, 'part', ?, ?, ?)
        on conflict (retailer, archive, way) do update set requests = requests + excluded.requests,
            found = found + excluded.found""",
        [domain, archive, way, times.now(), requests, found],
    )


def of_retailer(db: Database, domain: str, archive: str | None = None) -> list[Search]:
    """Return all searches for a retailer by strategy, of one archive or of all."""
    rows = db.execute(
        """select way, state, asked_at, requests, found, reason, cursor from searches
        where retailer = ? and archive = coalesce(?, archive) order by archive, way""",
        [domain, archive],
    )
    return [Search(*row) for row in rows]


def in_vain(db: Database, domain: str) -> str:
    """Explain in words, with dates, why a retailer has no address of its policy, as far as searches say."""
    found = of_retailer(db, domain)
    if not found:
        return "nobody has looked for any yet"
    left = any(search.state in ("part", "failed") for search in found)
    asked = {search.reason: search.asked_at[:10] for search in found if search.reason}
    reasons = [f"{reason} on {day}" for reason, day in asked.items()]
    return (
        "; ".join([*reasons, *(["the search is not at its end"] if left else [])])
        or "all ways were tried to their end"
    )


def find(db: Database, domain: str, archive: str, way: str) -> Search | None:
    """Return a search; None if it never began."""
    row = db.execute(
        """select way, state, asked_at, requests, found, reason, cursor from searches
        where retailer = ? and archive = ? and way = ?""",
        [domain, archive, way],
    ).fetchone()
    return Search(*row) if row else None


def is_open(db: Database, domain: str, archive: str, ways: Iterable[str]) -> bool:
    """Return whether a search that began is not complete, or a candidate has to be judged.

    False if no strategy ever began, and if the archive excludes the retailer.
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
    """Store the searches of another archive, as rows of ROW. Call it inside a transaction.

    Of one search the later state stays, in one second the greater one; of requests and found pages the
    maximum. So the order and repetition of merges do not matter.
    """
    state = "({0}asked_at, {0}state, coalesce({0}reason, ''), coalesce({0}cursor, ''))"
    later = f"{state.format('')} < {state.format('excluded.')}"
    changes = ", ".join(
        f"{name} = iif({later}, excluded.{name}, {name})"
        for name in ("state", "asked_at", "reason", "cursor")
    )
    for row in rows:
        db.execute(
            f"""insert into searches ({ROW}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (retailer, archive, way) do update set {changes},
                requests = max(requests, excluded.requests), found = max(found, excluded.found)""",
            list(row),
        )
