"""Links to the capture behind a date: here, and in the web archive that made it."""

from typing import NamedTuple

from sqlite_utils import Database

from db.known_archives import KNOWN
from db.web.common.urls import encoded


class CaptureLink(NamedTuple):
    """A good capture: when it was made, by which web archive, of which address."""

    captured_at: str
    archive: str
    timestamp: str
    original: str

    @property
    def address(self) -> str | None:
        """The address of the capture in the web archive; None for an archive that others cannot reach."""
        known = KNOWN.get(self.archive)
        return (
            f"{known.read_at}/{self.timestamp}/{encoded(self.original)}" if known and known.read_at else None
        )

    @property
    def archive_title(self) -> str:
        """The web archive's name for people."""
        return KNOWN[self.archive].title if self.archive in KNOWN else self.archive


def capture_links(db: Database, policy_id: int) -> dict[str, CaptureLink]:
    """Return the good captures of a policy by their moment; without any, an empty dictionary.

    If two captures have the same moment, the one of the first address is returned.
    """
    rows = db.execute(
        """select c.captured_at, c.archive, c.timestamp, c.original
        from pages g cross join captures c on c.page_id = g.id
        where g.policy_id = ? and c.verdict = 'policy' and c.captured_at is not null
        order by c.captured_at desc, g.urlkey desc, c.original desc""",
        [policy_id],
    )
    return {row[0]: CaptureLink(*row) for row in rows}
