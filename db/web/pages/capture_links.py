"""Links to the capture behind a date: here, and in the web archive that made it."""

from typing import NamedTuple

from sqlite_utils import Database

from db.web.common.urls import encoded

# Name and replay address of the known web archives. Captures of other archives can be seen only here.
READ_AT = {
    "web.archive.org": ("the Wayback Machine", "https://web.archive.org/web"),
    "arquivo.pt": ("Arquivo.pt", "https://arquivo.pt/wayback"),
    "webarchive.org.uk": ("the UK Web Archive", "https://www.webarchive.org.uk/wayback/archive"),
    "web.archive.org.au": ("the Australian Web Archive", "https://web.archive.org.au/awa"),
}


class CaptureLink(NamedTuple):
    """A good capture: when it was made, by which web archive, of which address."""

    captured_at: str
    archive: str
    timestamp: str
    original: str

    @property
    def address(self) -> str | None:
        """The address of the capture in the web archive; None for an archive that others cannot reach."""
        known = READ_AT.get(self.archive)
        return f"{known[1]}/{self.timestamp}/{encoded(self.original)}" if known else None

    @property
    def archive_title(self) -> str:
        """The web archive's name for people."""
        known = READ_AT.get(self.archive)
        return known[0] if known else self.archive


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
