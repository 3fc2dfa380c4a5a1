"""Links to the captures that are the evidence for dates: on this server and in the web archive."""

from sqlite_utils import Database

from db.citations import CaptureLink, link
from db.history import good_captures


def capture_links(db: Database, policy_id: int) -> dict[str, CaptureLink]:
    """Return moment (ISO 8601) -> good capture, for a policy. Returns {} without good captures."""
    found: dict[str, CaptureLink] = {}
    for capture in good_captures.of_policy(db, policy_id):
        found.setdefault(capture.captured_at, link(capture))
    return found
