"""Conflicts: captures of which archives that were merged hold different bodies. docs/decisions/0015 says which is the own."""

from typing import Any

from sqlite_utils import Database

Conflict = dict[str, Any]


def count(db: Database, policy_id: int) -> int:
    """How many a policy's captures have."""
    query = "select count(*) from conflicting_captures where policy_id = ?"
    return int(db.execute(query, [policy_id]).fetchone()[0])


def latest(db: Database, limit: int, policy_id: int | None = None) -> list[Conflict]:
    """The ones that were found last, of a policy or of all: the rows of the view `conflicting_captures`."""
    query = "select * from conflicting_captures where ? is null or policy_id = ? order by conflict_id desc limit ?"
    return list(db.query(query, [policy_id, policy_id, limit]))


def in_words(conflict: Conflict) -> str:
    """Say in a line which capture has which two bodies."""
    capture = f"{conflict['original']} at {conflict['timestamp']}"
    own, other = (f"{conflict[name][:12]}" for name in ("sha256", "other_sha256"))
    return f"two bodies for {capture}: {own} from {conflict['archive']}, and {other} from {conflict['other_archive']}"
