"""Archived redirects: to which capture of which page they lead, where no index has listed it.

Call these functions inside a transaction: they store the page and the capture.
"""

from sqlite_utils import Database

from crawler.items import FetchTask
from db import times
from db.store import captures, clues, retailers
from db.store.captures import Capture, IndexRow
from db.store.retailers import Page
from db.urlkey import urlkey

MAX_HOPS = 5  # circular redirects exist (docs/wayback.md "Replay")
# Seconds by which a redirect's target may lie off it in time; EDGI's wayback has the same `target_window`.
SAME_MOMENT = 24 * 3600


def target(
    db: Database, page: Page, capture: Capture, location: str | None, visited: tuple[str, ...]
) -> FetchTask | None:
    """Return the task for the target of a redirect, at the same second; None for nothing to request.

    `visited` are the urlkeys on the way here. A page that the run lists itself is not followed: it is
    requested anyway.
    """
    if not location or len(visited) > MAX_HOPS or urlkey(location) in visited:
        return None
    known = retailers.find_page(db, page.policy_id, location)
    if known and not known.waypoint:
        return None
    found = retailers.add_page(db, page.policy_id, location, "link", waypoint=True)
    clues.note(db, found.id, "redirect", capture.id)
    return _store(db, found, capture.archive, capture.archive_timestamp, location, visited)


def neighbour(
    db: Database, page: Page, capture: Capture, timestamp: str | None, hops: tuple[str, ...]
) -> FetchTask | None:
    """Return the task for the capture that the archive offers instead; None where it is too far off in time.

    `timestamp` is that of the offered capture, up to 14 digits.
    """
    if _seconds_apart(capture.timestamp, timestamp) > SAME_MOMENT:
        return None
    return _store(db, page, capture.archive, str(timestamp), capture.original, hops)


def _store(
    db: Database, page: Page, archive: str, timestamp: str, original: str, hops: tuple[str, ...]
) -> FetchTask | None:
    """Store a capture and return its task; None where it is known and need not be requested."""
    row = IndexRow.at(page.urlkey, timestamp, original)
    captures.record_rows(db, page.id, archive, [row])
    for capture in captures.of_page(db, page.id):
        if (capture.timestamp, capture.original) == (row.timestamp, original) and capture.wanted:
            return FetchTask(page, [capture], hops)
    return None


def _seconds_apart(timestamp: str, other: str | None) -> float:
    """Return the seconds between two captures; infinite where one timestamp is no moment."""
    one, two = times.moment(timestamp), times.moment(times.padded(other or ""))
    return abs((one - two).total_seconds()) if one and two else float("inf")
