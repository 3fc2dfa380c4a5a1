"""Merging of pages: what two archive files know about them, without their captures."""

from collections.abc import Callable
from dataclasses import astuple
from typing import Any

from sqlite_utils import Database

from db.merge.join_rules import KINDS, SAVES, PageFacts, join_pages, join_windows, least
from db.merge.rows import join_row
from db.store.capture_states import drop_of_page
from db.store.coverage import Coverage
from db.store.retailers import add_policy

_FACTS = ("url", "found_by", "listing", "listing_reason", "listed_at", "waypoint", "relation", "finding")
SELECT = f"""select g.id, p.retailer, g.urlkey, p.kind, {", ".join(_FACTS)}
    from pages g join policies p on p.id = g.policy_id"""


def put_retailer(db: Database, domain: str, name: str | None) -> None:
    """Store a retailer. If two names differ, the first one in alphabetical order stays."""
    join_row(
        db,
        "retailers",
        {"domain": domain},
        ["name"],
        [name],
        lambda here, there: (least(here[0], there[0]),),
    )


def put_page(db: Database, domain: str, urlkey: str, facts: PageFacts) -> int:
    """Store a page, or join it with the same page here; return its id.

    If the same address is here under a stronger kind (`to_move`), that page is used.
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
        marks = ", ".join("?" * (2 + len(_FACTS)))
        cursor = db.execute(
            f"insert into pages (policy_id, urlkey, {', '.join(_FACTS)}) values ({marks})",
            [policy_id, urlkey, *_values(facts)],
        )
        return int(cursor.lastrowid or 0)
    write_page(db, int(row[0]), PageFacts(*row[3:]), facts)
    return int(row[0])


def write_page(db: Database, page_id: int, here: PageFacts, there: PageFacts) -> None:
    """Join two records about a page, and store the result. The page keeps its kind.

    `here` is the stored record.
    """
    joined = join_pages(here, there)
    if joined != here:
        columns = ", ".join(f"{name} = ?" for name in _FACTS)
        db.execute(f"update pages set {columns} where id = ?", [*_values(joined), page_id])


def _values(facts: PageFacts) -> list[Any]:
    return [getattr(facts, name) for name in _FACTS]


def to_move(db: Database, domain: str) -> list[tuple[int, int]]:
    """Return the pages of a retailer that must become part of another page.

    Each item is a pair of ids (moved, kept). An address can be a candidate in one file, and in the other a
    page of the policy or of another region's policy. Then it is no candidate any more. A page of the policy
    is preferred to another region's. A redirect-only page was not judged, so it can exist next to another
    page of the same address. Returns [] if no page must move.
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


def put_window(db: Database, page_id: int, archive: str, window: Coverage) -> None:
    """Store which part of an index is known. If two parts are known, one of them is chosen."""
    join_row(
        db,
        "coverage",
        {"page_id": page_id, "archive": archive},
        ["listed_from", "listed_to", "whole_at"],
        astuple(window),
        lambda here, there: astuple(join_windows(Coverage(*there), Coverage(*here))),
    )


def put_clue(
    db: Database, page_id: int, way: str, capture_id: int | None, text: str | None, noted_at: str
) -> None:
    """Store discovery evidence once. If it is known, the earliest moment stays, with its words."""
    join_row(
        db,
        "clues",
        {"page_id": page_id, "way": way, "capture_id": capture_id},
        ["noted_at", "text"],
        [noted_at, text],
        lambda here, there: min(here, there, key=lambda row: (row[0], row[1] or "")),
    )


def put_save(db: Database, page_id: int, archive: str, asked_at: str, outcome: tuple[Any, ...]) -> None:
    """Store a save request once. It is identified by page, web archive and moment.

    `outcome` is job, state, reason and the capture's id. If two outcomes are known, the later state stays.
    """
    join_row(
        db,
        "saves",
        {"page_id": page_id, "archive": archive, "asked_at": asked_at},
        ["job", "state", "reason", "capture_id"],
        outcome,
        lambda here, there: max(here, there, key=_progress),
    )


def _progress(outcome: tuple[Any, ...]) -> tuple[Any, ...]:
    job, state, reason, capture_id = outcome
    return SAVES.index(state), job or "", reason or "", capture_id is not None


def replace_captures(db: Database, moved: int, find: Callable[[int], int | None]) -> None:
    """Update discovery evidence and save requests that refer to captures of a moved page.

    `find` takes the id of such a capture and returns the id of the capture that replaces it.
    """
    seen_in = "in (select id from captures where page_id = ?)"
    clues = f"""select id, page_id, way, capture_id, text, noted_at from clues
        where page_id != ? and capture_id {seen_in}"""
    for number, page_id, way, capture_id, *words in db.execute(clues, [moved, moved]).fetchall():
        db.execute("delete from clues where id = ?", [number])
        put_clue(db, page_id, way, find(capture_id), *words)
    saves = f"select id, capture_id from saves where page_id != ? and capture_id {seen_in}"
    for number, capture_id in db.execute(saves, [moved, moved]).fetchall():
        db.execute("update saves set capture_id = ? where id = ?", [find(capture_id), number])


def drop_page(db: Database, page_id: int) -> None:
    """Delete a page that became part of another page, with its captures."""
    db.execute(
        "delete from conflicts where capture_id in (select id from captures where page_id = ?)", [page_id]
    )
    for table in ("clues", "saves", "coverage", "variants"):
        db.execute(f"delete from {table} where page_id = ?", [page_id])
    drop_of_page(db, page_id)
    db.execute("delete from pages where id = ?", [page_id])
