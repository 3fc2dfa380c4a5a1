"""Choose which captures of a page to request next, so that few requests find most changes of wording.

A page is a row of captures in time, some of them fetched. Between two fetched ones with different wording
lies a change: the span is halved until the two are neighbours. A span between two with the same wording may
hide changes too, because a wording can disappear and come back. The more of the page's changes can be
expected in the span, the more uncertain it is.

The index alone suggests where changes are likely. Captures with one digest have no change between them. A
change is likelier where the lengths of the records differ most, and where more time passed. Spans are halved
by this likelihood, not by the number of captures.

Nothing here sends a request, and equal states always give equal spans. docs/selection.md "Bisecting" has the
numbers.
"""

import math
from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import Literal

LEAST = 0.05  # a smaller uncertainty is not worth a request, unless a budget is left over
RETURNING = 0.06  # the share of changes that the next one takes back, so that both ends of a span look alike
# How likely a change is between records of about one length. The page's greatest jump in length adds 1, the
# next 1/2.
EVEN = 0.3
# The power of time. Captures are closest where much happened, so ten times the days do not mean ten times the
# changes.
SLOWNESS = 0.25
_MINUTE = 1 / 1440  # in days: the least distance between two captures

# Uncertainties: no good capture of the page yet; no good one near this end; a change is somewhere in the
# span.
NO_PAGE, NO_END, CHANGED = 4.0, 2.0, 1.0
HALF_YEAR = (
    183.0  # days of a span with a change for which the uncertainty is halfway between CHANGED and NO_END
)


State = Literal["open", "good", "useless"]


@dataclass(frozen=True, slots=True)
class CaptureState:
    """What is known of a capture.

    `day` is its time in days since 1970. `length` is that of its record in bytes, from the index. Equal
    digests mean equal bodies; None cannot be compared. A capture is `open` (not requested yet), `good` (it
    shows the policy) or `useless` (it does not, or could not be fetched). `changed`: its wording differs from
    that of the good one before it.
    """

    day: float
    digest: Hashable = None
    length: int | None = None
    state: State = "open"
    changed: bool = False


@dataclass(frozen=True, slots=True)
class UncertainSpan:
    """A span of a page between two known captures (or an end) in which something may have changed.

    `capture` is the index of the one to request; `span` is a range of indices. From an uncertainty of CHANGED
    on, there is something to find. Below, the uncertainty is about the number of missed changes.
    """

    uncertainty: float
    capture: int
    span: range


def uncertain_spans(page: Sequence[CaptureState], least: float = LEAST) -> list[UncertainSpan]:
    """Return the spans of a page with at least this uncertainty, one for each row of open captures.

    `page` is its captures by time. A page with open captures only has two spans: for its last capture and its
    first. The time is linear in the captures.
    """
    mass = _mass(page)
    changes = 1 + sum(capture.changed for capture in page)  # one more than are known
    found = []
    for span in _spans(page):
        expected = changes * (mass[span.last] - mass[span.first]) / (mass[-1] or 1.0)
        for uncertainty, index in _candidates(span, page, mass, expected):
            if uncertainty >= least:
                found.append(UncertainSpan(uncertainty, index, range(span.first, span.last + 1)))
    return found


def _mass(page: Sequence[CaptureState]) -> list[float]:
    """Return how much change can be expected up to each capture, without a unit."""
    jumps = [_jump(before, after) for before, after in pairwise(page)]
    greatest_first = sorted((jump for jump in jumps if jump is not None), reverse=True)
    rank = {jump: number for number, jump in enumerate(greatest_first, 1)}
    weights = []
    for jump, (before, after) in zip(jumps, pairwise(page), strict=True):
        likelihood = EVEN + (1 / rank[jump] if jump else 0)
        same_body = before.digest is not None and before.digest == after.digest
        weights.append(0.0 if same_body else likelihood * max(after.day - before.day, _MINUTE) ** SLOWNESS)
    return list(accumulate(weights, initial=0.0))


def _jump(before: CaptureState, after: CaptureState) -> float | None:
    """Return the difference in length as a share of the longer record; None where a length is unknown."""
    if before.length is None or after.length is None:
        return None
    return abs(after.length - before.length) / max(after.length, before.length, 1)


Around = Literal["nothing", "one side", "same", "different"]


@dataclass(frozen=True, slots=True)
class _Span:
    """A row of open captures with the known ones around it, `first` to `last`.

    At an end of the page, `first` or `last` is open itself. `around` describes the nearest good captures
    before and after the span, with or without useless ones between: there are none, they are on one side, or
    they show the same or different wordings. `useless` is the number of useless captures in a row next to a
    span that has no good one next to it.
    """

    first: int
    last: int
    open: range
    around: Around
    useless: int

    @property
    def at_an_end(self) -> bool:
        """Whether nothing is known on one side of the span."""
        return self.open.start == self.first or self.open.stop > self.last


def _spans(page: Sequence[CaptureState]) -> Iterator[_Span]:
    known = [index for index, capture in enumerate(page) if capture.state != "open"]
    good = [index for index in known if page[index].state == "good"]
    # For each useless capture: the number of useless ones in a row, with only open ones between.
    run: dict[int, int] = {}
    for useless, members in groupby(known, key=lambda index: page[index].state == "useless"):
        indices = list(members)
        run |= dict.fromkeys(indices, len(indices)) if useless else {}
    before = 0  # good captures before the span
    for left, right in pairwise([-1, *known, len(page)]):
        before += left >= 0 and left not in run
        if right - left < 2:
            continue
        inside = 0 < before < len(good)
        if not good:
            around: Around = "nothing"
        elif not inside:
            around = "one side"
        else:
            around = "different" if page[good[before]].changed else "same"
        neighbours = [index for index in (left, right) if 0 <= index < len(page)]
        touches_good = any(index not in run for index in neighbours)
        useless = 0 if touches_good else max((run[index] for index in neighbours), default=0)
        yield _Span(max(left, 0), min(right, len(page) - 1), range(left + 1, right), around, useless)


def _candidates(
    span: _Span, page: Sequence[CaptureState], mass: Sequence[float], expected: float
) -> Iterator[tuple[float, int]]:
    """Yield the uncertainty of a span for a number of expected changes, and the capture to request."""
    first, last = span.open[0], span.open[-1]
    if len(span.open) == len(page):
        yield NO_PAGE, last
        if first < last:
            yield NO_END, first
    elif span.around == "one side" and span.at_an_end and not span.useless:
        yield NO_END, first if first == span.first else last
    else:
        # Where several captures in a row are no policy, those between them are probably none either.
        yield _uncertainty(span, page, expected) * 0.5 ** min(span.useless, 60), _middle(span, mass)


def _uncertainty(span: _Span, page: Sequence[CaptureState], expected: float) -> float:
    if span.around == "nothing":
        return NO_PAGE
    if span.around == "one side":
        return CHANGED if span.at_an_end else 1 - math.exp(-expected)
    if span.around == "same":
        return 1 - math.exp(-RETURNING * expected**2)
    days = page[span.last].day - page[span.first].day
    return CHANGED + days / (days + HALF_YEAR) * (NO_END - CHANGED)


def _middle(span: _Span, mass: Sequence[float]) -> int:
    """Return the open capture that divides the expected change of a span into halves."""
    half = (mass[span.first] + mass[span.last]) / 2
    index = min(bisect_left(mass, half, span.open.start, span.open.stop), span.open[-1])
    return index - 1 if index > span.open[0] and half - mass[index - 1] < mass[index] - half else index
