"""Damaging archive files on purpose: bits flipped in the bytes of the file, where the test says."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support import archives

PAGE = 4096


def settle(db: Path) -> Path:
    """Take the log into the file, so that its bytes are all there is."""
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    return db


def flip(db: Path, *places: int) -> None:
    """Flip a bit at each of these places of the file."""
    content = bytearray(db.read_bytes())
    for place in places:
        content[place] ^= 1 << place % 8
    db.write_bytes(content)


def places_of_body(db: Path, body_id: int, at: float = 0.5) -> list[int]:
    """Where in the file a byte of a body's blob lies, so far into its first stretch; copies may lie in what is free."""
    data = archives.one(db, "select data from bodies where id = ?", body_id)
    stretch, content = re.escape(data[: min(len(data), 400)]), db.read_bytes()
    return [match.start() + int(len(match[0]) * at) for match in re.finditer(stretch, content, re.S)]


def resting_on(db: Path, body_id: int) -> set[int]:
    """A body and all that cannot be read without it."""
    rows = archives.rows(
        db,
        """with recursive r(id) as (select ? union all select b.id from bodies b join r on b.base_id = r.id)
        select id from r""",
        body_id,
    )
    return {row[0] for row in rows}
