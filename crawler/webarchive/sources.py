"""The archive that a crawl reads: a known one by its name, or any other by its address."""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import quote, urlsplit

from crawler.errors import UnknownSourceError
from db import known_archives
from db.known_archives import WebArchive
from db.urlkey import is_web_address

# Characters that stay as they are in a replay address. The original is part of it verbatim: a "%" in it is
# not escaped again.
_VERBATIM = "%/:?&=;@+$,!'()*~[]|"


class Source(WebArchive):
    """A web archive with what a crawl computes from its addresses."""

    @property
    def origins(self) -> frozenset[str]:
        """The origins (scheme, host and port) to which a crawl of this source may send requests."""
        return frozenset(origin(address) for address in (self.cdx, self.replay, self.save) if address)

    @property
    def host(self) -> str:
        """The host of the index, under which limits are counted; with its port, except 80 and 443."""
        parts = urlsplit(self.cdx)
        return f"{parts.hostname}" if parts.port in (None, 80, 443) else f"{parts.hostname}:{parts.port}"

    @property
    def is_private(self) -> bool:
        """Whether the address is on this machine or in a private network."""
        host = urlsplit(self.cdx).hostname or ""
        try:
            return ip_address(host).is_private
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    def with_rates(self, **per_minute: float | None) -> Self:
        """Return the source with other rates, such as `cdx_per_minute`; None keeps the source's own."""
        rates: dict[str, Any] = {name: rate for name, rate in per_minute.items() if rate is not None}
        return replace(self, **rates) if rates else self

    def memento(self, timestamp: str, original: str) -> str:
        """Return the address of a capture's original bytes. A fragment is never part of it."""
        return f"{self.replay}/{timestamp}id_/{quote(original.partition('#')[0], safe=_VERBATIM)}"


KNOWN = {name: Source(**vars(archive)) for name, archive in known_archives.KNOWN.items()}


def find(name_or_address: str) -> Source:
    """Return the archive of a known name, or the one at an address.

    An address has the Wayback Machine's layout (`http://host`), or pywb's with a prefix
    (`pywb+http://host/collection`).

    Raises UnknownSourceError.
    """
    if name_or_address in KNOWN:
        return KNOWN[name_or_address]
    dialect, _, address = name_or_address.rpartition("+")
    if dialect not in ("", "pywb") or not is_web_address(address):
        raise UnknownSourceError(
            f"{name_or_address!r} is no known archive ({', '.join(KNOWN)}) nor an address such as http://127.0.0.1:8001"
        )
    base, netloc = address.rstrip("/"), urlsplit(address).netloc
    if dialect == "pywb":
        return Source(netloc, netloc, f"{base}/cdx", base, "pywb")
    return Source(netloc, netloc, f"{base}/cdx/search/cdx", f"{base}/web", save=f"{base}/save")


def origin(address: str) -> str:
    """Return scheme, host and port of an address in one form: `https://web.archive.org:443`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or {'http': 80, 'https': 443}.get(parts.scheme)}"
