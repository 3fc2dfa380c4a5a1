"""The captures of an archive file that can be replayed, and pages that are excluded.

Only fetched captures with a body can be replayed. (The body of a redirect is stored too, and is empty.) Other
captures are not listed, so a client can fetch everything that it finds in a list.
"""

import sqlite3
from enum import Enum
from typing import NamedTuple

# With `+`, SQLite does not use the index on `state`, but the index on timestamps, which is faster here.
REPLAYABLE = "+c.state = 'fetched' and c.body_id is not null"


class UrlkeyRange(NamedTuple):
    """All urlkeys from `start` (included) to `end` (excluded), in SQLite's order of text."""

    start: str
    end: str


class Availability(Enum):
    """Whether captures of some pages can be replayed."""

    AVAILABLE = "at least one capture can be replayed"
    EXCLUDED = "no capture can be replayed, and the web archive excludes the page"
    NOTHING = "no capture can be replayed"


class IndexedCapture(NamedTuple):
    """A capture with the columns of an index. Unknown values are None."""

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
    """Return the range that contains only this urlkey."""
    return UrlkeyRange(urlkey, urlkey + "\0")


def page_ids(connection: sqlite3.Connection, urlkey: str) -> list[int]:
    """Return the ids of the pages with a urlkey: one for each policy that has it, or [].

    With these ids, SQLite reads the captures of a page in order of time and can stop early.
    """
    return [int(row[0]) for row in connection.execute("select id from pages where urlkey = ?", [urlkey])]


def availability(connection: sqlite3.Connection, urlkeys: UrlkeyRange) -> Availability:
    """Return whether captures of the range can be replayed, or whether its pages are excluded.

    A range of several pages is excluded if one page is excluded and the index of no other page was read
    completely.
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
    """Return how many captures between two timestamps (both included) can be replayed.

    A capture of a page that two policies share counts once.
    """
    (number,) = connection.execute(
        f"""select count(*) from (
            select distinct g.urlkey, c.timestamp, c.original, c.mimetype, c.status, c.digest, c.length
            from pages g join captures c on c.page_id = g.id
            where g.urlkey >= ? and g.urlkey < ? and c.timestamp between ? and ? and {REPLAYABLE})""",
        [*urlkeys, start, end],
    ).fetchone()
    return int(number)
