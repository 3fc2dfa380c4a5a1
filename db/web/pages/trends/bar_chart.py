"""A bar chart of counts by year: each bar is in front of a taller bar for all retailers.

Widths are percentages, so the chart fits a phone with letters of normal size. Heights are pixels.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

HEIGHT = 240
_LEFT = 6.0  # percentage of the width that the numbers at the left need
_TOP, _BOTTOM = 12, 26  # pixels above the highest bar, and pixels below for the years
_LABELS = 9  # at most this many years have a label


class YearBar(NamedTuple):
    """The two bars of a year. `x` and `width` are percentages, heights are pixels."""

    year: int
    mentions: int
    base: int
    x: float
    width: float
    height: float
    base_height: float
    label: str


class GridLine(NamedTuple):
    """A horizontal line at a round number. `y` is in pixels from the top."""

    value: int
    y: float


class Chart(NamedTuple):
    """The whole chart. `floor` is the height of the line on which the bars stand, in pixels from the top."""

    bars: list[YearBar]
    lines: list[GridLine]
    floor: float = HEIGHT - _BOTTOM
    height: int = HEIGHT
    left: float = _LEFT


def chart(rows: Sequence[dict[str, Any]]) -> Chart:
    """Return the chart for rows of year, retailers and base.

    There is one row for each year, in order. Without rows, the chart is empty.
    """
    if not rows:
        return Chart([], [])
    largest = max(1, *(row["base"] for row in rows))
    step = round_step(largest)
    top = step * -(-largest // step)
    pixels = (HEIGHT - _TOP - _BOTTOM) / top
    slot = (100 - _LEFT) / len(rows)
    every = -(-len(rows) // _LABELS)
    bars = [
        YearBar(
            year=row["year"],
            mentions=row["retailers"],
            base=row["base"],
            x=round(_LEFT + slot * (at + 0.1), 2),
            width=round(slot * 0.8, 2),
            height=round(row["retailers"] * pixels, 1),
            base_height=round(row["base"] * pixels, 1),
            label=str(row["year"]) if (len(rows) - 1 - at) % every == 0 else "",
        )
        for at, row in enumerate(rows)
    ]
    return Chart(
        bars,
        [GridLine(value, round(HEIGHT - _BOTTOM - value * pixels, 1)) for value in range(0, top + 1, step)],
    )


def round_step(largest: int) -> int:
    """Return the step between horizontal lines: 1, 2 or 5 times a power of ten.

    With this step, at most five lines are above the floor.
    """
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if largest <= 5 * step:
                return step
        size *= 10
