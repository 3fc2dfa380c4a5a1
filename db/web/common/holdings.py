"""The captures that an archive can replay: ranges of urlkeys, index rows, and exclusions.

Only captures that can be replayed are listed, so a client can fetch everything that it finds in the list.
These are captures in state `fetched` with a body (the body of a redirect is stored too, as an empty one).
"""

import sqlite3
from enum import Enum
from typing import NamedTuple

# The `+` keeps SQLite from the index on `state`: the index on timestamps is the right one.
REPLAYABLE = "+c.state = 'fetched' and c.body_id is not null"


class UrlkeyRange(NamedTuple):
    """All urlkeys from `start` (included) to `end` (not included), in the order of SQLite's text."""

    start: str
    end: str


class Availability(Enum):
    """Whether captures of a range of urlkeys can be replayed."""

    AVAILABLE = "at least one capture can be replayed"
    EXCLUDED = "no capture can be replayed, and the web archive excludes the page"
    NOTHING = "no capture can be replayed"


class IndexedCapture(NamedTuple):
    """A capture as the index lists it; a value that the archive does not know is None."""

    id: int
    urlkey: str
    timestamp: str
    original: str
    mimetype: str | None
    status: int | None
    digest: str | None
    length: int | None


CAPTURE_COLUMNS = "c.id, g.urlkey, c.timestamp, c.original, c.mimetype, c.status, c.digest, c.length"


def one_urlkey(urlkey: str) -> UrlkeyRange:
    """Return the range of a single urlkey."""
    return UrlkeyRange(urlkey, urlkey + "\0")


def page_ids(connection: sqlite3.Connection, urlkey: str) -> list[int]:
    """Return the ids of the pages of a urlkey: one for each policy that has it; empty if there are none.

    Captures are looked up by these ids because SQLite then reads the captures of a page in time order and
    stops early.
    """
    return [int(row[0]) for row in connection.execute("select id from pages where urlkey = ?", [urlkey])]


def availability(connection: sqlite3.Connection, urlkeys: UrlkeyRange) -> Availability:
    """Return whether the range has a capture that can be replayed, or else whether its pages are excluded.

    A range of many pages is excluded if one page is excluded and no other page has a complete listing.
    """
    held = connection.execute(
        f"""select 1 from pages g join captures c on c.page_id = g.id
        where g.urlkey >= ? and g.urlkey < ? and {REPLAYABLE} limit 1""",
        urlkeys,
    ).fetchone()
    if held:
        return Availability.AVAILABLE
    excluded, complete = connection.execute(
        """select max(listing is 'excluded'), max(listing is 'complete') from pages
        where urlkey >= ? and urlkey < ?""",
        urlkeys,
    ).fetchone()
    return Availability.EXCLUDED if excluded and not complete else Availability.NOTHING


def count(connection: sqlite3.Connection, urlkeys: UrlkeyRange, start: str, end: str) -> int:
    """Return the number of captures that can be replayed, between two timestamps (both included)."""
    (number,) = connection.execute(
        f"""select count(*) from pages g join captures c on c.page_id = g.id
        where g.urlkey >= ? and g.urlkey < ? and c.timestamp between ? and ? and {REPLAYABLE}""",
        [*urlkeys, start, end],
    ).fetchone()
    return int(number)
