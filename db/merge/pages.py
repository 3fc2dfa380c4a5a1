"""Merging what is known of retailers' addresses, but their captures."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlite_utils import Database

from db.merge.join_rules import KINDS, SAVES, PageFacts, Window, join_pages, join_windows
from db.store.capture_states import drop_of_page
from db.store.retailers import add_policy

_FACTS = "url, found_by, listing, listing_reason, listed_at, waypoint, relation, finding"
SELECT = (
    f"select g.id, p.retailer, g.urlkey, p.kind, {_FACTS} from pages g join policies p on p.id = g.policy_id"
)


def put_retailer(db: Database, domain: str, name: str | None) -> None:
    """Enter a retailer; of two names the first by the alphabet stays."""
    db.execute(
        """insert into retailers (domain, name) values (?, ?) on conflict (domain) do update set name = excluded.name
        where excluded.name is not null and (name is null or name > excluded.name)""",
        [domain, name],
    )


def put_page(db: Database, domain: str, urlkey: str, facts: PageFacts) -> int:
    """Enter what is known of a page, or join it with what is known here, and give the page's id.

    It is the page of a kind that goes before its own, where there is one that was judged to be that (`to_move`).
    """
    policy_id = add_policy(db, domain, kind=facts.kind)
    before = KINDS[: KINDS.index(facts.kind)] if facts.kind in KINDS else ()
    row = db.execute(
        f"""{SELECT} where p.retailer = ? and g.urlkey = ?
        and (g.policy_id = ? or (g.waypoint = 0 and p.kind in ({", ".join("?" * len(before))})))
        order by g.policy_id = ?, p.kind = 'regional'""",
        [domain, urlkey, policy_id, *before, policy_id],
    ).fetchone()
    if row is None:
        marks = ", ".join("?" * 10)
        cursor = db.execute(
            f"insert into pages (policy_id, urlkey, {_FACTS}) values ({marks})",
            [policy_id, urlkey, *_values(facts)],
        )
        return int(cursor.lastrowid or 0)
    write_page(db, int(row[0]), PageFacts(*row[3:]), facts)
    return int(row[0])


def write_page(db: Database, page_id: int, here: PageFacts, there: PageFacts) -> None:
    """Join what is known of a page here with what is known there; its kind stays."""
    joined = join_pages(here, there)
    if joined != here:
        columns = ", ".join(f"{name} = ?" for name in _FACTS.split(", "))
        db.execute(f"update pages set {columns} where id = ?", [*_values(joined), page_id])


def _values(facts: PageFacts) -> list[Any]:
    return [getattr(facts, name) for name in _FACTS.split(", ")]


def to_move(db: Database, domain: str) -> list[tuple[int, int]]:
    """Which pages of a retailer are to go into which other ones: pairs of their ids.

    An address that is the policy, or another region's, in one archive is no candidate any more; the policy goes before the
    other region's. One to which only redirects of the policy lead (a waypoint) has not been judged by that, and may be both.
    """
    marks = ",".join("?" * len(KINDS))
    rows = db.execute(
        f"""select g.urlkey, p.kind, g.waypoint, g.id from pages g join policies p on p.id = g.policy_id
        where p.retailer = ? and p.kind in ({marks}) order by g.id""",
        [domain, *KINDS],
    )
    addresses: dict[str, dict[int, tuple[int, bool]]] = {}
    for urlkey, kind, waypoint, page_id in rows.fetchall():
        addresses.setdefault(urlkey, {})[KINDS.index(kind)] = page_id, bool(waypoint)
    moves = []
    for kept in addresses.values():
        first = min((kind for kind, (_, waypoint) in kept.items() if not waypoint), default=len(KINDS))
        moves += [(page_id, kept[first][0]) for kind, (page_id, _) in sorted(kept.items()) if kind > first]
    return moves


def put_window(db: Database, page_id: int, archive: str, window: Window) -> None:
    """Enter which part of an index is known, or choose between that and what is known here."""
    row = db.execute(
        "select listed_from, listed_to, whole_at from coverage where page_id = ? and archive = ?",
        [page_id, archive],
    ).fetchone()
    joined = join_windows(window, Window(*row)) if row else window
    if row is None or joined != Window(*row):
        db.execute(
            """insert into coverage (page_id, archive, listed_from, listed_to, whole_at) values (?, ?, ?, ?, ?)
            on conflict (page_id, archive) do update set listed_from = excluded.listed_from, listed_to = excluded.listed_to,
            whole_at = excluded.whole_at""",
            [page_id, archive, joined.first, joined.reached, joined.whole_at],
        )


def put_clue(
    db: Database, page_id: int, way: str, capture_id: int | None, text: str | None, noted_at: str
) -> None:
    """Enter how a page is known, once; when that was noted first is kept, with the words of that time."""
    row = db.execute(
        "select id, noted_at, text from clues where page_id = ? and way = ? and coalesce(capture_id, 0) = ?",
        [page_id, way, capture_id or 0],
    ).fetchone()
    if row is None:
        db.execute(
            "insert into clues (page_id, way, capture_id, text, noted_at) values (?, ?, ?, ?, ?)",
            [page_id, way, capture_id, text, noted_at],
        )
    elif (noted_at, text or "") < (row[1], row[2] or ""):
        db.execute("update clues set noted_at = ?, text = ? where id = ?", [noted_at, text, row[0]])


def put_save(db: Database, page_id: int, archive: str, asked_at: str, told: Sequence[Any]) -> None:
    """Enter a request for a capture, once: it is known by its page and moment. `told` is job, state, reason, capture's id.

    What was heard of it last is kept.
    """
    row = db.execute(
        "select job, state, reason, capture_id, id from saves where page_id = ? and archive = ? and asked_at = ?",
        [page_id, archive, asked_at],
    ).fetchone()
    if row is None:
        db.execute(
            "insert into saves (page_id, archive, asked_at, job, state, reason, capture_id) values (?, ?, ?, ?, ?, ?, ?)",
            [page_id, archive, asked_at, *told],
        )
    elif _heard(told) > _heard(row):
        db.execute(
            "update saves set job = ?, state = ?, reason = ?, capture_id = ? where id = ?", [*told, row[4]]
        )


def _heard(told: Sequence[Any]) -> tuple[Any, ...]:
    job, state, reason, capture_id = told[:4]
    return SAVES.index(state), job or "", reason or "", capture_id is not None


def point_elsewhere(db: Database, moved: int, find: Callable[[int], int | None]) -> None:
    """Have what other pages say of the captures of one that is to go say it of those that `find` gives in their place."""
    seen_in = "in (select id from captures where page_id = ?)"
    clues = f"select id, page_id, way, capture_id, text, noted_at from clues where page_id != ? and capture_id {seen_in}"
    for number, page_id, way, capture_id, *words in db.execute(clues, [moved, moved]).fetchall():
        db.execute("delete from clues where id = ?", [number])
        put_clue(db, page_id, way, find(capture_id), *words)
    saves = f"select id, capture_id from saves where page_id != ? and capture_id {seen_in}"
    for number, capture_id in db.execute(saves, [moved, moved]).fetchall():
        db.execute("update saves set capture_id = ? where id = ?", [find(capture_id), number])


def drop_page(db: Database, page_id: int) -> None:
    """Forget a page that has gone into another one, with its captures."""
    captures = "select id from captures where page_id = ?"
    for statement in (
        f"delete from conflicts where capture_id in ({captures})",
        "delete from clues where page_id = ?",
        "delete from saves where page_id = ?",
        "delete from coverage where page_id = ?",
        "delete from variants where page_id = ?",
    ):
        db.execute(statement, [page_id])
    drop_of_page(db, page_id)
    db.execute("delete from pages where id = ?", [page_id])
