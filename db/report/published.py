"""Put the figures of papers beside those of an archive file, by the list `published.toml`."""

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from db.report.options import ReportOptions
from db.report.table import ALL, Cell, ReportTable

_LIST = Path(__file__).with_name("published.toml")


def beside(table: ReportTable, options: ReportOptions) -> ReportTable:
    """Return a table with published figures for the same length of a period, and a note whose they are.

    A figure of a period that the archive file does not have gets a cell without a value, with an n of 0.
    Groups have no published figures.
    """
    cells, notes = list(table.cells), []
    for paper in _papers():
        figures = _of_table(paper["figures"] + paper["about"], table.name)
        if paper["every"] != options.every or not figures:
            continue
        at = {(cell.period, cell.measure): place for place, cell in enumerate(cells) if cell.group == ALL}
        for (measure, period), figure in figures.items():
            place = at.get((period, measure))
            if place is None:
                cells.append(Cell(ALL, period, measure, 0, None, published=figure))
            else:
                cells[place] = replace(cells[place], published=figure)
        about = _of_table(paper["about"], table.name)
        read_off = (
            "; those of " + ", ".join(dict.fromkeys(name for name, _ in about)) + " were read off a picture"
        )
        notes.append(f"Published figures: {paper['source']}{read_off if about else ''}. Another population.")
    return replace(table, cells=tuple(cells), notes=(*table.notes, *notes))


def _of_table(rows: list[list[Any]], name: str) -> dict[tuple[str, str], float]:
    return {(measure, period): float(figure) for table, measure, period, figure in rows if table == name}


@cache
def _papers() -> list[dict[str, Any]]:
    return list(tomllib.loads(_LIST.read_text(encoding="utf-8"))["paper"])
