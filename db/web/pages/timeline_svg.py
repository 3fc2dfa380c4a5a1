"""Timelines drawn to scale: the geometry of the SVG, in thousandths of the period shown.

A thick bar is a period that captures show. A thin bar is the time between two captures: grey if the wording
changed in it (the bracket), in the colour of the version if both captures show the same version but there is
no good capture for a long time (a gap). Templates draw shapes with attributes only, because our pages allow
no inline styles. The width is relative, so one drawing fits a screen and a phone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from db.query.spans import Span
from db.times import seconds

WIDTH = 1000.0
_LEAST = 4.0  # width of a span of one capture, which would be invisible otherwise
_ROOM = 24.0  # width of a number of two digits
_LABELS = 6  # labels of years that fit on a phone

Shape = Literal["held", "gap", "bracket", "unseen"]


class DrawnGap(NamedTuple):
    """A gap; `last_good` or `next_good` is None if there is no good capture on that side."""

    since: str
    until: str
    last_good: str | None
    next_good: str | None


class TimelineBar(NamedTuple):
    """A part of the line: its place, and the number of its span, from 0."""

    shape: Shape
    x: float
    width: float
    span: int
    since: str
    until: str


class YearMark(NamedTuple):
    """A year's start on the scale; a minor one has a line and no label."""

    x: float
    label: str
    minor: bool


@dataclass(frozen=True)
class Scale:
    """Maps moments to thousandths of the width, from the start of the first year to the end of the last."""

    first_year: int
    last_year: int

    @classmethod
    def of(cls, moments: Iterable[str | None]) -> "Scale":
        """Return the scale that contains all these moments; without moments, an empty year."""
        years = [int(moment[:4]) for moment in moments if moment]
        return cls(min(years, default=2000), max(years, default=2000))

    def at(self, moment: str) -> float:
        """Return the place of a moment, from 0 to WIDTH."""
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
    """Return the line of a policy: spans cut by their gaps, brackets between them, and gaps at both ends."""
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
    # Thick bars are drawn last, over the others.
    return sorted(drawn, key=lambda bar: bar.shape == "held")


class OutlinePath(NamedTuple):
    """Bars of one style as a single path: a page with many small timelines is a third as long."""

    look: str
    path: str


def outlines(
    drawn: Iterable[TimelineBar], spans: Sequence[Span], top: float, height: float
) -> list[OutlinePath]:
    """Draw bars from `top` downwards: thick ones with this height, thin ones with a fifth of it."""
    paths: dict[str, list[str]] = {}
    for bar in drawn:
        thick = bar.shape == "held"
        y, h = (top, height) if thick else (top + 0.4 * height, 0.2 * height)
        look = f"held {'even' if spans[bar.span].version % 2 == 0 else 'odd'}" if thick else bar.shape
        paths.setdefault(look, []).append(f"M{bar.x:g} {y:g}h{bar.width:g}v{h:g}h-{bar.width:g}z")
    return [OutlinePath(look, "".join(parts)) for look, parts in paths.items()]


class VersionLabel(NamedTuple):
    """A version's number, in the middle of a span that has room for it."""

    x: float
    version: int


def labels(spans: Iterable[Span], scale: Scale) -> list[VersionLabel]:
    """Return the numbers of the versions with spans that are wide enough."""
    places = ((span.version, scale.at(span.since), scale.at(span.until)) for span in spans)
    return [
        VersionLabel(round((left + right) / 2, 1), version)
        for version, left, right in places
        if right - left >= _ROOM
    ]


def ticks(moments: Iterable[str | None], scale: Scale, height: int = 10) -> str:
    """Return the path of a row of ticks, one for each distinct place."""
    places = sorted({scale.at(moment) for moment in moments if moment})
    return " ".join(f"M{x:g} 0V{height}" for x in places)


def _bar(shape: Shape, since: str, until: str, span: int, scale: Scale) -> TimelineBar:
    left, right = scale.at(since), scale.at(until)
    width = max(right - left, _LEAST if shape == "held" else 0)
    return TimelineBar(shape, round(min(left, WIDTH - width), 1), round(width, 1), span, since, until)


def _new_year(year: int) -> float:
    return datetime(max(1, min(year, 9999)), 1, 1, tzinfo=UTC).timestamp()
