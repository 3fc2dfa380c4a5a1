"""Follow archived redirects: find the capture to which a redirect leads.

The index has not listed this capture. Call these functions in a transaction: they store the page and the
capture.
"""

from dataclasses import replace

from sqlite_utils import Database

from crawler.items import FetchTask
from db import lengths, times
from db.store import captures, clues, retailers
from db.store.captures import Capture, IndexRow
from db.store.retailers import Page
from db.urlkey import urlkey

MAX_HOPS = 5  # circular redirects exist (docs/wayback.md "Replay")
# The maximum time in seconds between a redirect and the capture of its target. EDGI's client `wayback` has
# the same limit (`target_window`).
SAME_MOMENT = 24 * 3600


def target(
    db: Database, page: Page, capture: Capture, location: str | None, visited: tuple[str, ...]
) -> FetchTask | None:
    """Return the task that requests the target of an archived redirect.

    The requested capture has the timestamp of the redirect. `location` is the address to which the redirect
    leads, and `visited` has the urlkeys of the redirects before it. Return None if there is nothing to
    request: no location or one that is too long, a circle of redirects, more than MAX_HOPS redirects, or a
    page that the run lists and fetches anyway.
    """
    if not location or not lengths.is_address(location):
        return None
    if len(visited) > MAX_HOPS or urlkey(location) in visited:
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
    """Return the task for the capture that the web archive offers as a replacement.

    The web archive does not have the requested `capture`. `timestamp` belongs to the offered capture, with up
    to 14 digits. Return None if it is more than SAME_MOMENT seconds from the requested one, or needs no
    request.
    """
    if _seconds_apart(capture.timestamp, timestamp) > SAME_MOMENT:
        return None
    found = _store(db, page, capture.archive, str(timestamp), capture.original, hops)
    return replace(found, is_neighbour=True) if found else None


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
