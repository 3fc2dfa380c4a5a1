"""The conversion of a capture's bytes to a document, in one function."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from html import escape

from extract import arguments, reading, verdict
from extract.decoding import compression, file_type, pdf
from extract.decoding.source import source_of
from extract.domains import registered_domain
from extract.html import page
from extract.language import other_languages
from extract.provenance import provenance
from extract.reading import Reading
from extract.stated_date import stated_date

BROKE = "the page broke the extractor"  # the start of a reason that a lack of memory can have too


@dataclass(frozen=True)
class Document:
    """The text of one capture, with the verdict on it.

    ``title`` is never empty. ``body`` is the Markdown below the title without a newline at the end, or "" if
    there is no text. ``verdict`` is one of ``extract.verdict.VERDICTS``, and ``reason`` explains it in one
    line. ``completeness`` is the share (0 to 1, four decimals) of the page's readable text in and near the
    policy that is in ``body``, and 1.0 for a page without text. Below 1, ``reason`` names what was left out.
    ``words`` is the number of words of ``body``. ``provenance`` is the line about the source of the text, or
    "" without a timestamp. ``language`` is a two-letter code, or None if unknown. ``stated_date`` is the date
    that the policy states as its own, ``2018-05-25`` or ``2018-05``, or None (``extract/stated_date.py``).
    """

    title: str
    body: str
    language: str | None
    verdict: str
    reason: str
    completeness: float
    words: int
    provenance: str = ""
    stated_date: str | None = None

    @property
    def text(self) -> str:
        """Title and body with one newline at the end.

        An archive file stores this text, and the history compares it.
        """
        return f"# {self.title}\n\n{self.body}".rstrip("\n") + "\n"

    @property
    def markdown(self) -> str:
        """The whole document: provenance line, title and body (docs/format.md)."""
        return f"{self.provenance}\n\n{self.text}" if self.provenance else self.text


def extract_policy(
    body: bytes,
    *,
    url: str | None,
    timestamp: str | None = None,
    content_type: str | None = None,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Document:
    """Return the document of a capture, with a verdict. Raises nothing but MemoryError.

    ``body`` is the answer as it was captured; it may be compressed. ``url`` is the address of the captured
    page, and ``timestamp`` the web archive's 14 digits, such as ``20150530130240``. ``content_type``,
    ``status`` and ``headers`` (names in lower case) come from the capture. They can be missing or wrong,
    because the body itself counts more. A value of a wrong type counts as missing
    (``extract/arguments.py``). The same arguments return the same document on every machine.
    """
    address, stamp = arguments.as_text(url), arguments.as_text(timestamp)
    try:
        return extract(
            arguments.as_bytes(body),
            url=address,
            timestamp=stamp,
            content_type=arguments.as_text(content_type),
            status=arguments.as_status(status),
            headers=arguments.as_headers(headers),
        )
    except MemoryError:  # what a machine lacks is no fault of the page
        raise
    except Exception as error:
        return _blank(address, stamp, verdict.UNREADABLE, f"{BROKE}: {type(error).__name__}")


def extract(
    body: bytes,
    *,
    url: str,
    timestamp: str | None = None,
    content_type: str | None = None,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Document:
    """Return the same as ``extract_policy``, but raise exceptions (for tests and fuzzing)."""
    timestamp, headers = timestamp or "", headers or {}
    body = compression.unpack(body, headers.get("content-encoding"))
    content_type = content_type or headers.get("content-type")
    if kind := file_type.non_html_verdict(body, content_type, status):
        return _blank(url, timestamp, *kind)
    if file_type.is_pdf(body):
        return _of_pdf(body, url, timestamp, status, headers)
    source = source_of(body, content_type)
    if source is None:
        return _blank(url, timestamp, verdict.UNREADABLE, "the bytes are text in no known encoding")
    if file_type.is_plain_text(body, content_type):
        source = file_type.as_preformatted(source)
    return _judged(reading.read(source, url), timestamp, status, headers)


def _judged(
    read: Reading, timestamp: str, status: int | None, headers: Mapping[str, str], not_read: str = ""
) -> Document:
    """Return the document of a page that was read, with what the capture says about it."""
    given = replace(read.verdict_input, status=status, headers=headers)
    found, why = verdict.judge(given)
    others = other_languages(read.paragraphs, given.language) if found == verdict.POLICY else []
    notes = [
        why,
        "the privacy part of a page of several documents" if read.is_part else "",
        "read from data that scripts would show" if read.is_hidden else "",
        f"also in {', '.join(others)}" if others else "",
        read.completeness.left_out,
        not_read or ("cut off: the page is too long" if read.is_cut_off else ""),
    ]
    return Document(
        title=read.title,
        body=read.text,
        language=given.language,
        verdict=found,
        reason="; ".join(filter(None, notes)),
        completeness=read.completeness.share,
        words=read.words,
        provenance=_provenance(given.url, timestamp),
        stated_date=stated_date(
            f"{read.title}\n{read.text}", language=given.language, url=given.url, seen=_day_of(timestamp)
        ),
    )


def _of_pdf(
    body: bytes, url: str, timestamp: str, status: int | None, headers: Mapping[str, str]
) -> Document:
    if not pdf.available():
        return _blank(
            url, timestamp, verdict.PDF, "a PDF, and pypdfium2 is not installed: its text is not read"
        )
    try:
        html, title, (unread, total) = pdf.as_html(body)
    except pdf.PdfError as error:
        return _blank(url, timestamp, verdict.PDF, f"a PDF that cannot be read: {error}")
    if not html:
        return _blank(url, timestamp, verdict.PDF, "a PDF without text: scanned, or pictures only")
    source = f"<html><title>{escape(title)}</title><body>{html}</body></html>"
    parsed = page.parse(source, url)
    parsed.share_read *= 1 - unread / max(1, total)
    not_read = f"{unread} of {total} pages are pictures or could not be read" if unread else ""
    return _judged(reading.read_page(parsed), timestamp, status, headers, not_read)


def _blank(url: str, timestamp: str, found: str, why: str) -> Document:
    return Document(
        registered_domain(url) or "untitled", "", None, found, why, 1.0, 0, _provenance(url, timestamp)
    )


def _day_of(timestamp: str) -> date | None:
    try:
        return date(*(int(timestamp[start:end]) for start, end in ((0, 4), (4, 6), (6, 8))))
    except ValueError:
        return None


def _provenance(url: str, timestamp: str) -> str:
    domain = registered_domain(url)
    return provenance(domain, timestamp, url) if domain and re.fullmatch(r"\d{14}", timestamp) else ""
