"""Reading of a damaged file row by row. Rows that cannot be read are reported."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlite_utils import Database

from db.database import UNREADABLE

# The tables of facts, and texts, because some were imported. Each is after the tables that it refers to.
FACTS = [
    *(
        "retailers",
        "policies",
        "pages",
        "bodies",
        "texts",
        "captures",
        "conflicts",
        "crawls",
        "saves",
        "clues",
    ),
    *("known_changes", "coverage", "searches", "retailer_attributes"),
]
PROBES = 200_000  # rows that are read one by one to find the next readable one: 5 seconds
BLIND = 2_000  # the same, if the number of rows is not known
_WITHOUT_ROWID = ("coverage", "searches", "retailer_attributes")

Range = tuple[str, int | None, int | None]


def rows(
    db: Database,
    table: str,
    columns: str = "*",
    lost: list[Range] | None = None,
    *,
    has_rowid: bool | None = None,
) -> Iterator[tuple[Any, ...]]:
    """Yield the readable rows of a table, as rowid and columns.

    Ranges of unreadable rows are added to `lost`. For a table that is not policytrail's, name `has_rowid`.
    """
    lost = [] if lost is None else lost
    if has_rowid is False or (has_rowid is None and table in _WITHOUT_ROWID):
        yield from _all(db, f"select null, {columns} from {table}", table, lost)
        return
    last = -(2**62)
    while True:
        try:
            for row in db.conn.execute(
                f"select rowid, {columns} from {table} where rowid > ? order by rowid", [last]
            ):
                if row[0] > last:  # in a damaged file, reading can return to the first rows
                    yield row
                    last = row[0]
        except UNREADABLE:
            found = _next(db, table, columns, last, lost)
            if found is None:
                return
            yield found
            last = found[0]
        else:
            return


def unreadable_ranges(db: Database) -> list[Range]:
    """Return the unreadable ranges of all tables of facts, as (table, first rowid, last rowid).

    A rowid is None if it is not known. Returns [] if everything can be read.
    """
    lost: list[Range] = []
    for table in FACTS:
        for _ in rows(db, table, lost=lost):
            pass
    return lost


def format_range(lost: Range) -> str:
    """Return a range of rows in words, such as `captures 17 to 20`."""
    table, first, last = lost
    if first is None:
        return f"an unknown number of rows of {table}"
    if first == last:
        return f"{table} {first}"
    return f"{table} {first} " + ("and later" if last is None else f"to {last}")


def _all(db: Database, query: str, table: str, lost: list[Range]) -> Iterator[tuple[Any, ...]]:
    try:
        yield from db.conn.execute(query)
    except UNREADABLE:
        lost.append((table, None, None))


def _next(db: Database, table: str, columns: str, last: int, lost: list[Range]) -> tuple[Any, ...] | None:
    """Return the next readable row after `last`, None if there is none; add the rows before it to `lost`."""
    first = None
    at = last
    for at in islice(_candidates(db, table, last), PROBES):
        try:
            row = db.conn.execute(f"select rowid, {columns} from {table} where rowid = ?", [at]).fetchone()
        except UNREADABLE:
            first = at if first is None else first
            continue
        if row:
            if first is not None:
                lost.append((table, first, at - 1))
            return tuple(row)
    lost.append((table, first, at if _top(db, table) else None))
    return None


def _candidates(db: Database, table: str, last: int) -> Iterable[int]:
    """Return the rowids that can follow the rowid `last`.

    Ids of texts are hashes with large gaps, so only ids that other rows refer to are returned.
    """
    if table == "texts":
        ids: set[int] = set()
        for referring in ("captures", "conflicts", "versions"):
            referred = _all(db, f"select text_id from {referring}", "", [])
            ids |= {number for (number,) in referred if isinstance(number, int)}
        return sorted(number for number in ids if number > last)
    start = max(last, 0) + 1
    return range(start, (_top(db, table) or start + BLIND) + 1)


def _top(db: Database, table: str) -> int | None:
    """Return the last rowid of a table, or None if it cannot be found.

    If the table cannot be read, the last id that other rows refer to is used.
    """
    queries = [f"select max(rowid) from {table}"]
    queries += ["select max(body_id) from captures"] if table == "bodies" else []
    for query in queries:
        for (top,) in _all(db, query, table, []):
            if isinstance(top, int):
                return top
    return None
