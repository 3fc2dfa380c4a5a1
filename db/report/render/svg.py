"""The picture of a table: a small chart for each of its panels, with lines for measures and bands for bounds.

All measures of a panel differ in colour, dashes and points. A point of fewer than five is hollow.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from html import escape
from itertools import groupby
from math import ceil

from db.processor_time import in_time
from db.report.table import ALL, Cell, Panel, ReportTable

FEW = 5
_WIDTH, _LEFT, _RIGHT, _TOP, _LABELS, _KEY = 960, 54, 26, 30, 22, 17  # pixels
_HEIGHTS = {1: 260, 2: 180, 3: 120}  # of the drawing of a panel, by panels beside each other
_COLOURS = ("#0072b2", "#c04f00", "#007f5c", "#a04a86", "#6b5b00")
_DASHES = ("none", "8 3", "3 3", "10 3 2 3", "1 4")
_STYLE = (
    "text{fill:#333;font:12px system-ui,sans-serif}.t{font-weight:600}.a{fill:#666;font-size:11px}"
    ".g{stroke:#ddd}.l{fill:none;stroke-width:2}.b{opacity:.16;stroke:none}.p{fill:none;stroke-width:1.5}"
)


def svg(table: ReportTable) -> str:
    """Return the picture of a table as an SVG document; a sentence in it if no panel has a point."""
    points = _points(table)
    panels = [panel for panel in table.panels if any(points[name] for name in panel.measures)]
    columns = min(3, len(panels) if len(panels) < 3 else (2 if len(panels) <= 4 else 3)) or 1
    width, height = _WIDTH // columns, _HEIGHTS[columns]
    parts, top = [], 10
    for row in (panels[at : at + columns] for at in range(0, len(panels), columns)):
        for place, panel in enumerate(in_time(row)):
            series = {name: points[name] for name in panel.measures}
            drawn = "".join(in_time(_Drawing(panel, series, width, height).parts()))
            parts.append(f'<g transform="translate({place * width} {top})">{drawn}</g>')
        top += _TOP + height + _LABELS + _KEY * max(len(panel.measures) for panel in row) + 18
    if not panels:
        parts.append(f'<text x="{_LEFT}" y="34">Nothing to draw: no period has a number.</text>')
        top = 60
    title = _safe(f"{table.name}: {table.title}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{top}" role="img"'
        f' viewBox="0 0 {_WIDTH} {top}">\n<title>{title}</title>\n<style>{_STYLE}</style>\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


class _Drawing:
    """The drawing of one panel."""

    def __init__(self, panel: Panel, series: dict[str, list[Cell]], width: int, height: int) -> None:
        self.panel, self.width, self.height = panel, width - _LEFT - _RIGHT, height
        self.series = series
        cells = [cell.rounded() for points in series.values() for cell in points]
        numbers = [_number(cell.period) for cell in cells]
        self.first, self.last = min(numbers), max(numbers)
        self.names = {_number(cell.period): cell.period for cell in cells}
        heights = [
            value for cell in cells for value in (cell.value, cell.high, cell.published) if value is not None
        ]
        # In tenths: a step can be smaller than one.
        self.step = round_step(ceil(round(10 * max(1.0, *heights), 6)), 3 if height < 150 else 5) / 10
        self.top = self.step * -(-max(1.0, *heights) // self.step)

    def parts(self) -> Iterator[str]:
        """Yield the elements of the drawing."""
        published = any(cell.published is not None for points in self.series.values() for cell in points)
        yield _text(_LEFT, 16, self.panel.title + (" (×: published)" if published else ""), "t")
        if self.panel.unit != "%":
            yield _text(_LEFT + self.width, 16, self.panel.unit, "a", "end")
        unit = " %" if self.panel.unit == "%" else ""
        for at in range(int(self.top / self.step + 0.5) + 1):
            y = self._y(at * self.step)
            yield f'<path class="g" d="M{_LEFT} {y}h{self.width}"/>'
            yield _text(_LEFT - 6, y + 4, f"{at * self.step:g}{unit}", "a", "end")
        yield from self._labels()
        for place, (name, cells) in enumerate(self.series.items()):
            yield from self._measure(place, name, cells)

    def _labels(self) -> Iterator[str]:
        every = -(-(self.last - self.first + 1) // max(1, self.width // 76))
        free = self.last + 1
        for number in sorted(self.names, reverse=True):
            if number < free:
                yield _text(self._x(number), _TOP + self.height + 15, self.names[number], "a", "middle")
                free = number - every + 1

    def _measure(self, place: int, name: str, cells: Sequence[Cell]) -> Iterator[str]:
        colour = _COLOURS[place % len(_COLOURS)]
        stroke = f'class="l" stroke="{colour}" stroke-dasharray="{_DASHES[place % len(_DASHES)]}"'
        for run in _runs(cells):
            above = [self._at(cell, cell.high) for cell in run if cell.high is not None]
            below = [self._at(cell, cell.low) for cell in reversed(run) if cell.low is not None]
            if above and below:
                yield f'<path class="b" fill="{colour}" d="M{"L".join(above + below)}Z"/>'
            yield f'<path {stroke} d="M{"L".join(self._at(cell, cell.value) for cell in run)}"/>'
        for cell in cells:
            yield from self._point(name, cell, colour)
        if len(self.series) > 1:
            y = _TOP + self.height + _LABELS + _KEY * (place + 1)
            yield f'<path {stroke} d="M{_LEFT} {y - 4}h26"/>{_text(_LEFT + 34, y, name)}'

    def _point(self, name: str, cell: Cell, colour: str) -> Iterator[str]:
        x, y = self._x(_number(cell.period)), self._y(cell.value or 0)
        fill = "#fff" if cell.n < FEW else colour
        title = f"<title>{_safe(f'{name}, {cell.period}: {cell.rounded().value:g} (n {cell.n})')}</title>"
        yield f'<circle cx="{x}" cy="{y}" r="2.6" fill="{fill}" stroke="{colour}">{title}</circle>'
        if cell.published is not None:
            title = f"<title>{_safe(f'published, {name}, {cell.period}: {cell.published:g}')}</title>"
            cross = f"M{x - 4} {self._y(cell.published) - 4}l8 8m0 -8l-8 8"
            yield f'<path class="p" stroke="{colour}" d="{cross}">{title}</path>'

    def _at(self, cell: Cell, value: float | None) -> str:
        return f"{self._x(_number(cell.period))} {self._y(value or 0)}"

    def _x(self, number: int) -> float:
        return round(_LEFT + self.width * (number - self.first + 0.5) / (self.last - self.first + 1), 1)

    def _y(self, value: float) -> float:
        return round(_TOP + self.height * (1 - max(value, 0) / self.top), 1)


def _points(table: ReportTable) -> dict[str, list[Cell]]:
    """Return for each measure the cells of all policies that have a period and a value, in order of time."""
    found: dict[str, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        if cell.group == ALL and cell.value is not None and cell.period[:1].isdigit():
            found[cell.measure].append(cell)
    for points in found.values():
        points.sort(key=lambda cell: _number(cell.period))
    return found


def _runs(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """Yield the cells of periods in a row: a period without a number breaks the line, and a day does not."""
    if cells and len(cells[0].period) == len("2018-05-25"):
        yield list(cells)
        return
    for _, run in groupby(enumerate(cells), lambda pair: _number(pair[1].period) - pair[0]):
        yield [cell for _, cell in run]


def _number(period: str) -> int:
    """Return the number of a period by its name: 2018, 2018-H1, 2018-Q2, 2018-05-25."""
    if len(period) == len("2018-05-25"):
        return date.fromisoformat(period).toordinal()
    in_year = {"": 1, "H": 2, "Q": 4}[period[5:6]]
    return int(period[:4]) * in_year + int(period[6:] or 1) - 1


def round_step(largest: int, lines: int = 5) -> int:
    """Return the step between horizontal lines: 1, 2 or 5 times a power of ten.

    With this step, at most `lines` lines are above the floor.
    """
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if largest <= lines * step:
                return step
        size *= 10


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{_safe(text)}</text>'


def _safe(text: str) -> str:
    """Return a text for XML: escaped, without the characters that XML does not have."""
    return escape("".join(sign for sign in text if sign.isprintable()))
