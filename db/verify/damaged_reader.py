"""Reading tables of a damaged file row by row: what can be read, and which rows cannot."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from sqlite_utils import Database

# All that cannot be derived, in the order in which rows refer to one another; and the texts that came without bodies.
FACTS = (
    "retailers", "policies", "pages", "bodies", "texts", "captures", "conflicts", "crawls", "saves", "clues", "coverage",
    "searches",
)  # fmt: skip
PROBES = 20_000  # rows of a table that are tried one by one where they cannot be read in a row
BLIND = 2_000  # the same where nothing tells how many rows there are
_WITHOUT_ROWID = ("coverage", "searches")

Range = tuple[str, int | None, int | None]


def rows(
    db: Database, table: str, columns: str = "*", lost: list[Range] | None = None
) -> Iterator[tuple[Any, ...]]:
    """The rows of a table that can be read, each with its rowid before its columns; `lost` gets the ranges that cannot."""
    lost = [] if lost is None else lost
    if table in _WITHOUT_ROWID:
        yield from _all(db, f"select null, {columns} from {table}", table, lost)
        return
    last, probes = -(2**62), iter(range(PROBES))
    while True:
        try:
            for row in db.conn.execute(
                f"select rowid, {columns} from {table} where rowid > ? order by rowid", [last]
            ):
                if row[0] > last:  # a damaged tree can lead back to where it began
                    yield row
                    last = row[0]
        except sqlite3.Error:
            found = _next(db, table, columns, last, lost, probes)
            if found is None:
                return
            yield found
            last = found[0]
        else:
            return


def unreadable(db: Database) -> list[Range]:
    """The ranges of rows of facts that cannot be read: table, first and last row (None: how far cannot be told)."""
    lost: list[Range] = []
    for table in FACTS:
        for _ in rows(db, table, lost=lost):
            pass
    return lost


def told(lost: Range) -> str:
    """A range in words."""
    table, first, last = lost
    if first is None:
        return f"rows of {table}, how many cannot be told,"
    return (
        f"{table} {first}"
        if first == last
        else f"{table} {first} " + ("and later" if last is None else f"to {last}")
    )


def _all(db: Database, query: str, table: str, lost: list[Range]) -> Iterator[tuple[Any, ...]]:
    try:
        yield from db.conn.execute(query)
    except sqlite3.Error:
        lost.append((table, None, None))


def _next(
    db: Database, table: str, columns: str, last: int, lost: list[Range], probes: Iterator[int]
) -> tuple[Any, ...] | None:
    """The next row after `last` that can be read, and into `lost` what lies before it; None where there is none."""
    first = None
    at = last
    for at, _ in zip(_candidates(db, table, last), probes, strict=False):
        try:
            row = db.conn.execute(f"select rowid, {columns} from {table} where rowid = ?", [at]).fetchone()
        except sqlite3.Error:
            first = at if first is None else first
            continue
        if row:
            if first is not None:
                lost.append((table, first, at - 1))
            return tuple(row)
    lost.append((table, first, at if _top(db, table) else None))
    return None


def _candidates(db: Database, table: str, last: int) -> Iterable[int]:
    """The rows that a table may have after one: those that others refer to where numbers are sparse, else number by number."""
    if table == "texts":
        ids: set[int] = set()
        for referring in ("captures", "conflicts", "versions"):
            ids |= {
                row[0]
                for row in _all(db, f"select text_id from {referring}", "", [])
                if isinstance(row[0], int)
            }
        return sorted(number for number in ids if number > last)
    start = max(last, 0) + 1
    return range(start, (_top(db, table) or start + BLIND) + 1)


def _top(db: Database, table: str) -> int | None:
    """The last row of a table, or the last one that others refer to; None where neither can be read."""
    queries = [f"select max(rowid) from {table}"]
    queries += ["select max(body_id) from captures"] if table == "bodies" else []
    for query in queries:
        for (top,) in _all(db, query, table, []):
            if isinstance(top, int):
                return top
    return None
