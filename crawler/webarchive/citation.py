"""How a capture is cited: its address in the archive that has it, and the line above a text that says where that comes from."""

from crawler.webarchive import sources
from db import times
from extract import provenance


def address(archive: str, timestamp: str, original: str) -> str | None:
    """Where a capture can be looked at as it was archived; None in an archive without a known address."""
    source = sources.KNOWN.get(archive)
    return source.memento(timestamp, original) if source else None


def provenance_line(domain: str, archive: str, timestamp: str, captured_at: str, original: str) -> str:
    """The first line of a document (format.md), without its newline; of an archive without an address, it names the key."""
    source = sources.KNOWN.get(archive)
    if source:
        return provenance.provenance(domain, timestamp, original, archive=source.title, replay=source.replay)
    when = times.moment(timestamp)
    day = when.date().isoformat() if when else captured_at[:10]
    return (
        f"> *The following text is extracted and transformed from the {domain} privacy policy that was archived on {day}"
        f" ({original}, capture {timestamp} of {archive}).*"
    )
