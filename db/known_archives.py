"""The web archives that policytrail knows by name.

Crawls, citations and web pages all use this list. To add a web archive, add a row to `KNOWN`; nothing else
has to change.
"""

from dataclasses import dataclass
from typing import Literal

from db.ascii_urls import encoded

Dialect = Literal["wayback", "pywb"]


@dataclass(frozen=True)
class WebArchive:
    """A web archive, with its addresses and rate limits.

    The unaltered bytes of a capture are at `{replay}/{timestamp}id_/{original}`. `title` is the name for
    people. `cdx` is the address of the index, and `dialect` the form of the index answers. `save` is the
    address of Save Page Now, or None if the web archive captures nothing on demand. `read_at` is for people:
    a capture is at `{read_at}/{timestamp}/{original}`; it is None if only this machine can reach the web
    archive. The rates are requests a minute, and 0 means no limit.
    """

    name: str
    title: str
    cdx: str
    replay: str
    dialect: Dialect = "wayback"
    cdx_per_minute: float = 24
    replay_per_minute: float = 480
    save: str | None = None
    save_per_minute: float = 5.6
    read_at: str | None = None


# Addresses and limits: docs/wayback.md "Rate limits". A rate is 80 % of the web archive's hard limit. If the
# limit is not known, the rate is a cautious guess.
KNOWN = {
    archive.name: archive
    for archive in (
        WebArchive(
            "web.archive.org",
            "the Wayback Machine",
            "https://web.archive.org/cdx/search/cdx",
            "https://web.archive.org/web",
            save="https://web.archive.org/save",
            read_at="https://web.archive.org/web",
        ),
        WebArchive(
            "arquivo.pt",
            "Arquivo.pt",
            "https://arquivo.pt/wayback/cdx",
            "https://arquivo.pt/noFrame/replay",
            "pywb",
            cdx_per_minute=24,
            replay_per_minute=320,
            read_at="https://arquivo.pt/wayback",
        ),
        WebArchive(
            "webarchive.org.uk",
            "the UK Web Archive",
            "https://www.webarchive.org.uk/wayback/archive/cdx",
            "https://www.webarchive.org.uk/wayback/archive",
            "pywb",
            cdx_per_minute=12,
            replay_per_minute=60,
            read_at="https://www.webarchive.org.uk/wayback/archive",
        ),
        WebArchive(
            "web.archive.org.au",
            "the Australian Web Archive",
            "https://web.archive.org.au/awa/cdx",
            "https://web.archive.org.au/awa",
            "pywb",
            cdx_per_minute=12,
            replay_per_minute=60,
            read_at="https://web.archive.org.au/awa",
        ),
    )
}


def read_address(archive: str, timestamp: str, original: str) -> str | None:
    """Return where people read a capture; None if others cannot reach its web archive.

    `timestamp` is as the web archive writes it.
    """
    known = KNOWN.get(archive)
    if not known or not known.read_at:
        return None
    return f"{known.read_at}/{timestamp}/{encoded(original)}"
