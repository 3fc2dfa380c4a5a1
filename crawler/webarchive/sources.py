"""The web archive that a crawl reads: a known one by its name, or any other by its address."""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import quote, urlsplit

from crawler.errors import UnknownSourceError
from db import known_archives
from db.known_archives import WebArchive
from db.urlkey import is_web_address

# These characters are not escaped in a replay address. The address of the captured page is part of a replay
# address without changes: a "%" is not escaped a second time.
_VERBATIM = "%/:?&=;@+$,!'()*~[]|"


class Source(WebArchive):
    """A web archive, with properties that a crawl computes from its addresses."""

    @property
    def origins(self) -> frozenset[str]:
        """The origins (scheme, host and port) to which requests of a crawl may go."""
        return frozenset(origin(address) for address in (self.cdx, self.replay, self.save) if address)

    @property
    def host(self) -> str:
        """The host name of the index, which identifies the web archive in the shared limits.

        It includes the port, unless that is 80 or 443: `web.archive.org`, `127.0.0.1:8001`.
        """
        parts = urlsplit(self.cdx)
        return f"{parts.hostname}" if parts.port in (None, 80, 443) else f"{parts.hostname}:{parts.port}"

    @property
    def is_private(self) -> bool:
        """Whether the host of the index is this machine or in a private network."""
        host = urlsplit(self.cdx).hostname or ""
        try:
            return ip_address(host).is_private
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    def with_rates(self, **per_minute: float | None) -> Self:
        """Return the source with other rates, such as `cdx_per_minute=10`.

        None keeps the source's own rate.
        """
        rates: dict[str, Any] = {name: rate for name, rate in per_minute.items() if rate is not None}
        return replace(self, **rates) if rates else self

    def memento(self, timestamp: str, original: str) -> str:
        """Return the address at which the web archive replays the original bytes of a capture.

        A fragment (`#…`) of `original` is left out.
        """
        return f"{self.replay}/{timestamp}id_/{quote(original.partition('#')[0], safe=_VERBATIM)}"


KNOWN = {name: Source(**vars(archive)) for name, archive in known_archives.KNOWN.items()}


def find(name_or_address: str) -> Source:
    """Return a web archive by its name or its address.

    Names of known web archives are in db/known_archives.py. An address is `http://host` for a server with the
    layout of the Wayback Machine, and `pywb+http://host/collection` for a pywb collection.

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
    """Return the scheme, host and port of an address, such as `https://web.archive.org:443`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or {'http': 80, 'https': 443}.get(parts.scheme)}"
