"""Citations of a capture: its address in the web archive, and the provenance line of a text."""

from crawler.webarchive import sources
from db import times
from db.export.evidence import Citations, CitedCapture
from extract import provenance


def address(archive: str, timestamp: str, original: str) -> str | None:
    """Return the web address of a capture as it was archived; None for an unknown archive.

    `timestamp` is as the archive writes it.
    """
    source = sources.KNOWN.get(archive)
    return source.memento(timestamp, original) if source else None


def provenance_line(domain: str, archive: str, timestamp: str, captured_at: str, original: str) -> str:
    """Return the provenance line of a text, without a newline.

    `timestamp` is as the archive writes it.

    For an unknown archive the line names the capture by address, timestamp and archive.
    """
    source = sources.KNOWN.get(archive)
    if source:
        padded = times.padded(timestamp)
        return provenance.provenance(domain, padded, original, source.title, source.replay, timestamp)
    when = times.moment(times.padded(timestamp))
    day = when.date().isoformat() if when else captured_at[:10]
    return (
        f"> *The following text is extracted and transformed from the {domain} privacy policy"
        f" that was archived on {day} ({original}, capture {timestamp} of {archive}).*"
    )


def _address_of(capture: CitedCapture) -> str | None:
    return address(capture.archive, capture.archive_timestamp, capture.original)


def _line_of(domain: str, capture: CitedCapture) -> str:
    where = capture.archive, capture.archive_timestamp
    return provenance_line(domain, *where, capture.captured_at, capture.original)


CITATIONS = Citations(_address_of, _line_of)  # for exports and news
