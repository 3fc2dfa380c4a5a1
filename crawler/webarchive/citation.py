"""Citations of a capture: its address in the web archive, and the provenance line of a text."""

from crawler.webarchive import sources
from db import times
from extract import provenance


def address(archive: str, timestamp: str, original: str) -> str | None:
    """Return the address at which the web archive shows a capture.

    Return None if the web archive `archive` is not a known one.
    """
    source = sources.KNOWN.get(archive)
    return source.memento(timestamp, original) if source else None


def provenance_line(domain: str, archive: str, timestamp: str, captured_at: str, original: str) -> str:
    """Return the provenance line of a text, without a newline.

    It says from which capture the text comes (docs/format.md "Provenance line"). For an unknown web archive,
    it names the capture by address, timestamp and the name of the archive.
    """
    source = sources.KNOWN.get(archive)
    if source:
        return provenance.provenance(domain, timestamp, original, archive=source.title, replay=source.replay)
    when = times.moment(timestamp)
    day = when.date().isoformat() if when else captured_at[:10]
    return (
        f"> *The following text is extracted and transformed from the {domain} privacy policy"
        f" that was archived on {day} ({original}, capture {timestamp} of {archive}).*"
    )
