"""Searches: the state, cost and result of each discovery strategy for a retailer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from db import times
from db.store.retailers import open_candidates


@dataclass(frozen=True)
class Search:
    """A row of the table `searches`.

    `way` is the discovery strategy. `cursor` is where the strategy continues; only the strategy can read it.
    `requests` and `found` (pages) are sums over all runs. `asked_at` is ISO 8601.
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

    `state` is complete, part (not complete, with the reason), failed, or excluded (with the web archive's
    reason).
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
    """Return all searches for a retailer by strategy, for one web archive or for all."""
    rows = db.execute(
        """select way, state, asked_at, requests, found, reason, cursor from searches
        where retailer = ? and archive = coalesce(?, archive) order by archive, way""",
        [domain, archive],
    )
    return [Search(*row) for row in rows]


def interrupted_at(db: Database, domain: str, archive: str) -> str | None:
    """Return when a search for a retailer last ended early (ISO 8601); None if all came to their end."""
    found = of_retailer(db, domain, archive)
    return max((search.asked_at for search in found if search.state in ("part", "failed")), default=None)


def in_vain(db: Database, domain: str) -> str:
    """Return in words, with dates, why no address of a retailer's policy was found."""
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
    """Return a search, or None if it never began."""
    row = db.execute(
        """select way, state, asked_at, requests, found, reason, cursor from searches
        where retailer = ? and archive = ? and way = ?""",
        [domain, archive, way],
    ).fetchone()
    return Search(*row) if row else None


def is_open(db: Database, domain: str, archive: str, ways: Iterable[str]) -> bool:
    """Return whether discovery for a retailer must continue.

    It must if a search is not complete, or if a candidate must be judged. Returns False if no search ever
    began, and if the web archive excludes the retailer.
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
    """Store the searches of another archive file. Call it inside a transaction.

    `rows` have the columns ROW. If both files have a search, the later state stays (for the same second, the
    greater one in alphabetical order), and the larger number of requests and of found pages. So the order and
    repetition of merges do not matter.
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
