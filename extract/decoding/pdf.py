"""Conversion of PDF captures to HTML.

Lines are joined to paragraphs, lines in larger type become headings, and lines with bullets become list
items. pypdf must be installed (the extra ``pdf``). A scanned PDF contains only pictures, and its HTML is "".
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from dataclasses import dataclass
from html import escape

MAX_PAGES = 200
"""At most this many pages of a PDF are read. The longest policies have about 60."""
MAX_BODY = 16_000_000
"""A PDF with more bytes is not read: pypdf needs about ten times its size in memory."""

_LARGER = 1.15  # a line whose type is larger than the body text by this factor is a heading
_BULLET = re.compile(r"^\s*[•●○▪■◦·‣⁃\uf0b7]\s*|^\s*[-–—*]\s+")
_NUMBER = re.compile(r"^\s*(\d{1,3})[.)]\s+(?=\S)")
_PAGE_NUMBER = re.compile(r"^(?:page\s*)?\d{1,3}(?:\s*(?:/|of)\s*\d{1,3})?$", re.I)
_OPEN_END = re.compile(r"[^.!?:;]$")


class PdfError(Exception):
    """A PDF that cannot be read. The message states the reason."""


@dataclass(frozen=True)
class _PdfLine:
    text: str
    size: float
    gap: float  # distance to the line above, in heights of this line


def available() -> bool:
    """Return whether pypdf is installed."""
    try:
        import pypdf  # noqa: F401, PLC0415 - an extra
    except ImportError:
        return False
    return True


def as_html(body: bytes) -> tuple[str, str]:
    """Return the text of a PDF as simple HTML, and the PDF's title.

    The HTML has only ``h2``, ``p``, ``ul`` and ``li``. It is "" for a PDF without text, and the title is ""
    for a PDF without a title. Raises PdfError if the PDF is damaged, needs a password, or has more than
    ``MAX_BODY`` bytes.
    """
    from pypdf import PdfReader  # noqa: PLC0415 - an extra

    # pypdf warns about every second PDF without the file's name. Serious faults raise exceptions.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    if len(body) > MAX_BODY:
        raise PdfError(f"it has more than {MAX_BODY // 1_000_000} MB")
    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise PdfError("it is locked with a password")
        title = str((reader.metadata.title if reader.metadata else None) or "").strip()
        pages = [_lines(page) for page in reader.pages[:MAX_PAGES]]
    except PdfError:
        raise
    except Exception as error:  # pypdf lets KeyError, zlib.error, RecursionError and others through
        raise PdfError(f"it is broken ({type(error).__name__})") from error
    return _html(_without_margins(pages)), title


def _lines(page: object) -> list[_PdfLine]:
    """Return the lines of a PDF page in the order of the file."""
    spans: list[tuple[float, float, str]] = []

    def visit(text: str, current: list[float], matrix: list[float], _font: object, size: float) -> None:
        if text:
            scale = abs(matrix[3] * current[3]) or 1.0
            spans.append((matrix[5] * current[3] + current[5], (size or 1.0) * scale, text))

    page.extract_text(visitor_text=visit)  # type: ignore[attr-defined]
    lines: list[_PdfLine] = []
    text, size, height, above = "", 0.0, 0.0, 0.0
    for position, span_size, span in [*spans, (0.0, 0.0, "\n")]:
        for number, part in enumerate(span.split("\n")):
            if number:
                if text.strip():
                    gap = abs(above - height) / size if lines and size else 0.0
                    lines.append(_PdfLine(" ".join(text.split()), round(size, 1), gap))
                    above = height
                text, size = "", 0.0
            if part.strip():
                height = position if not text.strip() else height
                size = max(size, span_size)
            text += part
    return lines


def _without_margins(pages: list[list[_PdfLine]]) -> list[_PdfLine]:
    """Return the lines of all pages, without page numbers and repeated headers and footers.

    A header or footer is one of the two first or last lines of a page, with the same text on more than half
    of the pages, and on three at least.
    """
    edges = Counter(line.text for lines in pages for line in {*lines[:2], *lines[-2:]})
    repeated = {text for text, times in edges.items() if times > 2 and times > len(pages) / 2}
    return [
        line
        for lines in pages
        for line in lines
        if line.text not in repeated and not _PAGE_NUMBER.match(line.text)
    ]


def _html(lines: list[_PdfLine]) -> str:
    sizes = Counter[float]()
    for line in lines:
        sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    widest = max((len(line.text) for line in lines if line.size == body), default=0)
    pieces: list[str] = []
    kind, text = "", ""
    above = ""

    def end() -> None:
        if text:
            pieces.append(f"<{kind}>{escape(text, quote=False)}</{kind}>")

    for line in lines:
        heading = line.size > _LARGER * body and len(line.text) < 150
        bullet = _BULLET.match(line.text)
        wrapped = (bool(_OPEN_END.search(above)) and line.gap < 1.6) or (
            len(above) > 0.8 * widest and line.gap < 1.6
        )
        if bullet:
            end()
            kind, text = "li", line.text[bullet.end() :]
        elif heading != (kind == "h2") or not wrapped or _NUMBER.match(line.text):
            end()
            kind, text = ("h2" if heading else "p"), line.text
        else:
            text = text[:-1] + line.text if re.search(r"[a-z]-$", text) else f"{text} {line.text}"
        above = line.text
    end()
    return _lists("".join(pieces))


def _lists(html: str) -> str:
    return re.sub(r"(?:<li>(?:(?!</li>).)*</li>)+", lambda run: f"<ul>{run[0]}</ul>", html)
