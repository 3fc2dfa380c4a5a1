"""The lines of a PDF as HTML: headings, paragraphs, lists and tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from extract.decoding.pdf.lines import PdfLine
from extract.decoding.pdf.tables import rows_of, table_end
from extract.words import clean

LARGER = 1.15
"""A line whose type is larger than the body text by this factor is a heading."""
BOLD_SHARE = 0.3
"""A bold line is a heading only if less than this share of the text is in bold lines."""
LONGEST_HEADING = 150
"""A longer line is no heading, whatever its type."""
APART = 1.35
"""Paragraphs are at least this many usual line distances apart, lines of one paragraph less."""
FULL, SHORT = 0.82, 30
"""A line that fills at least this share of its column goes on in the next line, unless it has fewer
characters than the second number."""

_BULLET = re.compile(r"[•●○▪■◦·‣⁃∙►▶➢\uf0b7\uf0a7\uf0fc\uf0d8\uf076]\s*|[-–—*o]\s+(?=\S)")
_NUMBER = re.compile(
    r"(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})\)|\d{1,3}\.|[IVX]{1,4}\.|\d{1,3}(?:\.\d{1,3})+\.?)\s+(?=\S)"
)
_LEADERS = re.compile(r"(?:(?<!\s)\s+)?(?:\.\s?){5,}+\s*")
_OPEN_END = re.compile(r"(?:\b[a-zà-ÿ]{1,3}|,)$")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
)
_ADDRESS = re.compile(r"\S+@\S|https?:|www\.")
_BROKEN_WORD = re.compile(r"(?<!\w)(\w+)[-\u2010]$")
_KEPT_HYPHENS = {"e", "third", "opt", "non", "self", "co", "first", "long", "short", "in", "on", "re", "pre"}


@dataclass
class _Paragraph:
    kind: str
    text: str
    left: float


def to_html(lines: Sequence[PdfLine], title: str = "") -> str:
    """Return the lines of a PDF as HTML with headings, ``p``, ``ul`` and ``table``, "" without lines.

    The first line in the largest type is the ``h1`` if it repeats ``title``.
    """
    return _Writer(lines, title).html() if lines else ""


def title_lines(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Return the lines of the title: the first ones of the first page in its largest type.

    ``lines`` are all lines of the PDF. Returns [] if no type is larger than the body text.
    """
    first = [line for line in lines if line.page == lines[0].page]
    largest = max((line.size for line in first), default=0.0)
    if largest <= LARGER * _body_size(lines):
        return []
    start = next(number for number, line in enumerate(first) if line.size == largest)
    title = first[start : start + 1]
    for line in first[start + 1 :]:
        if line.size != largest or title[-1].base - line.base >= 2 * largest:
            break
        title.append(line)
    return title if len(title) < 4 else title[:1]


def _body_size(lines: Iterable[PdfLine]) -> float:
    sizes = Counter[float]()
    for line in lines:
        sizes[line.size] += len(line.text)
    return max(sizes.items(), key=lambda item: (item[1], -item[0]))[0] if sizes else 0.0


class _Writer:
    def __init__(self, lines: Sequence[PdfLine], title: str) -> None:
        self.lines = lines
        found = title_lines(lines)
        self.title = {id(line) for line in found}
        self.is_title = clean(" ".join(line.text for line in found)).casefold() == title.casefold()
        self.body = _body_size(lines)
        self.words = {word.lower() for line in lines for word in re.findall(r"(?<![\w-])[\w-]*\w", line.text)}
        distances = [
            above.base - line.base
            for above, line in pairwise(lines)
            if above.page == line.page and above.size == line.size and above.base > line.base
        ]
        bold = sum(len(line.text) for line in lines if line.bold)
        self.bold_is_rare = bold < BOLD_SHARE * sum(len(line.text) for line in lines)
        self.distance = sorted(distances)[len(distances) // 4] if distances else 0.0
        self.levels = self._heading_levels()
        self.sides: dict[int, tuple[float, float]] = {}  # column -> its left and right end
        for line in lines:
            left, right = self.sides.get(line.column, (line.left, line.right))
            self.sides[line.column] = min(left, line.left), max(right, line.right)

    def html(self) -> str:
        paragraphs: list[_Paragraph] = []
        tables: dict[int, str] = {}
        number, above = 0, None
        while number < len(self.lines):
            bordered = self.lines[number].rows
            end = number + 1 if bordered else table_end(self.lines, number)
            if end > number:
                tables[len(paragraphs)] = self._table(bordered or rows_of(self.lines[number:end]))
                paragraphs.append(_Paragraph("table", "", 0.0))
                number, above = end, None
                continue
            line = self.lines[number]
            current = paragraphs[-1] if above else None
            if current and above and self._goes_on(above, line, current):
                current.text = self._joined(current.text, _clean(line.text))
            else:
                paragraphs.append(self._begin(line))
            number, above = number + 1, line
        return self._written(paragraphs, tables)

    def _heading_levels(self) -> dict[float, int]:
        """Return the level of each size of headings: 2 for the largest one. The title has no rank."""
        larger = (line for line in self.lines if line.size > LARGER * self.body)
        sizes = {line.size for line in larger if id(line) not in self.title}
        return {size: min(5, rank) for rank, size in enumerate(sorted(sizes, reverse=True), 2)}

    def _level(self, line: PdfLine) -> int:
        """Return the level of a heading, 0 for any other line."""
        text = line.text
        if len(text) >= LONGEST_HEADING or len(line.pieces) > 1 or not re.search(r"[^\W\d_]", text):
            return 0
        if self.is_title and id(line) in self.title:
            return 1
        if _LEADERS.search(text):
            return 0
        if line.size > LARGER * self.body:
            return self.levels.get(line.size, 2)
        is_bold = line.bold and self.bold_is_rare and not self._is_full(line)
        if is_bold and not _BULLET.match(text) and not text.endswith((".", ",", ";")):
            return min(6, max(self.levels.values(), default=1) + 1)
        return 0

    def _begin(self, line: PdfLine) -> _Paragraph:
        text = _clean(line.text)
        if level := self._level(line):
            return _Paragraph(f"h{level}", text, line.indent)
        if bullet := _BULLET.match(text):
            return _Paragraph("li", text[bullet.end() :], line.indent)
        return _Paragraph("p", text, line.indent)

    def _goes_on(self, above: PdfLine, line: PdfLine, current: _Paragraph) -> bool:
        """Return whether a line goes on in the paragraph of the line above it."""
        level = self._level(line)
        if current.kind.startswith("h") or level:
            same = current.kind == f"h{level}" and above.size == line.size and above.bold == line.bold
            return same and self._is_near(above, line) and not _NUMBER.match(line.text)
        if _BULLET.match(line.text) or _NUMBER.match(line.text):
            return False
        begins = next((letter for letter in line.text if letter.isalnum()), "")
        if _ADDRESS.match(line.text) and not self._is_full(above):
            return False
        if begins.islower():
            return self._is_near(above, line, twice=True)
        if above.bold != line.bold:
            return False
        ends_item = current.kind == "li" and line.indent <= current.left + 1
        return self._is_near(above, line) and not ends_item and self._is_unfinished(above)

    def _is_unfinished(self, line: PdfLine) -> bool:
        """Return whether a line fills its column, or ends within a sentence."""
        return self._is_full(line) or bool(_OPEN_END.search(line.text) or _BROKEN_WORD.search(line.text))

    def _is_full(self, line: PdfLine) -> bool:
        left, right = self.sides[line.column]
        width = line.right - left if line.indent < 0 else right - line.left
        wide = sum(2 if _UNSPACED.match(sign) else 1 for sign in line.text)
        return len(line.pieces) == 1 and wide >= SHORT and line.right - line.left >= FULL * width

    def _is_near(self, above: PdfLine, line: PdfLine, *, twice: bool = False) -> bool:
        if above.page != line.page or above.column != line.column:
            return True  # the top of the next page or column: the distance says nothing
        distance = above.base - line.base
        return 0 < distance <= (APART + twice) * max(self.distance, line.size)

    def _joined(self, text: str, more: str) -> str:
        """Return two parts of a paragraph as one, without the hyphen of a divided word."""
        broken = _BROKEN_WORD.search(text)
        begins = re.match(r"[^\W\d_]+", more)
        if not broken or not begins or not more[0].islower():
            return text + more if _UNSPACED.match(text[-1:]) and _UNSPACED.match(more) else f"{text} {more}"
        whole, hyphened = f"{broken[1]}{begins[0]}".lower(), f"{broken[1]}-{begins[0]}".lower()
        kept = broken[1].lower() in _KEPT_HYPHENS or (hyphened in self.words and whole not in self.words)
        return text + more if kept else text[:-1] + more

    def _table(self, cells_by_row: Sequence[Sequence[Sequence[str]]]) -> str:
        rows: list[str] = []
        for row in cells_by_row:
            cells: list[str] = []
            for pieces in row:
                text = ""
                for piece in pieces:
                    text = self._joined(text, piece) if text else piece
                cells.append(f"<td>{escape(text, quote=False)}</td>")
            rows.append(f"<tr>{''.join(cells)}</tr>")
        return f'<table border="1">{"".join(rows)}</table>'

    def _written(self, paragraphs: Sequence[_Paragraph], tables: dict[int, str]) -> str:
        pieces: list[str] = []
        lefts: list[float] = []  # where the items of the open lists begin
        for number, paragraph in enumerate(paragraphs):
            is_item = paragraph.kind == "li"
            while lefts and (not is_item or paragraph.left < lefts[-1] - 3):
                pieces.append("</ul>")
                lefts.pop()
            if is_item and (not lefts or paragraph.left > lefts[-1] + 3):
                pieces.append("<ul>")
                lefts.append(paragraph.left)
            text = escape(paragraph.text, quote=False)
            pieces.append(tables.get(number) or f"<{paragraph.kind}>{text}</{paragraph.kind}>")
        return "".join(pieces) + "</ul>" * len(lefts)


def _clean(text: str) -> str:
    """Return the text of a line without the dots that lead to a page number."""
    return _LEADERS.sub(" … ", text).strip()
