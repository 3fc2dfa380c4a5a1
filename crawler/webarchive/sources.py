"""The web archives that can be read: where their index and their replay are, which dialect they speak, what they bear."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import quote, urlsplit

from crawler.errors import UnknownSourceError

Dialect = Literal["wayback", "pywb"]
# What stays as it is in a replay address: the original is given verbatim, its own escapes are not escaped again.
_VERBATIM = "%/:?&=;@+$,!'()*~[]|"


@dataclass(frozen=True)
class Source:
    """One archive. `cdx` is its index's address; a capture is at `{replay}/{timestamp}id_/{original}`.

    `save` is the address of its Save Page Now, None where it captures nothing on demand. The rates are requests a minute, 0
    for no limit.
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

    @property
    def origins(self) -> frozenset[str]:
        """The scheme, host and port that a crawl of this source may speak to, and nothing else."""
        return frozenset(origin(address) for address in (self.cdx, self.replay, self.save) if address)

    @property
    def host(self) -> str:
        """Whose limits count, however the address is spelt: the index's host, and its port unless it is http's or https's."""
        parts = urlsplit(self.cdx)
        return f"{parts.hostname}" if parts.port in (None, 80, 443) else f"{parts.hostname}:{parts.port}"

    @property
    def is_private(self) -> bool:
        """Whether the address itself says that this is a server of ours: on this machine or in a private network."""
        host = urlsplit(self.cdx).hostname or ""
        try:
            return ip_address(host).is_private
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    def memento(self, timestamp: str, original: str) -> str:
        """The address of a capture as it was archived, without the archive's own additions; a fragment is never asked for."""
        return f"{self.replay}/{timestamp}id_/{quote(original.partition('#')[0], safe=_VERBATIM)}"


# Limits and addresses: wayback.md sections 3, 5 and 7.2; 80 % of the hard limit where one is known, less where none is.
KNOWN = {
    source.name: source
    for source in (
        Source(
            "web.archive.org",
            "the Wayback Machine",
            "https://web.archive.org/cdx/search/cdx",
            "https://web.archive.org/web",
            save="https://web.archive.org/save",
        ),
        Source(
            "arquivo.pt",
            "Arquivo.pt",
            "https://arquivo.pt/wayback/cdx",
            "https://arquivo.pt/noFrame/replay",
            "pywb",
            24,
            320,
        ),
        Source(
            "webarchive.org.uk",
            "the UK Web Archive",
            "https://www.webarchive.org.uk/wayback/archive/cdx",
            "https://www.webarchive.org.uk/wayback/archive",
            "pywb",
            12,
            60,
        ),
        Source(
            "web.archive.org.au",
            "the Australian Web Archive",
            "https://web.archive.org.au/awa/cdx",
            "https://web.archive.org.au/awa",
            "pywb",
            12,
            60,
        ),
    )
}


def find(name_or_address: str) -> Source:
    """Give the archive of a known name, or one of the Wayback layout at an address (`pywb+http://…/collection` for pywb's).

    Raises UnknownSourceError.
    """
    if name_or_address in KNOWN:
        return KNOWN[name_or_address]
    dialect, _, address = name_or_address.rpartition("+")
    if dialect not in ("", "pywb") or not _is_address(address):
        raise UnknownSourceError(
            f"{name_or_address!r} is no known archive ({', '.join(KNOWN)}) nor an address such as http://127.0.0.1:8001"
        )
    base, netloc = address.rstrip("/"), urlsplit(address).netloc
    if dialect == "pywb":
        return Source(netloc, netloc, f"{base}/cdx", base, "pywb")
    return Source(netloc, netloc, f"{base}/cdx/search/cdx", f"{base}/web", save=f"{base}/save")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an unbalanced "[", or a port that is none
        return False


def origin(address: str) -> str:
    """Scheme, host and port of an address, in one form: `https://web.archive.org:443`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or {'http': 80, 'https': 443}.get(parts.scheme)}"
