"""Reading of stored results that `verify` derives again: verdicts, texts, policies.

Values are returned as they are stored. In a damaged archive file, a column can have any value.
"""

from collections.abc import Collection
from typing import NamedTuple

from sqlite_utils import Database


class StoredText(NamedTuple):
    """The stored verdict and text of a capture. Without a text, the last five fields are None."""

    verdict: str | None
    reason: str | None
    text_id: int | None
    extractor: str | None
    title: str | None
    language: str | None
    words: int | None


def body_ids(db: Database) -> list[int]:
    """Return the ids of all bodies."""
    return [row[0] for row in db.execute("select id from bodies")]


def texts_of_bodies(db: Database, bodies: Collection[int]) -> set[int]:
    """Return the ids of the texts of all captures that have one of these bodies."""
    rows = db.execute("select text_id, body_id from captures")
    return {row[0] for row in rows if row[1] in bodies}


def judged_captures(db: Database) -> list[tuple[int, int]]:
    """Return the captures with a body and a verdict, by page and time.

    Each item is (capture id, body id).
    """
    rows = db.execute(
        """select id, body_id from captures
        where state = 'fetched' and body_id is not null and verdict is not null
        order by page_id, timestamp, id"""
    )
    return [(row[0], row[1]) for row in rows]


def text_of_capture(db: Database, capture_id: int) -> StoredText:
    """Return the stored verdict and text of a capture."""
    row = db.execute(
        """select c.verdict, c.reason, c.text_id, t.extractor, t.title, t.language, t.words
        from captures c left join texts t on t.id = c.text_id where c.id = ?""",
        [capture_id],
    ).fetchone()
    return StoredText(*row)


def shared_values(db: Database, text_id: int) -> tuple[object, object]:
    """Return the stored completeness and stated date of a text, in which its captures can differ.

    They are a number from 0 to 1, and a date or None, unless they are damaged.
    """
    row = db.execute("select completeness, stated_date from texts where id = ?", [text_id]).fetchone()
    return row[0], row[1]


def has_older_texts(db: Database, extractor: str) -> bool:
    """Return whether a capture with a body has a text that another extractor made."""
    row = db.execute(
        """select 1 from captures c join texts t on t.id = c.text_id
        where c.body_id is not null and t.extractor != ? limit 1""",
        [extractor],
    ).fetchone()
    return row is not None


def policy_ids(db: Database) -> list[int]:
    """Return the ids of all policies in ascending order."""
    return [row[0] for row in db.execute("select id from policies order by id")]


def rests_on(db: Database, policy_id: int, bodies: Collection[int], texts: Collection[int]) -> bool:
    """Return whether any capture of a policy has one of these bodies or texts (ids)."""
    rows = db.execute(
        "select c.body_id, c.text_id from captures c join pages g on g.id = c.page_id where g.policy_id = ?",
        [policy_id],
    )
    return any(row[0] in bodies or row[1] in texts for row in rows)
