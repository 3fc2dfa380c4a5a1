"""Put the figures of papers beside those of an archive file, by the list `published.toml`."""

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from db.report.options import ReportOptions
from db.report.table import ALL, Cell, ReportTable

_ANY = "any"  # figures of the whole time, or of no length of a period
_LIST = Path(__file__).with_name("published.toml")


def beside(table: ReportTable, options: ReportOptions) -> ReportTable:
    """Return a table with published figures for the same length of a period, and a note whose they are.

    A figure of a period that the archive file does not have gets a cell without a value, with an n of 0.
    Groups have no published figures. A note also says if there is none.
    """
    cells, notes, has_figures = list(table.cells), [], False
    for paper in _papers():
        said = [text for name, text in paper.get("notes", ()) if name == table.name]
        figures = _of_table(paper["figures"] + paper["about"], table.name)
        if paper["every"] not in (options.every, _ANY):
            figures = {}
        at = {(cell.period, cell.measure): place for place, cell in enumerate(cells) if cell.group == ALL}
        for (measure, period), figure in figures.items():
            place = at.get((period, measure))
            if place is None:
                cells.append(Cell(ALL, period, measure, 0, None, published=figure))
            else:
                cells[place] = replace(cells[place], published=figure)
        if figures:
            has_figures = True
            about = dict.fromkeys(name for name, _ in _of_table(paper["about"], table.name))
            read_off = f"; those of {', '.join(about)} were read off a picture" if about else ""
            notes.append(f"Published figures: {paper['source']}{read_off}. Another population.")
        notes += [f"{paper['source']}: {text}" for text in said]
    if not has_figures:
        notes.insert(0, f"No published figure stands beside this table by {options.every}.")
    return replace(table, cells=tuple(cells), notes=(*table.notes, *notes))


def _of_table(rows: list[list[Any]], name: str) -> dict[tuple[str, str], float]:
    return {(measure, period): float(figure) for table, measure, period, figure in rows if table == name}


@cache
def _papers() -> list[dict[str, Any]]:
    return list(tomllib.loads(_LIST.read_text(encoding="utf-8"))["paper"])
