"""Read the tables of a damaged file row by row, and report the rows that cannot be read."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlite_utils import Database

from db.database import UNREADABLE

# Tables of facts, each after the tables that it refers to; and texts, because some were imported.
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
    *("coverage", "searches"),
]
PROBES = 20_000  # rows of a table that are read one by one, where they cannot be read in sequence
BLIND = 2_000  # the same, if the number of rows is not known
_WITHOUT_ROWID = ("coverage", "searches")

Range = tuple[str, int | None, int | None]


def rows(
    db: Database, table: str, columns: str = "*", lost: list[Range] | None = None
) -> Iterator[tuple[Any, ...]]:
    """Return the readable rows of a table, each as its rowid (None for a table without) and its columns.

    Ranges of unreadable rows are added to `lost`.
    """
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
                if row[0] > last:  # a damaged tree can lead back to its beginning
                    yield row
                    last = row[0]
        except UNREADABLE:
            found = _next(db, table, columns, last, lost, probes)
            if found is None:
                return
            yield found
            last = found[0]
        else:
            return


def unreadable_ranges(db: Database) -> list[Range]:
    """Return the unreadable ranges of all tables of facts: table, first row, last row (None: not known)."""
    lost: list[Range] = []
    for table in FACTS:
        for _ in rows(db, table, lost=lost):
            pass
    return lost


def format_range(lost: Range) -> str:
    """Return a range in words."""
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


def _next(
    db: Database, table: str, columns: str, last: int, lost: list[Range], probes: Iterator[int]
) -> tuple[Any, ...] | None:
    """Return the next readable row after `last`, None if there is none; add the rows before it to `lost`."""
    first = None
    at = last
    for at, _ in zip(_candidates(db, table, last), probes, strict=False):
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
    """Return the rowids that may follow one. Ids of texts are sparse: those that other rows refer to."""
    if table == "texts":
        ids: set[int] = set()
        for referring in ("captures", "conflicts", "versions"):
            referred = _all(db, f"select text_id from {referring}", "", [])
            ids |= {number for (number,) in referred if isinstance(number, int)}
        return sorted(number for number in ids if number > last)
    start = max(last, 0) + 1
    return range(start, (_top(db, table) or start + BLIND) + 1)


def _top(db: Database, table: str) -> int | None:
    """Return the last rowid of a table, or the last one that others refer to; None if neither can be read."""
    queries = [f"select max(rowid) from {table}"]
    queries += ["select max(body_id) from captures"] if table == "bodies" else []
    for query in queries:
        for (top,) in _all(db, query, table, []):
            if isinstance(top, int):
                return top
    return None
