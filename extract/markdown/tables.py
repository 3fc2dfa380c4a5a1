"""Data tables and their Markdown. Tables that only arrange the page (layout) are no data tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml.etree import _Element as Element

from extract import words
from extract.html.tags import HEADINGS, text_of

_MAX_COLUMNS = 40
_MAX_CELLS = 20_000
_LONG_CELL = 60  # words; cells of data tables have fewer on average, and columns of text have more
_SENTENCE = 6  # words; the header cells of data tables that end like a sentence have fewer
_BULLET = re.compile(r"[•●○▪■◦·‣⁃∙►▶➢➔➜→⇒»›>✓✔✦✱❖◆◇♦★☆※¤*\uf0b7\uf0a7§o–—\u2460-\u2473-]")
_NUMBER = re.compile(r"(\d{1,3})[.)]")
_LETTER = re.compile(
    r"\((?:[a-zA-Z]|[ivxIVX]{1,4}|\d{1,3})\)|(?:[a-zA-Z]|[ivxIVX]{1,4}|\d{1,3}(?:\.\d{1,3})+)[.)]"
)
_BODIES = {"thead", "tbody", "tfoot"}


def is_data(table: Element) -> bool:
    """Return whether a table presents data in rows and columns.

    A data table has header cells and at least two columns. Or it has a border, or at least three rows with
    short cells, most of them with two columns or more. A table whose first row is sentences and no header is
    no data table, nor is a table around another table, with a form, or with ``role="presentation"``.
    """
    if (
        table.get("role") in {"presentation", "none"}
        or next(table.iterdescendants("table"), None) is not None
    ):
        return False
    rows = list(_rows(table))
    widest = max((len(row) for row in rows), default=0)
    texts = {cell: text for row in rows for cell in row if (text := text_of(cell))}
    filled = [cells for row in rows if (cells := [cell for cell in row if cell in texts])]
    if len(filled) < 2 or not 2 <= widest <= _MAX_COLUMNS:
        return False
    cells = list(texts)
    average = sum(map(words.count, texts.values())) / len(cells)
    if any(True for cell in cells for _ in cell.iter("form", "input", "select", "hr")):
        return False
    several = sum(len(row) > 1 for row in filled)
    if (any(cell.tag == "th" for cell in filled[0]) and len(filled[0]) > 1) or table.find(
        "thead"
    ) is not None:
        return several >= 2 or average <= _LONG_CELL
    if any(True for cell in cells for _ in cell.iter(*HEADINGS)) or _is_prose(
        [texts[cell] for cell in filled[0]]
    ):
        return False
    return (len(filled) >= 3 and several >= 0.8 * len(filled) and average <= _LONG_CELL) or (
        _bordered(table) and several >= 2
    )


def bullets(table: Element) -> list[tuple[str, int, Element]]:
    """Return the rows of a layout table whose first cells are the marks of a list.

    Each item is its mark, its level (1 for the outermost), and its cell. The mark is ``*`` for a bullet,
    digits for a number, a letter such as ``(a)``, or "" for a row without mark. A row has one cell of text,
    or pairs of mark and text. Returns [] for any other table.
    """
    if next(table.iterdescendants("table"), None) is not None:
        return []
    rows: list[tuple[str, int, Element]] = []
    columns: set[int] = set()
    for row in _rows(table):
        filled = [(column, cell) for column, cell in enumerate(row) if text_of(cell)]
        if any(cell.tag == "th" for _, cell in filled):
            return []
        if len(filled) == 1:
            rows.append(("", 1, filled[0][1]))
        elif len(filled) % 2 == 0:
            marks = [_mark(text_of(cell)) for _, cell in filled[::2]]
            if not all(marks):
                return []
            columns.update(column for column, _ in filled[:1])
            level = sum(left <= filled[0][0] for left in columns)
            rows += [(mark, level, cell) for mark, (_, cell) in zip(marks, filled[1::2], strict=True)]
        else:
            return []
    marked = [mark for mark, _, _ in rows if mark]
    return rows if len(marked) > 1 or (marked and len(rows) == len(marked)) else []


def _mark(text: str) -> str:
    """Return ``*`` for a bullet, the number of a numbered item, a letter as it is, or "" for other text."""
    if _BULLET.fullmatch(text):
        return "*"
    if number := _NUMBER.fullmatch(text):
        return number[1]
    return text if _LETTER.fullmatch(text) else ""


def grid(table: Element, write: Callable[[Element], str]) -> tuple[str, list[list[str]]]:
    """Return the caption of a table, and its rows of cells as text.

    ``write`` turns a cell into text. All rows have the same length. After a cell that spans columns, and
    below a cell that spans rows, the cells are empty. The caption is "" and the list is empty if there is
    none.
    """
    caption = next((write(child) for child in table if child.tag == "caption"), "")
    written: list[list[str]] = []
    hanging: dict[int, int] = {}  # column -> number of rows that a cell above still covers
    cells = 0
    for row in _rows(table):
        line: list[str] = []
        for cell in row:
            while hanging.get(len(line), 0):
                hanging[len(line)] -= 1
                line.append("")
            rows, columns = _span(cell, "rowspan"), _span(cell, "colspan")
            for column in range(len(line), len(line) + columns):
                hanging[column] = rows - 1
            line.extend([write(cell), *[""] * (columns - 1)])
            cells += columns
        while hanging.get(len(line), 0):
            hanging[len(line)] -= 1
            line.append("")
        if any(line):
            written.append(line[: _MAX_COLUMNS * 2])
        if cells > _MAX_CELLS:
            break
    width = max((len(line) for line in written), default=0)
    return caption, _without_empty_columns([line + [""] * (width - len(line)) for line in written])


def markdown(rows: list[list[str]]) -> str:
    """Return rows as a Markdown table. The first row is the header.

    Returns "" without rows.
    """
    if not rows:
        return ""
    lines = [_line(row) for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def _line(row: list[str]) -> str:
    return "| " + " | ".join(row) + " |"


def _rows(table: Element) -> Iterator[list[Element]]:
    for child in table:
        if child.tag in _BODIES:
            yield from (
                [cell for cell in row if cell.tag in {"td", "th"}] for row in child if row.tag == "tr"
            )
        elif child.tag == "tr":
            yield [cell for cell in child if cell.tag in {"td", "th"}]


def _span(cell: Element, name: str) -> int:
    value = cell.get(name) or ""
    return min(int(value), _MAX_COLUMNS) if value.isdigit() and len(value) < 4 and value != "0" else 1


def _bordered(table: Element) -> bool:
    border = table.get("border") or "0"
    return border.isdigit() and int(border) > 0


def _is_prose(texts: list[str]) -> bool:
    """Return whether all cells of a row are sentences. Such a row is no header."""
    return all(words.count(text) >= _SENTENCE and text[-1] in ".!?:;" for text in texts)


def _without_empty_columns(rows: list[list[str]]) -> list[list[str]]:
    kept = [column for column in range(len(rows[0]) if rows else 0) if any(row[column] for row in rows)]
    return [[row[column] for column in kept] for row in rows]
