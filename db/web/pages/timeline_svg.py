"""Timelines drawn to scale: the shapes of the SVG. Widths are thousandths of the period shown.

A thick bar is a period in which captures show a version. A thin bar is the time between two captures. It is
grey if the wording changed in it (the bracket). It has the colour of the version if both captures show the
same version, but no good capture was made for a long time (a gap). Shapes are drawn with attributes only,
because our pages allow no inline styles. Widths are relative, so a drawing fits a screen and a phone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from db.query.spans import Span
from db.times import seconds

WIDTH = 1000.0
_LEAST = 4.0  # the least width of a span: a span of one capture would be invisible
_ROOM = 24.0  # the width of a number with two digits
_LABELS = 6  # this many years can have a label on a phone

Shape = Literal["held", "gap", "bracket", "unseen"]


class DrawnGap(NamedTuple):
    """A period without a good capture.

    `last_good` or `next_good` is None if there is no good capture before or after the gap.
    """

    since: str
    until: str
    last_good: str | None
    next_good: str | None


class TimelineBar(NamedTuple):
    """A part of the timeline. `span` is the index of its span, from 0."""

    shape: Shape
    x: float
    width: float
    span: int
    since: str
    until: str


class YearMark(NamedTuple):
    """The start of a year on the scale. A minor year has a line without a label."""

    x: float
    label: str
    minor: bool


@dataclass(frozen=True)
class Scale:
    """Converts moments to thousandths of the width.

    The scale goes from the start of the first year to the end of the last year.
    """

    first_year: int
    last_year: int

    @classmethod
    def of(cls, moments: Iterable[str | None]) -> "Scale":
        """Return the scale that contains all these moments. Without moments, it is the year 2000."""
        years = [int(moment[:4]) for moment in moments if moment]
        return cls(min(years, default=2000), max(years, default=2000))

    def at(self, moment: str) -> float:
        """Return the place of a moment (ISO 8601), from 0 to WIDTH."""
        start, end = _new_year(self.first_year), _new_year(self.last_year + 1)
        return round(min(max((seconds(moment) - start) / (end - start), 0), 1) * WIDTH, 1)

    @property
    def years(self) -> list[YearMark]:
        """The years to draw, with as many labels as fit."""
        count = self.last_year - self.first_year + 1
        step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 10_000) if count / step <= _LABELS)
        return [
            YearMark(self.at(f"{year:04d}-01-01T00:00:00Z"), str(year), year % step != 0)
            for year in range(self.first_year, self.last_year + 1)
        ]


def bars(spans: Sequence[Span], gaps: Iterable[DrawnGap], scale: Scale) -> list[TimelineBar]:
    """Return the bars of a policy's timeline.

    Spans are divided by the gaps within them. Brackets are between the spans, and gaps at both ends.
    """
    gaps = list(gaps)
    drawn: list[TimelineBar] = []
    for number, span in enumerate(spans):
        if span.changed_after:
            drawn.append(_bar("bracket", span.changed_after, span.since, number, scale))
        at = span.since
        for gap in gaps:
            if span.since <= gap.since and gap.until <= span.until and gap.last_good and gap.next_good:
                drawn += [
                    _bar("held", at, gap.since, number, scale),
                    _bar("gap", gap.since, gap.until, number, scale),
                ]
                at = gap.until
        drawn.append(_bar("held", at, span.until, number, scale))
    drawn += [
        _bar("unseen", gap.since, gap.until, 0, scale)
        for gap in gaps
        if not (gap.last_good and gap.next_good)
    ]
    # Thick bars are drawn last, so they are in front.
    return sorted(drawn, key=lambda bar: bar.shape == "held")


class OutlinePath(NamedTuple):
    """All bars of one style as a single SVG path, which makes the page shorter."""

    look: str
    path: str


def outlines(
    drawn: Iterable[TimelineBar], spans: Sequence[Span], top: float, height: float
) -> list[OutlinePath]:
    """Return the SVG paths of bars.

    Thick bars begin at `top` and have this height. Thin bars have a fifth of it.
    """
    paths: dict[str, list[str]] = {}
    for bar in drawn:
        thick = bar.shape == "held"
        y, h = (top, height) if thick else (top + 0.4 * height, 0.2 * height)
        look = f"held {'even' if spans[bar.span].version % 2 == 0 else 'odd'}" if thick else bar.shape
        paths.setdefault(look, []).append(f"M{bar.x:g} {y:g}h{bar.width:g}v{h:g}h-{bar.width:g}z")
    return [OutlinePath(look, "".join(parts)) for look, parts in paths.items()]


class VersionLabel(NamedTuple):
    """The number of a version, in the middle of a wide span."""

    x: float
    version: int


def labels(spans: Iterable[Span], scale: Scale) -> list[VersionLabel]:
    """Return the numbers of versions for all spans that are wide enough."""
    places = ((span.version, scale.at(span.since), scale.at(span.until)) for span in spans)
    return [
        VersionLabel(round((left + right) / 2, 1), version)
        for version, left, right in places
        if right - left >= _ROOM
    ]


def ticks(moments: Iterable[str | None], scale: Scale, height: int = 10) -> str:
    """Return the SVG path of a row of ticks, one for each distinct place."""
    places = sorted({scale.at(moment) for moment in moments if moment})
    return " ".join(f"M{x:g} 0V{height}" for x in places)


def _bar(shape: Shape, since: str, until: str, span: int, scale: Scale) -> TimelineBar:
    left, right = scale.at(since), scale.at(until)
    width = max(right - left, _LEAST if shape == "held" else 0)
    return TimelineBar(shape, round(min(left, WIDTH - width), 1), round(width, 1), span, since, until)


def _new_year(year: int) -> float:
    return datetime(max(1, min(year, 9999)), 1, 1, tzinfo=UTC).timestamp()
