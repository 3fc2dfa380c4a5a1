"""Whose a row is: the captures that it concerns, as people can find them again."""

import sqlite3

from sqlite_utils import Database

SHOWN = 3  # captures that are named; more are counted
_IN_CONFLICT = "c.id in (select capture_id from conflicts where {} = ?)"
_CAPTURES = """select p.retailer, c.timestamp, c.original from captures c
    left join pages g on g.id = c.page_id left join policies p on p.id = g.policy_id where {} order by c.timestamp, c.id"""


def of_body(db: Database, body_id: int) -> tuple[str, ...]:
    """The captures whose body this is, else those of which a merged archive held it."""
    return _named(db, "c.body_id = ?", body_id) or _named(db, _IN_CONFLICT.format("body_id"), body_id)


def of_text(db: Database, text_id: int) -> tuple[str, ...]:
    """The captures that show this text, else those of which a merged archive held it."""
    return _named(db, "c.text_id = ?", text_id) or _named(db, _IN_CONFLICT.format("text_id"), text_id)


def of_capture(db: Database, capture_id: int) -> tuple[str, ...]:
    """The capture itself."""
    return _named(db, "c.id = ?", capture_id)


def _named(db: Database, which: str, value: int) -> tuple[str, ...]:
    try:
        found = db.conn.execute(_CAPTURES.format(which), [value]).fetchmany(1000)
    except sqlite3.Error:
        return ("its captures cannot be read",)
    named = [" ".join(str(part)[:200] for part in row if part is not None) for row in found[:SHOWN]]
    return (*named, *([f"{len(found) - SHOWN} more"] if len(found) > SHOWN else []))
