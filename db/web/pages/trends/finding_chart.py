"""Draw how many retailers added and removed a statement, by period: bars up and down from one line.

So are those whose text states and denies it. A filled bar is the share that did so for certain, its outline
the share that did so at most. Below are bars for the number of retailers. Horizontal places are percentages
of the width, vertical ones pixels.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from db.query.trends.finding_trends import FindingTrend
from db.report.render.svg import round_step
from db.web.pages.trends.chart import LABELS, LEFT, BaseBar, GridLine, base_bars, base_lines

_TOP, _SHARES, _GAP, _BASE, _PERIODS = 20, 220, 54, 60, 22  # pixels of the parts, from above
_FLOOR = _TOP + _SHARES + _GAP + _BASE


class FindingBar(NamedTuple):
    """A period of a move: `certain` and `most` are pixels from the line, and `y_…` where they begin."""

    number: int  # of the move, from 1: colour
    move: str
    trend: FindingTrend
    x: float
    width: float
    y_certain: float
    certain: float
    y_most: float
    most: float


class FindingChart(NamedTuple):
    """The whole chart. `lines` are percentages; the line of zero is at `axis`."""

    bars: list[FindingBar]
    bases: list[BaseBar]
    lines: list[GridLine]
    base_lines: list[GridLine]
    moves: tuple[str, str] = ("", "")
    axis: float = _TOP
    left: float = LEFT
    lowest: int = _TOP + _SHARES
    base_title: int = _TOP + _SHARES + _GAP - 10
    floor: int = _FLOOR
    height: int = _FLOOR + _PERIODS


def finding_chart(trends: Mapping[str, Sequence[FindingTrend]], moves: tuple[str, str]) -> FindingChart:
    """Return the chart of two moves: the first one goes up, the second one down.

    `trends` is move -> its trend, with the same periods in order of time; without them, the chart is empty.
    """
    added, removed = (trends.get(move, ()) for move in moves)
    if not added:
        return FindingChart([], [], [], [])
    up, down = (max(round(100 * one.most_share) for one in of_move) for of_move in (added, removed))
    step = min(25, round_step(max(1, up + down)))
    up, down = (step * -(-max(1, percent) // step) for percent in (up, down))
    pixels = _SHARES / (up + down)  # of one percent
    axis = round(_TOP + up * pixels, 1)
    bases = base_bars([(one.period, one.base) for one in added], _labels(added), _BASE)
    return FindingChart(
        [
            _bar(number, move, one, base, axis, 100 * pixels)
            for number, (move, of_move) in enumerate(zip(moves, (added, removed), strict=True), 1)
            for one, base in zip(of_move, bases, strict=True)
            if one.most
        ],
        bases,
        [GridLine(abs(value), round(axis - value * pixels, 1)) for value in range(-down, up + 1, step)],
        base_lines([one.base for one in added], _FLOOR, _BASE),
        moves,
        axis,
    )


def _bar(number: int, move: str, one: FindingTrend, base: BaseBar, axis: float, pixels: float) -> FindingBar:
    """Return the bar of a period. `pixels` is the height of a share of 1."""
    certain, most = (round(share * pixels, 1) for share in (one.share, one.most_share))
    up = (round(axis - certain, 1), certain, round(axis - most, 1), most)
    down = (axis, certain, axis, most)
    return FindingBar(number, move, one, base.x, base.width, *(up if number == 1 else down))


def _labels(found: Sequence[FindingTrend]) -> list[str]:
    """Return the labels below the periods: years, at most LABELS of them, at their first period."""
    years = sorted({one.start[:4] for one in found})
    every = -(-len(years) // LABELS)
    shown = {year for at, year in enumerate(years) if (len(years) - 1 - at) % every == 0}
    labels = []
    for one in found:
        labels.append(one.start[:4] if one.start[:4] in shown else "")
        shown.discard(one.start[:4])
    return labels
