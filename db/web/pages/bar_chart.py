"""A bar chart of counts by year, each in front of a bar for its base.

Lengths along the years are percentages of the width, so the drawing fits a phone with letters of normal size;
heights are pixels.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

HEIGHT = 240
_LEFT = 6.0  # per cent of the width for the numbers
_TOP, _BOTTOM = 12, 26  # pixels above the highest bar, pixels for the years
_LABELS = 9  # years with a label, at most


class YearBar(NamedTuple):
    """The two bars of a year."""

    year: int
    mentions: int
    base: int
    x: float
    width: float
    height: float
    base_height: float
    label: str


class GridLine(NamedTuple):
    """A horizontal line at a round number."""

    value: int
    y: float


class Chart(NamedTuple):
    """The drawing; `floor` is where the bars start."""

    bars: list[YearBar]
    lines: list[GridLine]
    floor: float = HEIGHT - _BOTTOM
    height: int = HEIGHT
    left: float = _LEFT


def chart(rows: Sequence[dict[str, Any]]) -> Chart:
    """Draw rows of year, retailers and base, one for each year in order; no rows give an empty chart."""
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
    """Return the distance of the horizontal lines, so that there are at most five above the floor.

    It is 1, 2 or 5 times a power of ten.
    """
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if largest <= 5 * step:
                return step
        size *= 10
