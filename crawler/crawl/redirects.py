"""Archived redirects: to which capture of which page they lead, where no index has said that it is there.

To be called inside a transaction: the page and the capture are entered.
"""

from sqlite_utils import Database

from db import times
from db.store import captures, clues, retailers
from db.store.captures import Capture, IndexRow
from db.store.retailers import Page
from db.urlkey import urlkey

MAX_HOPS = 5  # circular redirects exist (wayback.md section 2.2)
SAME_MOMENT = 24 * 3600  # seconds by which a redirect's target may lie off it in time (EDGI's target_window)

Target = tuple[Page, list[Capture]]


def target(
    db: Database, page: Page, capture: Capture, location: str | None, visited: tuple[str, ...]
) -> Target | None:
    """Where a capture that redirects to `location` leads: a page, and its capture of that second; None for nothing to ask.

    `visited` are the urlkeys on the way here. A page that the run lists itself needs no following: it is asked for anyway.
    """
    if not location or len(visited) > MAX_HOPS or urlkey(location) in visited:
        return None
    known = retailers.find_page(db, page.policy_id, location)
    if known and not known.waypoint:
        return None
    found = retailers.add_page(db, page.policy_id, location, "link", waypoint=True)
    clues.note(db, found.id, "redirect", capture.id)
    return _enter(db, found, capture.archive, capture.timestamp, location)


def neighbour(db: Database, page: Page, capture: Capture, timestamp: str | None) -> Target | None:
    """The capture at `timestamp` (up to 14 digits), to which the archive points instead; None where it is too far off."""
    if _apart(capture.timestamp, timestamp) > SAME_MOMENT:
        return None
    return _enter(db, page, capture.archive, str(timestamp), capture.original)


def _enter(db: Database, page: Page, archive: str, timestamp: str, original: str) -> Target | None:
    """Enter a capture; None where it is known and not to be asked for."""
    captures.record_rows(db, page.id, archive, [IndexRow(page.urlkey, timestamp, original)])
    there = [
        c
        for c in captures.of_page(db, page.id)
        if (c.timestamp, c.original) == (timestamp, original) and c.wanted
    ]
    return (page, there[:1]) if there else None


def _apart(timestamp: str, other: str | None) -> float:
    """Seconds between two captures; infinite where one names no moment."""
    one, two = times.moment(timestamp), times.moment((other or "").ljust(14, "0"))
    return abs((one - two).total_seconds()) if one and two else float("inf")
