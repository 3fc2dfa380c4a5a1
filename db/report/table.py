"""What a table of the report is: its cells, its pictures, its definition and where that is from."""

from dataclasses import asdict, dataclass, replace
from typing import Any

ALL = ""  # the group of all policies
WHOLE = "all"  # the period of a cell that is about the whole time


@dataclass(frozen=True)
class Cell:
    """One number of a table.

    `group` is the value by which policies are grouped, or ALL. `period` is the name of a period (2018-H1), or
    WHOLE. `n` is how many things `value` is about: policies, unless the table says otherwise. `value` is None
    if nothing is known. `low` and `high` are bounds, where the time of a change is only known to lie between
    two captures. `published` is the figure of a paper, if it was wanted.
    """

    group: str
    period: str
    measure: str
    n: int
    value: float | None
    low: float | None = None
    high: float | None = None
    published: float | None = None

    def rounded(self) -> "Cell":
        """Return this cell with two decimals. A form with fewer decimals rounds the cell itself, once."""
        return replace(self, value=_rounded(self.value), low=_rounded(self.low), high=_rounded(self.high))


@dataclass(frozen=True)
class Panel:
    """A picture of some measures of a table, with the unit of its vertical axis (%, words)."""

    title: str
    unit: str
    measures: tuple[str, ...]


@dataclass(frozen=True)
class ReportTable:
    """A table of the report.

    `name` is what users type (A1). `counted` are the things that `n` counts. `definition` says in Markdown
    how a cell is computed, and `source` whose definition that is. `notes` are remarks about this archive
    file or what a definition leaves open.
    """

    name: str
    title: str
    counted: str
    definition: str
    source: str
    panels: tuple[Panel, ...]
    cells: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def file_name(self) -> str:
        """The name of its files, without their endings."""
        return self.name.lower()

    @property
    def has_bounds(self) -> bool:
        """Whether a cell has bounds."""
        return any(cell.low is not None for cell in self.cells)

    @property
    def has_published(self) -> bool:
        """Whether a cell has the figure of a paper beside it."""
        return any(cell.published is not None for cell in self.cells)

    @property
    def has_groups(self) -> bool:
        """Whether a cell is about one group of policies only."""
        return any(cell.group != ALL for cell in self.cells)

    def rows(self) -> list[dict[str, Any]]:
        """Return the cells as rows for a data frame, with two decimals, one row a cell; [] without cells."""
        return [{"table": self.name, **asdict(cell.rounded())} for cell in self.cells]

    def with_cells(self, cells: list[Cell], *notes: str) -> "ReportTable":
        """Return this table with cells and further notes."""
        return replace(self, cells=tuple(cells), notes=(*self.notes, *notes))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def percent(part: float, whole: int) -> float | None:
    """Return a share in percent, or None of nothing."""
    return 100 * part / whole if whole else None
