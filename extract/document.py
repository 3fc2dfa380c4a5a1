"""Bytes in, document out: the one function that the rest of policytrail calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from extract import verdict, words
from extract.content import choose, hidden_text
from extract.content.blocks import Block
from extract.decoding import charset, compression, file_type, pdf
from extract.domains import registered_domain
from extract.html import page
from extract.language import language, other_languages
from extract.markdown import policy_section
from extract.markdown import writer as markdown
from extract.provenance import provenance

EXTRACTOR = "1"
"""The extractor's version. It is raised whenever the same bytes would give another document."""

_OPENING = 1500  # characters of a page in which it says that it is an error, a block or a policy
_LONGEST_HEADING = 20  # words; pages that set whole paragraphs as headings have longer ones


@dataclass(frozen=True)
class Document:
    """What one capture holds.

    ``title`` is never empty; ``body`` is the Markdown below it, "" where there is no text, without newline at its end.
    ``verdict`` is one of ``extract.verdict.VERDICTS``, ``reason`` one line that says why. ``completeness`` is the share
    (0 to 1, three digits) of the page's readable policy-like text that the body holds: 1.0 for a page that has none.
    ``words`` counts the words of the body. ``provenance`` is the line that says where the text is from, "" if the capture
    has no timestamp. ``language`` is a two-letter code or None.
    """

    title: str
    body: str
    language: str | None
    verdict: str
    reason: str
    completeness: float
    words: int
    provenance: str = ""

    @property
    def text(self) -> str:
        """Title and body, with one newline at the end: what an archive stores and compares."""
        return f"# {self.title}\n\n{self.body}".rstrip("\n") + "\n"

    @property
    def markdown(self) -> str:
        """The whole document of docs/extraction.md: provenance, title, body."""
        return f"{self.provenance}\n\n{self.text}" if self.provenance else self.text


def extract_policy(
    body: bytes,
    *,
    url: str,
    timestamp: str | None = None,
    content_type: str | None = None,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Document:
    """Return the document of a capture. Never raises on any body, address or header; the verdict says what it is.

    ``url`` is the captured page's own address, ``timestamp`` the archive's 14 digits, ``content_type`` and ``headers``
    (lower-case names) what the page was captured with, ``status`` its archived status. All but the body and the address
    may be missing: they are evidence, not instructions. The same arguments give the same document everywhere.
    """
    try:
        return extract(
            body, url=url, timestamp=timestamp, content_type=content_type, status=status, headers=headers
        )
    except Exception as error:
        return _blank(
            url, timestamp or "", verdict.UNREADABLE, f"the page broke the extractor: {type(error).__name__}"
        )


def extract(
    body: bytes,
    *,
    url: str,
    timestamp: str | None = None,
    content_type: str | None = None,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Document:
    """Do what ``extract_policy`` does, but let exceptions through: for tests and fuzzing."""
    timestamp, headers = timestamp or "", headers or {}
    body = compression.unpack(body, headers.get("content-encoding"))
    content_type = content_type or headers.get("content-type")
    if kind := file_type.non_html_verdict(body, content_type, status):
        return _blank(url, timestamp, *kind)
    if file_type.is_pdf(body):
        return _of_pdf(body, url, timestamp, status, headers)
    source, _ = charset.decode(body, content_type)
    if file_type.is_garbled(source) and (
        plain := compression.unpack_brotli(body)
    ):  # brotli has no mark to know it by
        source, _ = charset.decode(plain, content_type)
    if file_type.is_garbled(source):
        return _blank(url, timestamp, verdict.UNREADABLE, "the bytes are text in no known encoding")
    if file_type.is_plain_text(body, content_type):
        source = file_type.as_preformatted(source)
    return _of_page(page.parse(source, url), timestamp, status, headers)


def _of_page(parsed: page.Page, timestamp: str, status: int | None, headers: Mapping[str, str]) -> Document:
    parsed, chosen, brought = _with_hidden(parsed, choose.choose(parsed))
    written = markdown.write(parsed, chosen.roots, chosen.skip)
    part = policy_section.privacy_part(written.blocks, f"{parsed.title} {chosen.first_heading}")
    written = written if part is None else written.part(part)
    title = parsed.title or chosen.first_heading or registered_domain(parsed.url) or "untitled"
    text = _without_title(str(written), title)
    found, why = verdict.judge(_verdict_input(parsed, chosen, status, headers))
    spoken = language(text)
    others = (
        other_languages((block.text for block in written.blocks), spoken) if found == verdict.POLICY else []
    )
    notes = [why, "the privacy part of a page of several documents" if part is not None else ""]
    notes += ["read from data that scripts would show"] if brought else []
    notes += [
        f"also in {', '.join(others)}" if others else "",
        "cut off: the page is too long" if parsed.cut else "",
    ]
    return Document(
        title=title,
        body=text,
        language=spoken,
        verdict=found,
        reason="; ".join(filter(None, notes)),
        completeness=chosen.completeness,
        words=words.count(text),
        provenance=_provenance(parsed.url, timestamp),
    )


def _with_hidden(parsed: page.Page, chosen: choose.Content) -> tuple[page.Page, choose.Content, bool]:
    """Return the page and its choice, or those of the text that it only carries where the visible one is no policy."""
    if len({term for block in chosen.kept for term in block.terms}) >= hidden_text.LEAST_TERMS:
        return parsed, chosen, False
    source = hidden_text.hidden_html(parsed)
    if not source:
        return parsed, chosen, False
    shown = page.parse(f"<html><body>{source}</body></html>", parsed.url)
    shown = replace(shown, base=parsed.base, title=parsed.title)
    return shown, choose.choose(shown), True


def _of_pdf(
    body: bytes, url: str, timestamp: str, status: int | None, headers: Mapping[str, str]
) -> Document:
    if not pdf.available():
        return _blank(url, timestamp, verdict.PDF, "a PDF, and pypdf is not installed: its text is not read")
    try:
        html, title = pdf.as_html(body)
    except pdf.PdfError as error:
        return _blank(url, timestamp, verdict.PDF, f"a PDF that cannot be read: {error}")
    if not html:
        return _blank(url, timestamp, verdict.PDF, "a PDF without text: scanned, or pictures only")
    return _of_page(
        page.parse(f"<html><title>{escape(title)}</title><body>{html}</body></html>", url),
        timestamp,
        status,
        headers,
    )


def _stating(kept: Sequence[Block]) -> Iterator[Block]:
    """The blocks without bare headings: a policy whose sections are empty or gone still has all of its headings."""
    for number, block in enumerate(kept, 1):
        bare = block.heading and all(below.heading for below in kept[number : number + 1])
        if not bare or block.words > _LONGEST_HEADING:
            yield block


def _verdict_input(
    parsed: page.Page, chosen: choose.Content, status: int | None, headers: Mapping[str, str]
) -> verdict.VerdictInput:
    kept, blocks = chosen.kept, chosen.blocks
    opening = "\n".join(block.text for block in [*kept[:20], *blocks[:60]])[: 2 * _OPENING]
    return verdict.VerdictInput(
        url=parsed.url,
        status=status,
        headers=headers,
        title=parsed.title,
        headings=[block.text for block in kept if block.heading][:5],
        opening=opening,
        text="\n".join(block.text for block in kept),
        terms=[term for block in _stating(kept) for term in block.terms],
        words=sum(block.words for block in kept),
        page_words=sum(block.words for block in blocks),
        refresh=parsed.refresh,
        scripts=[script.text for script in parsed.scripts],
        frames=parsed.frames,
    )


def _without_title(text: str, title: str) -> str:
    """Return the body without a first heading of level one that only repeats the title."""
    first = re.match(r"# (.+)(?:\n\n|\Z)", text)
    if first and _letters(first[1]) == _letters(title):
        return text[first.end() :]
    return text


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _blank(url: str, timestamp: str, found: str, why: str) -> Document:
    return Document(
        registered_domain(url) or "untitled", "", None, found, why, 1.0, 0, _provenance(url, timestamp)
    )


def _provenance(url: str, timestamp: str) -> str:
    domain = registered_domain(url)
    return provenance(domain, timestamp, url) if domain and re.fullmatch(r"\d{14}", timestamp) else ""
