"""Conflicts: captures for which merged archive files have different bodies.

docs/decisions/0015-merging.md explains which of the bodies is the capture's own.
"""

from typing import Any

from sqlite_utils import Database

Conflict = dict[str, Any]


def of_retailer(db: Database, domain: str) -> list[Conflict]:
    """Return the conflicts of a retailer by address and time, as rows of `conflicting_captures`."""
    query = "select * from conflicting_captures where retailer = ? order by url, timestamp, other_sha256"
    return list(db.query(query, [domain]))


def latest(db: Database, limit: int) -> list[Conflict]:
    """Return the `limit` conflicts that were found last, the newest first."""
    return list(db.query("select * from conflicting_captures order by conflict_id desc limit ?", [limit]))


def in_words(conflict: Conflict) -> str:
    """Return a conflict as one line for people: the capture and its two bodies."""
    own, other = (
        f"{conflict[f'{of}sha256'][:12]}"
        f" ({conflict[f'{of}archive']}, {conflict[f'{of}fetched_at'] or 'not asked for'})"
        for of in ("", "other_")
    )
    line = f"two bodies for {conflict['original'][:200]} at {conflict['timestamp']}: {own}, and {other}"
    return "".join(
        sign if sign.isprintable() else "?" for sign in line
    )  # the other archive file can contain any characters
