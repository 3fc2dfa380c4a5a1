"""Hosts and registered domains of web addresses."""

from __future__ import annotations

import ipaddress
import re
from functools import cache, lru_cache
from urllib.parse import urlsplit

import idna
from tldextract import TLDExtract

_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*://")
_NO_HOST = re.compile(r"[\s/\\?#@:%\[\]<>^|]")  # some characters are mapped to several, such as a/c
_LABEL = re.compile(r"^[^\s/\\?#@:%\[\]<>\"'()]+$")


@cache
def _suffixes() -> TLDExtract:
    # Use only the list that is part of tldextract: no download, no cache, the same result on every machine.
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def host_of(url_or_host: str) -> str:
    """Return the host of an address or host name in lower case, as browsers send it (`xn--…`).

    The result has no port, user or final dot. Returns "" if there is no host, or if the address is invalid.
    """
    text = url_or_host.strip()
    if not _SCHEME.match(text):
        text = "//" + text.lstrip("/")
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:  # an unbalanced "[", or a port that is no number: such a host does not exist
        return ""
    return ascii_host(host.strip("."))


def ascii_host(host: str) -> str:
    """Return a host name as browsers send it: UTS 46 without transitional rules, so ``ß`` is not ``ss``.

    A name that is not valid stays readable.
    """
    if host.isascii():
        return host.lower()
    try:
        mapped = idna.uts46_remap(host, std3_rules=False, transitional=False)
    except (idna.IDNAError, UnicodeError):
        return host.lower()
    if _NO_HOST.search(mapped):
        return host.lower()
    return ".".join(map(_ascii_label, mapped.split(".")))


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    try:
        return idna.alabel(label).decode("ascii")
    except (idna.IDNAError, UnicodeError):  # browsers also visit what IDNA 2008 forbids, such as symbols
        return f"xn--{label.encode('punycode').decode('ascii')}"


def registered_domain(url_or_host: str) -> str:
    """Return the registered domain of an address or host name.

    For ``shop.example.co.uk`` and ``https://www.example.co.uk/x`` the result is ``example.co.uk``. If the
    public suffix list does not contain the suffix (``.example``, ``.test``), the result is the last two
    labels. An IP address or a host of one label is returned as it is. Returns "" if there is no valid host.
    """
    return _registered(host_of(url_or_host))


def has_public_suffix(host: str) -> bool:
    """Return whether a host name ends in a public suffix and has a label before it, such as `shop.co.uk`.

    Names such as `archive.db` and `shop.example` end in none.
    """
    parts = _suffixes()(host_of(host))
    return bool(parts.suffix and parts.domain)


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
