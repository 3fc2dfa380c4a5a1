"""Links to the capture that is the evidence for a date: on this server and in the web archive."""

from typing import NamedTuple

from sqlite_utils import Database

from db.history import good_captures
from db.history.good_captures import GoodCapture
from db.known_archives import KNOWN, read_address


class CaptureLink(NamedTuple):
    """A good capture (verdict `policy`): its moment, web archive and address."""

    captured_at: str
    archive: str
    timestamp: str
    original: str
    replay_key: str | None = None

    @property
    def address(self) -> str | None:
        """The capture's address in the web archive, or None if others cannot reach that archive."""
        return read_address(self.archive, self.replay_key or self.timestamp, self.original)

    @property
    def archive_title(self) -> str:
        """The name of the web archive for people."""
        return KNOWN[self.archive].title if self.archive in KNOWN else self.archive


def capture_links(db: Database, policy_id: int) -> dict[str, CaptureLink]:
    """Return moment (ISO 8601) -> good capture, for a policy. Returns {} without good captures."""
    found: dict[str, CaptureLink] = {}
    for capture in good_captures.of_policy(db, policy_id):
        found.setdefault(capture.captured_at, link(capture))
    return found


def link(capture: GoodCapture) -> CaptureLink:
    """Return the link to a good capture."""
    return CaptureLink(
        capture.captured_at, capture.archive, capture.timestamp, capture.original, capture.replay_key
    )
