"""Deliberate damage to archive files: flipped bits at chosen places."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support import archives

PAGE = 4096


def settle(db: Path) -> Path:
    """Move SQLite's log into the file, so that the file has all bytes."""
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    return db


def flip(db: Path, *places: int) -> None:
    """Flip one bit at each of these places of the file."""
    content = bytearray(db.read_bytes())
    for place in places:
        content[place] ^= 1 << place % 8
    db.write_bytes(content)


def places_of_body(db: Path, body_id: int, at: float = 0.5) -> list[int]:
    """Return the places of a byte of a body's blob in the file.

    `at` is the position in the first 400 bytes of the blob, from 0 to 1. Unused pages of the file may have
    further copies.
    """
    data = archives.one(db, "select data from bodies where id = ?", body_id)
    stretch, content = re.escape(data[: min(len(data), 400)]), db.read_bytes()
    return [match.start() + int(len(match[0]) * at) for match in re.finditer(stretch, content, re.S)]


def dependents_of(db: Path, body_id: int) -> set[int]:
    """Return the ids of a body and of all bodies that cannot be read without it."""
    rows = archives.rows(
        db,
        """with recursive r(id) as (select ? union all select b.id from bodies b join r on b.base_id = r.id)
        select id from r""",
        body_id,
    )
    return {row[0] for row in rows}
