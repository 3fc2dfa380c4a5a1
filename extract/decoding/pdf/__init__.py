"""Conversion of PDF captures to HTML: characters, lines, running lines, columns, blocks.

pypdfium2 must be installed (the extra ``pdf``). A scanned PDF contains only pictures, and its HTML is "".
"""

from __future__ import annotations

import re
from importlib.util import find_spec

from extract.decoding.pdf import blocks, columns, glyphs, gutters, margins
from extract.decoding.pdf.glyphs import PdfError as PdfError
from extract.words import clean

MAX_BODY = 16_000_000
"""A PDF with more bytes is not read."""

_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel)\b.*|untitled.*"
    r"|.*\.(?:docx?|pdf|rtf|odt|indd|pages|html?|qxd|fm|pptx?|tmp)"
    r"|(?:document|dokument|slide|presentation|page|draft|doc|title|new document)\s?\d*"
    r"|[\W\d_]*|[^\s_/\\]*+[_/\\]\S*"
    r"|\(?(?:unspecified|anonymous|none|null)\)?",
    re.I,
)


def available() -> bool:
    """Return whether pypdfium2 is installed."""
    return find_spec("pypdfium2") is not None


def as_html(body: bytes) -> tuple[str, str, tuple[int, int]]:
    """Return the text of a PDF as simple HTML, its title, and the numbers of its pages: not read, and all.

    The HTML has only headings, ``p``, ``ul`` and ``table``. It is "" for a PDF without text. The title is
    that of the document's information, or the first line in the largest type of the first page, or "". Pages
    that are pictures, damaged, or too many are not read.
    Raises PdfError if the PDF is damaged, needs a password, or has more than ``MAX_BODY`` bytes.
    """
    if len(body) > MAX_BODY:
        raise PdfError(f"it has more than {MAX_BODY // 1_000_000} MB")
    read = glyphs.read_pages(body)
    pages, stated = read.pages, clean(read.title)
    shown = gutters.lines_by_page(pages)
    by_page = margins.without_margins([page.lines for page in shown], [page.height for page in pages])
    text = [
        line
        for page, lines in zip(shown, by_page, strict=True)
        for line in columns.in_reading_order(lines, page.gutter)
    ]
    if not stated or _NO_TITLE.fullmatch(stated):
        stated = clean(" ".join(line.text for line in blocks.title_lines(text))) if text else ""
    return blocks.to_html(text, stated), stated, (read.unread, read.total)
