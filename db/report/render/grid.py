"""A table for people: periods and measures against each other, each cell with its n."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from db.processor_time import in_time
from db.report.table import ALL, Cell, ReportTable

MOST_COLUMNS = 10  # measures beside each other; more are below each other, with the periods beside each other


@dataclass(frozen=True)
class Grid:
    """The cells of one group as texts: the name of the group, the heading of the columns, and the rows.

    A cell whose n differs from that of most cells of its period shows its own n.
    """

    group: str
    header: list[str]
    rows: list[list[str]]


def grids(table: ReportTable) -> Iterator[Grid]:
    """Yield a grid for each group of a table, all policies first; nothing without cells."""
    by_group: dict[str, list[Cell]] = {}
    for cell in table.cells:
        by_group.setdefault(cell.group, []).append(cell)
    for group in in_time(sorted(by_group, key=lambda group: (group != ALL, group))):
        yield _grid(group, by_group[group])


def _grid(group: str, cells: list[Cell]) -> Grid:
    periods = sorted({cell.period for cell in cells}, key=lambda name: (not name[:1].isdigit(), name))
    measures = list(dict.fromkeys(cell.measure for cell in cells))
    by_place = {(cell.period, cell.measure): cell for cell in cells}
    counted: dict[str, Counter[int]] = {period: Counter() for period in periods}
    for cell in cells:
        counted[cell.period][cell.n] += 1
    usual = {period: counts.most_common(1)[0][0] for period, counts in counted.items()}
    shown = {place: _shown(cell, with_n=cell.n != usual[cell.period]) for place, cell in by_place.items()}
    ns = {period: f"{n:,}" for period, n in usual.items()}
    if len(measures) <= MOST_COLUMNS:
        rows = [
            [period, ns[period], *(shown.get((period, name), "") for name in measures)] for period in periods
        ]
        return Grid(group, ["period", "n", *measures], rows)
    beside = [["n", *(ns[period] for period in periods)]]
    beside += [[name, *(shown.get((period, name), "") for period in periods)] for name in measures]
    return Grid(group, ["", *periods], beside)


def number(value: float | None) -> str:
    """Return a number for people: one decimal below a thousand; "–" for None."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}"


def _shown(cell: Cell, *, with_n: bool) -> str:
    text = number(cell.value)
    if cell.low is not None:
        text += f" [{number(cell.low)}–{number(cell.high)}]"
    if with_n:
        text += f" (n {cell.n:,})"
    return text if cell.published is None else f"{text} (published: {number(cell.published)})"
