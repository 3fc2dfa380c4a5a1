"""What an archive holds: spans of urlkeys, the captures in them that can be replayed, and exclusions.

Listed is what can be replayed, so that a client that fetches all it was listed gets all of it: captures in state
`fetched` with a body (the body of a redirect is stored too, as an empty one).
"""

import sqlite3
from enum import Enum
from typing import NamedTuple

REPLAYABLE = "+c.state = 'fetched' and c.body_id is not null"  # the `+` leaves the choice of the index to the timestamp


class UrlkeyRange(NamedTuple):
    """All urlkeys from `start` up to, but not with, `end`, in the order of SQLite's text."""

    start: str
    end: str


class Availability(Enum):
    """What there is to say about the pages of a span."""

    AVAILABLE = "at least one capture can be replayed"
    EXCLUDED = "none can, and the Wayback Machine has excluded the page"
    NOTHING = "none can"


class IndexedCapture(NamedTuple):
    """A capture as the index lists it; what the archive does not know is None."""

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
    """The span of one urlkey."""
    return UrlkeyRange(urlkey, urlkey + "\0")


def page_ids(connection: sqlite3.Connection, urlkey: str) -> list[int]:
    """The pages of a urlkey: one for each policy that knows it, mostly just one; empty when there is none.

    Captures are looked up by these ids, because SQLite then reads those of one page in order of time and stops early.
    """
    return [int(row[0]) for row in connection.execute("select id from pages where urlkey = ?", [urlkey])]


def availability(connection: sqlite3.Connection, urlkeys: UrlkeyRange) -> Availability:
    """Say whether the span holds a capture that can be replayed, or else whether its pages are excluded.

    A span of many pages is excluded when a page in it is and the archive was able to list no other.
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
    """How many captures of the span, from one timestamp to the other (both included), can be replayed."""
    (number,) = connection.execute(
        f"""select count(*) from pages g join captures c on c.page_id = g.id
        where g.urlkey >= ? and g.urlkey < ? and c.timestamp between ? and ? and {REPLAYABLE}""",
        [*urlkeys, start, end],
    ).fetchone()
    return int(number)
