"""Where a text comes from: the retailer's domain, the snapshot's address, and the line that states both."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import quote, unquote, urlsplit

from tldextract import TLDExtract

WAYBACK_MACHINE = "the Wayback Machine"
WAYBACK_REPLAY = "https://web.archive.org/web"

_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*://")
_STATED = re.compile(
    r"> \*The following text is extracted and transformed from the (?P<domain>\S{1,255}) privacy policy that was archived on"
    r" (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:\. Please check the \[original snapshot on [^\]]{1,100}\]"
    r"\((?P<replay>https?://[^\s()]{1,500}?)/(?P<timestamp>[0-9]{14})id_/(?P<encoded>[^\s()]{1,8000})\)"
    r" for the most accurate reproduction\."
    r"| \((?P<original>.{1,8000}), capture (?P<key>[0-9]{14}) of (?P<archive>.{1,500})\)\.)\*"
)
_LABEL = re.compile(r"^[^\s/\\?#@:%\[\]<>\"'()]+$")


@cache
def _suffixes() -> TLDExtract:
    # Only the list bundled with tldextract: no download, no cache folder, so the same answer everywhere.
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def host_of(url_or_host: str) -> str:
    """Return the lower-case host of an address or host name, without port, user or final dot; "" if it has none."""
    text = url_or_host.strip()
    if not _SCHEME.match(text):
        text = "//" + text.lstrip("/")
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:  # an unbalanced "[", a port of letters: no host that anyone could reach
        return ""
    return host.strip(".").lower()


def registered_domain(url_or_host: str) -> str:
    """Return the domain that was registered: ``shop.example.co.uk`` and ``https://www.example.co.uk/x`` give ``example.co.uk``.

    A host under a suffix that the public list does not know (``.example``, ``.test``) gives its last two labels; an IP
    address gives itself; a host of one label gives that label; what has no host at all gives "".
    """
    return _registered(host_of(url_or_host))


@lru_cache(maxsize=1024)
def _registered(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    labels = host.split(".")
    if not host or not all(_LABEL.match(label) for label in labels):
        return ""
    parts = _suffixes()(host)
    if parts.suffix and parts.domain:
        return f"{parts.domain}.{parts.suffix}"
    return host if parts.suffix else ".".join(labels[-2:])


def snapshot_address(timestamp: str, original: str, replay: str = WAYBACK_REPLAY) -> str:
    """Return the address at which an archive serves the unaltered capture (``id_``).

    ``timestamp`` is the archive's own 14 digits, ``original`` the captured address as the archive lists it, ``replay``
    the archive's replay address without a final slash. ``original`` is percent-encoded but for ``/``, as in the format.
    """
    return f"{replay.rstrip('/')}/{timestamp}id_/{quote(original, errors='replace')}"


def provenance(
    domain: str, timestamp: str, original: str, archive: str = WAYBACK_MACHINE, replay: str = WAYBACK_REPLAY
) -> str:
    """Return the first line of a document: which shop's policy, archived when and where.

    ``timestamp`` is 14 digits of UTC; its first eight are the date shown. No newline at the end.
    """
    date = f"{timestamp[:4]}-{timestamp[4:6]}-{timestamp[6:8]}"
    return (
        f"> *The following text is extracted and transformed from the {domain} privacy policy that was archived on {date}."
        f" Please check the [original snapshot on {archive}]({snapshot_address(timestamp, original, replay)})"
        f" for the most accurate reproduction.*"
    )


@dataclass(frozen=True)
class Stated:
    """What a provenance line states: whose policy, archived on which ``day`` (ISO 8601), which capture of which archive.

    The archive is known by its ``replay`` address, or, where nobody can look there, by the name ``archive``.
    """

    domain: str
    day: str
    timestamp: str
    original: str
    replay: str | None
    archive: str | None


def read_provenance(line: str) -> Stated | None:
    """Read what ``provenance`` wrote, and what the Princeton-Leuven corpus has in the same words; None for any other line.

    Nothing that it states is believed here: a domain, an address and a moment may be anything of their form.
    """
    match = _STATED.fullmatch(line.rstrip())
    if match is None:
        return None
    found = match.groupdict()
    original = unquote(found["encoded"]) if found["encoded"] else found["original"]
    return Stated(
        found["domain"],
        found["day"],
        found["timestamp"] or found["key"],
        original,
        found["replay"],
        found["archive"],
    )
