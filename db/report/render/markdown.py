"""A report as Markdown (CommonMark with tables)."""

import re
from collections.abc import Sequence

from db.news.markdown import escape
from db.report.render.grid import grids
from db.report.render.words import HOLLOW, Preface, explained
from db.report.table import ReportTable

# Rules, numbers (also with a published one) and names of periods.
_PLAIN = re.compile(r"-+:?|[–0-9][-–0-9.,HQ ()n[\]]*(?:\(published: [0-9.,]+\))?")


def document(preface: Preface, tables: Sequence[ReportTable], *, with_pictures: bool) -> str:
    """Return the whole report. With pictures, it has links to the files beside it."""
    parts = [f"# {preface.title}", *preface.paragraphs, *([HOLLOW] if with_pictures else [])]
    parts += [f"- [{table.name}: {table.title}](#{_anchor(table)})" for table in tables]
    for table in tables:
        parts.append(section(table, with_picture=with_pictures))
    return _joined(parts)


def section(table: ReportTable, *, with_picture: bool) -> str:
    """Return one table: its heading, picture, cells, definition, source and notes."""
    parts = [f"## {table.name}: {table.title}"]
    if with_picture:
        parts.append(f"![{table.title}]({table.file_name}.svg)")
    for grid in grids(table):
        if grid.group:
            parts.append(f"### {escape(grid.group)}")
        lines = [grid.header, ["---", *["---:"] * (len(grid.header) - 1)], *grid.rows]
        parts.append("\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines))
    if not table.cells:
        parts.append("No policy has a good capture, so there is nothing to count.")
    return _joined([*parts, *explained(table)])


def _cell(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else escape(text)


def _anchor(table: ReportTable) -> str:
    kept = "".join(sign for sign in f"{table.name} {table.title}".lower() if sign.isalnum() or sign in " -")
    return kept.replace(" ", "-")


def _joined(parts: Sequence[str]) -> str:
    """Return the parts with an empty line between them; items of a list follow each other."""
    text = ""
    for part in parts:
        between = "\n" if part.startswith("- ") and text.rpartition("\n")[2].startswith("- ") else "\n\n"
        text += f"{between if text else ''}{part}"
    return text
