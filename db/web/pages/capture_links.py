"""Links to the capture behind a date: here, and in the web archive that made it."""

from typing import NamedTuple

from sqlite_utils import Database

from db.history import good_captures
from db.history.good_captures import GoodCapture
from db.known_archives import KNOWN
from db.web.common.urls import encoded


class CaptureLink(NamedTuple):
    """A good capture: when it was made, by which web archive, of which address."""

    captured_at: str
    archive: str
    timestamp: str
    original: str
    replay_key: str | None = None

    @property
    def address(self) -> str | None:
        """The address of the capture in the web archive; None for an archive that others cannot reach."""
        known = KNOWN.get(self.archive)
        if not known or not known.read_at:
            return None
        return f"{known.read_at}/{self.replay_key or self.timestamp}/{encoded(self.original)}"

    @property
    def archive_title(self) -> str:
        """The web archive's name for people."""
        return KNOWN[self.archive].title if self.archive in KNOWN else self.archive


def capture_links(db: Database, policy_id: int) -> dict[str, CaptureLink]:
    """Return the good captures of a policy by their moment (ISO 8601); empty if there are none."""
    found: dict[str, CaptureLink] = {}
    for capture in good_captures.of_policy(db, policy_id):
        found.setdefault(capture.captured_at, link(capture))
    return found


def link(capture: GoodCapture) -> CaptureLink:
    """Return the link to a good capture."""
    return CaptureLink(
        capture.captured_at, capture.archive, capture.timestamp, capture.original, capture.replay_key
    )
