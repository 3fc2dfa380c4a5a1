"""Conflicts: captures of which archives that were merged hold different bodies. docs/decisions/0015 says which is the own."""

from typing import Any

from sqlite_utils import Database

Conflict = dict[str, Any]


def of_retailer(db: Database, domain: str) -> list[Conflict]:
    """Those of a retailer, by address and time: rows of the view `conflicting_captures`. May be empty."""
    query = "select * from conflicting_captures where retailer = ? order by url, timestamp, other_sha256"
    return list(db.query(query, [domain]))


def latest(db: Database, limit: int) -> list[Conflict]:
    """The ones that were found last."""
    return list(db.query("select * from conflicting_captures order by conflict_id desc limit ?", [limit]))


def in_words(conflict: Conflict) -> str:
    """Say in a line which capture has which two bodies."""
    own, other = (
        f"{conflict[f'{of}sha256'][:12]} ({conflict[f'{of}archive']}, {conflict[f'{of}fetched_at'] or 'not asked for'})"
        for of in ("", "other_")
    )
    line = f"two bodies for {conflict['original'][:200]} at {conflict['timestamp']}: {own}, and {other}"
    return "".join(sign if sign.isprintable() else "?" for sign in line)  # another archive may say anything
