"""The conversion of a capture's bytes to a document, in one function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape

from extract import arguments, verdict, words
from extract.content import choose, completeness, hidden_text
from extract.content.blocks import Block
from extract.decoding import compression, file_type, pdf
from extract.decoding.source import source_of
from extract.domains import registered_domain
from extract.html import page
from extract.html.tags import text_of
from extract.language import language, other_languages
from extract.markdown import policy_section, writer
from extract.provenance import provenance
from extract.stated_date import stated_date

BROKE = "the page broke the extractor"  # the start of a reason that a lack of memory can have too
# Words about an error, a block or a policy are searched in this many characters at the start of a text.
_OPENING = 1500
# A "heading" with more words is a paragraph that only looks like a heading.
_LONGEST_HEADING = 20


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
    return _of_page(page.parse(source, url), timestamp, status, headers)


def _of_page(
    parsed: page.Page, timestamp: str, status: int | None, headers: Mapping[str, str], not_read: str = ""
) -> Document:
    parsed, chosen, hidden = _with_hidden(parsed, choose.choose(parsed))
    written = writer.write(parsed, chosen.roots, chosen.skip)
    part = policy_section.privacy_part(written.blocks, f"{parsed.title} {chosen.first_heading}")
    whole = cut = str(written)
    if part is not None:
        written = written.part(part)
        cut = str(written)
    title = parsed.title or chosen.first_heading or registered_domain(parsed.url) or "untitled"
    text = _without_title(cut, title)
    complete = completeness.measure(
        chosen.near,
        chosen.kept,
        whole,
        share_read=parsed.share_read,
        other_words=chosen.words_in_tabs,
        data_words=hidden.words_left_out(),
        cut_words=0 if part is None else words.count(whole) - words.count(cut),
    )
    spoken = language(text)
    found, why = verdict.judge(_verdict_input(parsed, chosen, spoken, status, headers))
    others = (
        other_languages((block.text for block in written.blocks), spoken) if found == verdict.POLICY else []
    )
    notes = [
        why,
        "the privacy part of a page of several documents" if chosen.words_in_tabs or part is not None else "",
        "read from data that scripts would show" if hidden.html else "",
        f"also in {', '.join(others)}" if others else "",
        complete.left_out,
        not_read or ("cut off: the page is too long" if parsed.share_read < 1 else ""),
    ]
    return Document(
        title=title,
        body=text,
        language=spoken,
        verdict=found,
        reason="; ".join(filter(None, notes)),
        completeness=complete.share,
        words=words.count(text),
        provenance=_provenance(parsed.url, timestamp),
        stated_date=stated_date(f"{title}\n{text}", language=spoken, url=parsed.url, seen=_day_of(timestamp)),
    )


def _with_hidden(
    parsed: page.Page, chosen: choose.Content
) -> tuple[page.Page, choose.Content, hidden_text.HiddenText]:
    """Return the page, its chosen text, and the hidden text that this is, or an empty one.

    Hidden text (``extract/content/hidden_text.py``) is used only if the visible text has too few policy
    terms. The returned page is then the hidden one.
    """
    if len({term for block in chosen.kept for term in block.terms}) >= hidden_text.LEAST_TERMS:
        return parsed, chosen, hidden_text.HiddenText()
    found = hidden_text.hidden_text(parsed)
    if not found.html:
        return parsed, chosen, found
    hidden = page.parse(f"<html><body>{found.html}</body></html>", parsed.url)
    hidden = replace(hidden, base=parsed.base, title=parsed.title)
    return hidden, choose.choose(hidden), found


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
    return _of_page(parsed, timestamp, status, headers, not_read)


def _without_bare_headings(kept: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks, without headings that have no text below them.

    A page whose sections are empty or missing still has all headings of a policy. Their words must not count.
    """
    for number, block in enumerate(kept, 1):
        bare = block.heading and all(below.heading for below in kept[number : number + 1])
        if not bare or block.words > _LONGEST_HEADING:
            yield block


def _verdict_input(
    parsed: page.Page,
    chosen: choose.Content,
    spoken: str | None,
    status: int | None,
    headers: Mapping[str, str],
) -> verdict.VerdictInput:
    kept, blocks = chosen.kept, chosen.blocks
    opening = "\n".join(block.text for block in [*kept[:20], *blocks[:60]])[: 2 * _OPENING]
    return verdict.VerdictInput(
        url=parsed.url,
        status=status,
        headers=headers,
        title=parsed.title,
        main_heading=next(map(text_of, parsed.root.iter("h1")), ""),
        headings=[block.text for block in kept if block.heading][:5],
        opening=opening,
        text="\n".join(block.text for block in kept),
        terms=[term for block in _without_bare_headings(kept) for term in block.terms],
        policy_sentences=[block.words for block in kept if block.prose and block.terms],
        words=sum(block.words for block in kept),
        prose=sum(block.words for block in kept if block.prose),
        language=spoken,
        page_words=sum(block.words for block in blocks),
        refresh=parsed.refresh,
        scripts=[script.text for script in parsed.scripts],
        frames=parsed.frames,
    )


def _without_title(text: str, title: str) -> str:
    """Return the Markdown without a first heading (level 1) that repeats the title."""
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


def _day_of(timestamp: str) -> date | None:
    try:
        return date(*(int(timestamp[start:end]) for start, end in ((0, 4), (4, 6), (6, 8))))
    except ValueError:
        return None


def _provenance(url: str, timestamp: str) -> str:
    domain = registered_domain(url)
    return provenance(domain, timestamp, url) if domain and re.fullmatch(r"\d{14}", timestamp) else ""
