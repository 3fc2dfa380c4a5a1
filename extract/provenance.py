"""The provenance line: a document's first line, with the retailer's domain and the capture's address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

WAYBACK_MACHINE = "the Wayback Machine"
WAYBACK_REPLAY = "https://web.archive.org/web"

_STATED = re.compile(
    r"> \*The following text is extracted and transformed from the (?P<domain>\S{1,255}) privacy policy"
    r" that was archived on"
    r" (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:\. Please check the \[original snapshot on [^\]]{1,100}\]"
    r"\((?P<replay>https?://[^\s()]{1,500}?)/(?P<timestamp>[0-9]{4,20})id_/(?P<encoded>[^\s()]{1,8000})\)"
    r" for the most accurate reproduction\."
    r"| \((?P<original>.{1,8000}), capture (?P<key>[0-9]{4,20}) of (?P<archive>.{1,500})\)\.)\*"
)


def snapshot_address(timestamp: str, original: str, replay: str = WAYBACK_REPLAY) -> str:
    """Return the address at which a web archive serves the unaltered capture (``id_``).

    ``timestamp`` has 14 digits, such as ``20150530130240``. ``original`` is the captured address as the web
    archive lists it. Everything in it except ``/`` is percent-encoded (docs/format.md "Provenance line").
    ``replay`` is the start of the web archive's replay addresses.
    """
    return f"{replay.rstrip('/')}/{timestamp}id_/{quote(original, errors='replace')}"


def provenance(
    domain: str,
    timestamp: str,
    original: str,
    archive: str = WAYBACK_MACHINE,
    replay: str = WAYBACK_REPLAY,
    replay_key: str | None = None,
) -> str:
    """Return a document's first line, without a newline (docs/format.md "Provenance line").

    ``domain`` is the retailer's, ``original`` the captured address, and ``timestamp`` has 14 digits (UTC).
    ``archive`` is the archive's name and ``replay`` its replay address. ``replay_key`` is the timestamp as
    the archive writes it, if that has another number of digits.
    """
    snapshot = snapshot_address(replay_key or timestamp, original, replay)
    date = f"{timestamp[:4]}-{timestamp[4:6]}-{timestamp[6:8]}"
    return (
        f"> *The following text is extracted and transformed from the {domain} privacy policy"
        f" that was archived on {date}."
        f" Please check the [original snapshot on {archive}]({snapshot})"
        f" for the most accurate reproduction.*"
    )


@dataclass(frozen=True)
class Stated:
    """The content of a provenance line.

    ``domain`` is the retailer's. ``day`` (ISO 8601) and ``timestamp`` (mostly 14 digits) say when
    ``original`` was
    captured. The archive has a ``replay`` address, or a name (``archive``) if it cannot be reached on the
    web.
    """

    domain: str
    day: str
    timestamp: str
    original: str
    replay: str | None
    archive: str | None


def read_provenance(line: str) -> Stated | None:
    """Return the content of a provenance line, or None for any other line.

    Accepts lines that ``provenance`` wrote and lines of the Princeton-Leuven corpus, which have the same
    words. Only the form is checked. The caller must check the domain, the address and the date.
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
