"""Histories that could not be derived, each with its reason."""

from sqlite_utils import Database


def by_extractor(db: Database, policy_id: int) -> str | None:
    """Return the extractor that could not derive the history of a policy, or None if none failed."""
    row = db.execute("select extractor from underived where policy_id = ?", [policy_id]).fetchone()
    return str(row[0]) if row else None


def reasons(db: Database) -> dict[int, str]:
    """Return policy id -> why its history could not be derived ("over 60 s of processor time")."""
    return dict(db.execute("select policy_id, reason from underived order by policy_id").fetchall())


def waiting(db: Database, extractor: str) -> list[int]:
    """Return the ids of policies whose history this extractor has not tried to derive."""
    query = "select policy_id from underived where extractor != ? order by policy_id"
    return [int(row[0]) for row in db.execute(query, [extractor])]


def put(db: Database, policy_id: int, reason: str, extractor: str) -> None:
    """Store that the history of a policy could not be derived. Call it inside a transaction."""
    db.execute("insert or replace into underived values (?, ?, ?)", [policy_id, reason, extractor])


def drop(db: Database, policy_id: int) -> None:
    """Store that the history of a policy was derived. Call it inside a transaction."""
    db.execute("delete from underived where policy_id = ?", [policy_id])
