"""Draw shares by year: a line for each phrase, and below it bars for the number of retailers.

Horizontal places are percentages of the width, so the chart fits a phone with letters of normal size.
Vertical places are pixels.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from db.report.render.svg import round_step

LEFT = 9.0  # percentage of the width that the numbers at the left need
_TOP, _SHARES, _GAP, _BASE, _YEARS = 12, 220, 34, 60, 22  # pixels of the parts, from above
LABELS = 8  # at most this many years have a label
FEW = 5  # a share of fewer retailers is drawn hollow


class Point(NamedTuple):
    """The share of a phrase in a year. `x` is a percentage, `y` in pixels from above."""

    year: int
    retailers: int
    base: int
    share: float
    x: float
    y: float


class Segment(NamedTuple):
    """A line from one point to that of the next year."""

    x1: float
    y1: float
    x2: float
    y2: float


class Series(NamedTuple):
    """A phrase. `number` counts from 1, and chooses colour, form of the points and dashes."""

    number: int
    phrase: str
    points: list[Point]
    segments: list[Segment]


class BaseBar(NamedTuple):
    """The number of retailers of a period. `label` stands below it, "" between labels."""

    period: str
    base: int
    label: str
    center: float
    x: float
    width: float
    height: float


class GridLine(NamedTuple):
    """A horizontal line at a round number. `y` is in pixels from above."""

    value: int
    y: float


class Chart(NamedTuple):
    """The whole chart. `lines` are percentages, and `base_lines` numbers of retailers."""

    series: list[Series]
    bars: list[BaseBar]
    lines: list[GridLine]
    base_lines: list[GridLine]
    left: float = LEFT
    base_title: int = _TOP + _SHARES + _GAP - 12
    floor: int = _TOP + _SHARES + _GAP + _BASE
    height: int = _TOP + _SHARES + _GAP + _BASE + _YEARS


def chart(by_phrase: Sequence[tuple[str, Sequence[dict[str, Any]]]]) -> Chart:
    """Return the chart for phrases, each with its rows of year, retailers, base and share.

    All phrases have the same years and bases, in order. The chart is empty without a year. In a year without
    retailers a line has no point.
    """
    years = by_phrase[0][1] if by_phrase else ()
    if not years:
        return Chart([], [], [], [])
    percent = max(1, *(round(100 * (row["share"] or 0)) for _, rows in by_phrase for row in rows))
    step = min(25, round_step(percent))
    top = min(100, step * -(-percent // step))
    slot = (100 - LEFT) / len(years)
    centers = [round(LEFT + slot * (at + 0.5), 2) for at in range(len(years))]
    series = [
        _series(number, phrase, rows, centers, _SHARES / top)
        for number, (phrase, rows) in enumerate(by_phrase, 1)
    ]
    floor = _TOP + _SHARES + _GAP + _BASE
    return Chart(
        series,
        base_bars([(str(row["year"]), row["base"]) for row in years], _labels(years), _BASE),
        [
            GridLine(value, round(_TOP + _SHARES - value * _SHARES / top, 1))
            for value in range(0, top + 1, step)
        ],
        base_lines([row["base"] for row in years], floor, _BASE),
    )


def base_lines(bases: Sequence[int], floor: int, pixels: int) -> list[GridLine]:
    """Return the lines behind the bars of `base_bars`, whose lower end is at `floor` (pixels from above)."""
    largest = max(1, *bases)
    step = round_step(largest, lines=2)
    return [
        GridLine(value, round(floor - value * pixels / largest, 1))
        for value in range(step, largest + 1, step)
    ]


def _series(
    number: int, phrase: str, rows: Sequence[dict[str, Any]], centers: Sequence[float], pixels: float
) -> Series:
    points = [
        Point(
            row["year"],
            row["retailers"],
            row["base"],
            row["share"],
            x,
            round(_TOP + _SHARES - 100 * row["share"] * pixels, 1),
        )
        for row, x in zip(rows, centers, strict=True)
        if row["share"] is not None
    ]
    segments = [
        Segment(before.x, before.y, after.x, after.y)
        for before, after in pairwise(points)
        if after.year == before.year + 1
    ]
    return Series(number, phrase, points, segments)


def _labels(years: Sequence[dict[str, Any]]) -> list[str]:
    every = -(-len(years) // LABELS)
    return [str(row["year"]) if (len(years) - 1 - at) % every == 0 else "" for at, row in enumerate(years)]


def base_bars(
    periods: Sequence[tuple[str, int]], labels: Sequence[str], pixels: int, left: float = LEFT
) -> list[BaseBar]:
    """Return the bars for the numbers of retailers of some periods, the highest of them `pixels` high.

    `periods` are names and numbers, `labels` what stands below each. `left` is the percentage of the width
    that is left of the bars.
    """
    largest = max(1, *(base for _, base in periods))
    slot = (100 - left) / len(periods)
    return [
        BaseBar(
            period=period,
            base=base,
            label=label,
            center=round(left + slot * (at + 0.5), 2),
            x=round(left + slot * (at + 0.15), 2),
            width=round(slot * 0.7, 2),
            height=round(base * pixels / largest, 1),
        )
        for at, ((period, base), label) in enumerate(zip(periods, labels, strict=True))
    ]
