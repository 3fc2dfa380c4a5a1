"""Hosts and registered domains of addresses."""

from __future__ import annotations

import ipaddress
import re
from functools import cache, lru_cache
from urllib.parse import urlsplit

from tldextract import TLDExtract

_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*://")
_LABEL = re.compile(r"^[^\s/\\?#@:%\[\]<>\"'()]+$")


@cache
def _suffixes() -> TLDExtract:
    # Only the list that comes with tldextract: no download, no cache folder, the same result everywhere.
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def host_of(url_or_host: str) -> str:
    """Return the host of an address or host name in lower case.

    The host has no port, user or final dot. Returns "" if there is no host, or if the address is broken.
    """
    text = url_or_host.strip()
    if not _SCHEME.match(text):
        text = "//" + text.lstrip("/")
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:  # an unbalanced "[" or a port of letters: nobody could reach such a host
        return ""
    return host.strip(".").lower()


def registered_domain(url_or_host: str) -> str:
    """Return the registered domain of an address or host name.

    ``shop.example.co.uk`` and ``https://www.example.co.uk/x`` return ``example.co.uk``. A host under a suffix
    that the public suffix list does not have (``.example``, ``.test``) returns its last two labels. An IP
    address and a host of one label return themselves. Without a host the result is "".
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
