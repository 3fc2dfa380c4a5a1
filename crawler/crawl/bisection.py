"""Which capture of a page to ask for next, so that most changes of wording are found with few requests.

A page is a row of captures in time, some of them seen. Between two seen ones that show another wording a change lies: the span
is halved until the two are neighbours. Between two that show the same wording one may lie all the same, for a wording can go
and come back: the more of the page's changes may fall into the span, the greater the doubt.

Where a change is likely is told by the index alone: between captures of one digest there is none, between those whose records
differ most in length there is one rather than elsewhere, and the more time lies between two captures, the more may have
happened. Spans are halved by this likelihood, not by the number of captures.

Nothing here asks for anything, and equal sights always give equal doubts. docs/selection.md has the figures.
"""

import math
from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import Literal

LEAST = 0.05  # smaller doubts are not worth a request, unless a budget is left over
RETURNING = 0.06  # the share of changes that are undone by the next, so that both ends of a span look alike
EVEN = 0.3  # likelihood of a change between captures of about one length; 1 more at the page's greatest jump, 1/2 at the next
SLOWNESS = 0.25  # the power of time: captures lie closest where much was going on, so that ten times the days are not ten times
_MINUTE = 1 / 1440  # in days: captures are taken for as far apart as that at least

NO_PAGE, NO_END, CHANGED = (
    4.0,
    2.0,
    1.0,
)  # doubts: no good capture yet; none near this end; a change is somewhere in here
HALF_YEAR = (
    183.0  # days that a change is bracketed by from which its doubt lies halfway between CHANGED and NO_END
)


@dataclass(frozen=True, slots=True)
class CaptureState:
    """What is known of a capture.

    `day` is its time in days since 1970, `length` its record's in bytes as the index has it; equal digests mean equal bodies
    (None: it cannot be compared). It is `open` (not asked for), `good` (its text bears witness) or `useless` (seen, or not to
    be had). A good one has `changed` where it shows another wording than the good one before it.
    """

    day: float
    digest: Hashable = None
    length: int | None = None
    state: Literal["open", "good", "useless"] = "open"
    changed: bool = False


@dataclass(frozen=True, slots=True)
class UncertainSpan:
    """A span of a page, from one seen capture to the next (or an end), in which something may have changed.

    `capture` is the one to ask for; it and the span are indices. `size` puts doubts in order: from CHANGED on something is
    there to be found; below, it is about how many changes are missed.
    """

    size: float
    capture: int
    span: range


def uncertain_spans(page: Sequence[CaptureState], least: float = LEAST) -> list[UncertainSpan]:
    """The doubts about a page (its captures by time) that are at least so great, one for each span of open captures.

    A page without any but open captures has two: its last capture and its first. Takes time in proportion to the captures.
    """
    mass = _mass(page)
    changes = 1 + sum(sight.changed for sight in page)  # one more than are known
    found = []
    for span in _spans(page):
        expected = changes * (mass[span.last] - mass[span.first]) / (mass[-1] or 1.0)
        for size, index in _questions(span, page, mass, expected):
            if size >= least:
                found.append(UncertainSpan(size, index, range(span.first, span.last + 1)))
    return found


def _mass(page: Sequence[CaptureState]) -> list[float]:
    """How much change is to be expected up to each capture, in no unit."""
    jumps = [_jump(before, after) for before, after in pairwise(page)]
    rank = {
        jump: number
        for number, jump in enumerate(sorted((j for j in jumps if j is not None), reverse=True), 1)
    }
    weights = [
        0.0
        if before.digest is not None and before.digest == after.digest
        else (EVEN + (1 / rank[jump] if jump else 0)) * max(after.day - before.day, _MINUTE) ** SLOWNESS
        for jump, (before, after) in zip(jumps, pairwise(page), strict=True)
    ]
    return list(accumulate(weights, initial=0.0))


def _jump(before: CaptureState, after: CaptureState) -> float | None:
    """By what share of the longer one two records differ in length; None where a length is not known."""
    if before.length is None or after.length is None:
        return None
    return abs(after.length - before.length) / max(after.length, before.length, 1)


@dataclass(frozen=True, slots=True)
class _Span:
    """Open captures and the ones around them, `first` to `last`, which are open only at the ends of the page.

    `around` is what is known of the good captures before and after the span, whether or not useless ones lie between: that
    there is none at all, only one side, that they show one wording or two. `useless` is how many useless ones in a row touch
    a span that touches no good one.
    """

    first: int
    last: int
    open: range
    around: Literal["nothing", "one side", "same", "different"]
    useless: int

    @property
    def at_an_end(self) -> bool:
        """Whether nothing is known on one side of the span."""
        return self.open.start == self.first or self.open.stop > self.last


def _spans(page: Sequence[CaptureState]) -> Iterator[_Span]:
    known = [index for index, sight in enumerate(page) if sight.state != "open"]
    good = [index for index in known if page[index].state == "good"]
    run: dict[
        int, int
    ] = {}  # of each useless capture: how many there are in a row, with nothing but open ones between
    for useless, members in groupby(known, key=lambda index: page[index].state == "useless"):
        indices = list(members)
        run |= dict.fromkeys(indices, len(indices)) if useless else {}
    before = 0  # good captures before the span
    for left, right in pairwise([-1, *known, len(page)]):
        before += left >= 0 and left not in run
        if right - left < 2:
            continue
        inside, touches_good = (
            0 < before < len(good),
            any(i in range(len(page)) and i not in run for i in (left, right)),
        )
        yield _Span(
            max(left, 0), min(right, len(page) - 1), range(left + 1, right),
            "nothing" if not good else "one side" if not inside else "different" if page[good[before]].changed else "same",
            0 if touches_good else max(run.get(left, 0), run.get(right, 0)),
        )  # fmt: skip


def _questions(
    span: _Span, page: Sequence[CaptureState], mass: Sequence[float], expected: float
) -> Iterator[tuple[float, int]]:
    """How great the doubt about a span is, and which capture would tell most, where so many changes are to be expected."""
    first, last = span.open[0], span.open[-1]
    if len(span.open) == len(page):
        yield NO_PAGE, last
        if first < last:
            yield NO_END, first
    elif span.around == "one side" and span.at_an_end and not span.useless:
        yield NO_END, first if first == span.first else last
    else:
        # Where several captures in a row are no policy, those between them are none either.
        yield _size(span, page, expected) * 0.5 ** min(span.useless, 60), _middle(span, mass)


def _size(span: _Span, page: Sequence[CaptureState], expected: float) -> float:
    if span.around == "nothing":
        return NO_PAGE
    if span.around == "one side":
        return CHANGED if span.at_an_end else 1 - math.exp(-expected)
    if span.around == "same":
        return 1 - math.exp(-RETURNING * expected**2)
    days = page[span.last].day - page[span.first].day
    return CHANGED + days / (days + HALF_YEAR) * (NO_END - CHANGED)


def _middle(span: _Span, mass: Sequence[float]) -> int:
    """The open capture that parts the expected change of a span into halves."""
    half = (mass[span.first] + mass[span.last]) / 2
    index = min(bisect_left(mass, half, span.open.start, span.open.stop), span.open[-1])
    return index - 1 if index > span.open[0] and half - mass[index - 1] < mass[index] - half else index
