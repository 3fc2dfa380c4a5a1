"""A chart of counts by year: bars of how many, before bars of how many there could have been.

Lengths along the years are shares of the width, in per cent, so that the drawing fits a phone with its letters as large as
ever; heights are pixels.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

HEIGHT = 240
_LEFT, _TOP, _BOTTOM = (
    6.0,
    12,
    26,
)  # per cent for the numbers; pixels above the highest bar; pixels for the years
_LABELS = 9  # years that are written out, at most


class YearBar(NamedTuple):
    """A year: where it is, and how high both bars are."""

    year: int
    mentions: int
    base: int
    x: float
    width: float
    height: float
    base_height: float
    label: str


class GridLine(NamedTuple):
    """A line across, at a round number."""

    value: int
    y: float


class Chart(NamedTuple):
    """What is drawn; `floor` is where the bars stand."""

    bars: list[YearBar]
    lines: list[GridLine]
    floor: float = HEIGHT - _BOTTOM
    height: int = HEIGHT
    left: float = _LEFT


def chart(rows: Sequence[dict[str, Any]]) -> Chart:
    """Draw rows of year, retailers and base, one of each year in order; an empty chart for none."""
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
            row["year"], row["retailers"], row["base"], round(_LEFT + slot * (at + 0.1), 2), round(slot * 0.8, 2),
            round(row["retailers"] * pixels, 1), round(row["base"] * pixels, 1),
            str(row["year"]) if (len(rows) - 1 - at) % every == 0 else "",
        )
        for at, row in enumerate(rows)
    ]  # fmt: skip
    return Chart(
        bars,
        [GridLine(value, round(HEIGHT - _BOTTOM - value * pixels, 1)) for value in range(0, top + 1, step)],
    )


def round_step(largest: int) -> int:
    """The distance of the lines across: 1, 2 or 5 and noughts, so that there are at most five above the floor."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if largest <= 5 * step:
                return step
        size *= 10
