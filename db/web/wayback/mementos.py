"""Single captures of a page: at a second, nearest to a moment, and before and after a moment."""

import calendar
import json
import sqlite3
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from db.times import moment
from db.web.common.holdings import CAPTURE_COLUMNS, REPLAYABLE, IndexedCapture, page_ids

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class Memento(NamedTuple):
    """A capture with everything that is needed to replay it."""

    capture: IndexedCapture
    archive: str
    headers: list[tuple[str, str]] | None  # as captured, or None if they are not stored
    body_id: int


class Neighbours(NamedTuple):
    """The first and last capture of a page, and those before and after a second.

    `previous` and `next` are never of the given second itself. Each one can be None.
    """

    first: IndexedCapture | None
    previous: IndexedCapture | None
    next: IndexedCapture | None
    last: IndexedCapture | None


def memento_at(connection: sqlite3.Connection, urlkey: str, timestamp: str, asked: str) -> Memento | None:
    """Return the capture of exactly this second (14 digits), or None.

    http and https, with and without `www.`, have the same urlkey, so there can be several. The capture of
    exactly the address `asked` is preferred, then one with status 200, then the one with the lowest id
    (docs/wayback.md, "Replay answers").
    """
    rows = connection.execute(
        f"""select {CAPTURE_COLUMNS}, c.archive, c.headers, c.body_id
        from pages g join captures c on c.page_id = g.id
        where g.urlkey = ? and c.timestamp = ? and {REPLAYABLE}""",
        [urlkey, timestamp],
    ).fetchall()
    mementos = [Memento(IndexedCapture(*row[:8]), row[8], _headers(row[9]), row[10]) for row in rows]
    return min(mementos, key=lambda memento: _preference(memento.capture, asked), default=None)


def nearest(connection: sqlite3.Connection, urlkey: str, timestamp: str, asked: str) -> IndexedCapture | None:
    """Return the capture nearest to a timestamp of 14 digits, or None without captures.

    If two captures are equally near, the earlier one is returned.
    """
    before = _edge(connection, urlkey, "c.timestamp <= ?", "desc", timestamp)
    after = _edge(connection, urlkey, "c.timestamp > ?", "asc", timestamp)
    aim = instant(timestamp)
    found = [capture for capture in (before, after) if capture is not None]
    if not found:
        return None
    best = min(found, key=lambda capture: abs(instant(capture.timestamp) - aim))
    memento = memento_at(connection, urlkey, best.timestamp, asked)
    return best if memento is None else memento.capture


def neighbours(connection: sqlite3.Connection, urlkey: str, timestamp: str) -> Neighbours:
    """Return a page's first and last capture, and those around a second."""
    return Neighbours(
        _edge(connection, urlkey, "c.timestamp >= ?", "asc", ""),
        _edge(connection, urlkey, "c.timestamp < ?", "desc", timestamp),
        _edge(connection, urlkey, "c.timestamp > ?", "asc", timestamp),
        _edge(connection, urlkey, "c.timestamp >= ?", "desc", ""),
    )


def pad(timestamp: str) -> str:
    """Complete a timestamp of 1 to 13 digits to 14, as the Wayback Machine does.

    The result is the end of the period: `2014` becomes `20141231235959`. `2` becomes a time after all
    captures, and `0` a time before them.
    """
    return timestamp + "99991231235959"[len(timestamp) :]


def instant(timestamp: str) -> datetime:
    """Return the moment of 14 digits.

    Invalid digits (30 February, hour 25) are replaced by the nearest valid ones.
    """
    known = moment(timestamp)
    if known is not None:
        return known
    year, month = max(int(timestamp[:4]), 1), min(max(int(timestamp[4:6]), 1), 12)
    day = min(max(int(timestamp[6:8]), 1), calendar.monthrange(year, month)[1])
    hour, minute, second = int(timestamp[8:10]), int(timestamp[10:12]), int(timestamp[12:])
    return datetime(year, month, day, min(hour, 23), min(minute, 59), min(second, 59), tzinfo=UTC)


def _edge(
    connection: sqlite3.Connection, urlkey: str, side: str, direction: str, timestamp: str
) -> IndexedCapture | None:
    pages = page_ids(connection, urlkey)
    row = connection.execute(
        f"""select {CAPTURE_COLUMNS} from captures c join pages g on g.id = c.page_id
        where c.page_id in ({", ".join("?" * len(pages))}) and {side} and {REPLAYABLE}
        order by c.timestamp {direction}, c.id limit 1""",
        [*pages, timestamp],
    ).fetchone()
    return None if row is None else IndexedCapture(*row)


def _preference(capture: IndexedCapture, asked: str) -> tuple[bool, bool, bool, int]:
    return (
        capture.original != asked,
        _plain(capture.original) != _plain(asked),
        capture.status != 200,
        capture.id,
    )


def _plain(url: str) -> str:
    """Return an address without its default port, and with one form of percent-encoding.

    Clients remove or change these parts, so they must not matter in a comparison.
    """
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        netloc = parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, ":"))
        return quote(
            urlunsplit(parts._replace(netloc=netloc, path=parts.path or "/", fragment="")),
            safe="/:?&=%+;,@!~*'()$",
        )
    except ValueError:
        return url


def _headers(stored: str | None) -> list[tuple[str, str]] | None:
    if stored is None:
        return None
    return [(str(name), str(value)) for name, value in json.loads(stored)]
