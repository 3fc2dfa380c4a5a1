"""What a retailer's timeline shows beside the versions: laws, the size of each change, and where it ends."""

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import Any, NamedTuple

from db.query.spans import Span
from db.web.pages.timeline_svg import WIDTH, Scale

MOST = 28.0  # the height of a change of the whole text
_LEAST = 3.0  # the least height and width of a change


class Law(NamedTuple):
    """A privacy law, and the day from which it applied."""

    name: str
    day: str


LAWS = (Law("GDPR", "2018-05-25"), Law("CCPA", "2020-01-01"))


class LawMark(NamedTuple):
    """A law on the timeline, at a place from 0 to 1000."""

    law: Law
    x: float


class SizeBar(NamedTuple):
    """How much of the text a change changed, as the height of a bar over its bracket.

    `span` is the index of the span after the change.
    """

    x: float
    width: float
    height: float
    span: int


def laws(scale: Scale) -> list[LawMark]:
    """Return the laws that began to apply within the scale."""
    places = (LawMark(law, scale.at(f"{law.day}T00:00:00Z")) for law in LAWS)
    return [mark for mark in places if 0 < mark.x < WIDTH]


def sizes(spans: Sequence[Span], scale: Scale) -> list[SizeBar]:
    """Return a bar for each change. Its height is the root of the changed share, so that small ones show."""
    found = []
    for number, span in enumerate(spans):
        if span.changed_after:
            left, right = scale.at(span.changed_after), scale.at(span.since)
            width = max(right - left, _LEAST)
            height = max(MOST * sqrt(1 - span.similarity), _LEAST)
            x = min((left + right - width) / 2, WIDTH - width)
            found.append(SizeBar(round(x, 1), round(width, 1), round(height, 1), number))
    return found


def searched_until(gaps: Iterable[Mapping[str, Any]], captures: Iterable[str | None]) -> str | None:
    """Return until when captures were looked for in vain, after the last capture of any kind; or None.

    `gaps` are rows of the view `gaps`, and `captures` are the moments of all captures.
    """
    last = max((moment for moment in captures if moment), default="")
    open_gaps = (gap for gap in gaps if gap["since"] and not gap["next_good"])
    ends = [str(gap["until"]) for gap in open_gaps if gap["until"] and gap["until"] > last]
    return max(ends, default=None)
