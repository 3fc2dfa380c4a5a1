"""Choose the captures to request next, so that few requests find most changes of wording.

The captures of a page are sorted by time, and some of them are fetched. If two fetched captures have
different wordings, a change lies between them. A capture between them is requested, again and again, until
the two captures next to the change are fetched. If two fetched captures have the same wording, changes
between them are still possible, because a wording can disappear and come back. Such a span is more uncertain
if more changes are expected in it.

The rows of the index show where changes are likely. Between two captures with the same digest there is no
change. A change is more likely where the lengths of two records differ much, and where more time passed. A
span is divided at the capture that halves this likelihood, not at the middle capture.

Nothing here sends a request, and the same input always has the same result. docs/selection.md "Bisecting" has
the numbers.
"""

import math
from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import Literal

# A span with a smaller uncertainty is not worth a request, unless the run has requests left over.
LEAST = 0.05
# The share of changes that the next change undoes. Then both ends of a span have the same wording.
RETURNING = 0.06
# The likelihood of a change between two records with nearly the same length. The largest difference in length
# on the page adds 1 to it, the second largest 1/2, the third largest 1/3.
EVEN = 0.3
# The exponent of time: ten times as many days do not mean ten times as many changes, because a web archive
# makes more captures where more changes.
SLOWNESS = 0.25
_MINUTE = 1 / 1440  # in days: the minimum distance between two captures

# The uncertainty of a span: the page has no good capture (verdict `policy`) at all (NO_PAGE), it has none
# between the span and the start or end of the page (NO_END), or a change is certain (CHANGED).
NO_PAGE, NO_END, CHANGED = 4.0, 2.0, 1.0
# A span with a certain change is more uncertain if it is longer. At this length in days, its uncertainty is
# halfway between CHANGED and NO_END.
HALF_YEAR = 183.0


State = Literal["open", "good", "useless"]


@dataclass(frozen=True, slots=True)
class CaptureState:
    """What is known about one capture of a page.

    - `day`: its time in days since 1970.
    - `digest`: captures with equal digests have equal bodies. None equals nothing.
    - `length`: the length of its record in bytes, from the index, or None.
    - `state`: `open` (not requested yet), `good` (it shows the policy), or `useless` (it shows something
      else, or could not be fetched).
    - `changed`: for a good capture, whether its wording differs from the good capture before it.
    """

    day: float
    digest: Hashable = None
    length: int | None = None
    state: State = "open"
    changed: bool = False


@dataclass(frozen=True, slots=True)
class UncertainSpan:
    """A time span of a page in which changes of wording may be undiscovered.

    `capture` and `span` are indices in the page's list of captures: the capture to request, and the range of
    all captures in the span. If `uncertainty` is at least CHANGED, a change was certainly missed. Below
    CHANGED, `uncertainty` estimates the count of missed changes.
    """

    uncertainty: float
    capture: int
    span: range


def uncertain_spans(page: Sequence[CaptureState], least: float = LEAST) -> list[UncertainSpan]:
    """Return the spans of a page that have at least the uncertainty `least`.

    `page` has all captures of the page, sorted by time. There is one span for each group of open captures
    without a known one between them. If all captures are open, there are two: one asks for the last capture,
    one for the first. Return an empty list if no capture is open. The time is linear in the number of
    captures.
    """
    mass = _mass(page)
    changes = 1 + sum(capture.changed for capture in page)  # the known changes and one more
    found = []
    for span in _spans(page):
        expected = changes * (mass[span.last] - mass[span.first]) / (mass[-1] or 1.0)
        for uncertainty, index in _candidates(span, page, mass, expected):
            if uncertainty >= least:
                found.append(UncertainSpan(uncertainty, index, range(span.first, span.last + 1)))
    return found


def _mass(page: Sequence[CaptureState]) -> list[float]:
    """Return how much change is expected from the first capture up to each capture.

    The values have no unit: only their proportions are used.
    """
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
    """Return the difference between two records' lengths, as a share of the longer one.

    Return None if a length is unknown.
    """
    if before.length is None or after.length is None:
        return None
    return abs(after.length - before.length) / max(after.length, before.length, 1)


Around = Literal["nothing", "one side", "same", "different"]


@dataclass(frozen=True, slots=True)
class _Span:
    """Open captures in a row, with the known capture on each side.

    - `first`, `last`: the indices of the known captures on both sides. At an end of the page, the first or
      last open capture itself.
    - `open`: the indices of the open captures.
    - `around`: what the nearest good captures before and after the span show: there are none at all
      ("nothing"), there are some on one side only, or they have the same or different wordings.
    - `useless`: 0 if a good capture is next to the span. Otherwise how many useless captures follow each
      other next to the span, with only open captures between them.
    """

    first: int
    last: int
    open: range
    around: Around
    useless: int

    @property
    def at_an_end(self) -> bool:
        """Whether the span reaches the first or last capture of the page."""
        return self.open.start == self.first or self.open.stop > self.last


def _spans(page: Sequence[CaptureState]) -> Iterator[_Span]:
    known = [index for index, capture in enumerate(page) if capture.state != "open"]
    good = [index for index in known if page[index].state == "good"]
    # For each useless capture: how many useless captures follow each other there, ignoring open captures.
    run: dict[int, int] = {}
    for useless, members in groupby(known, key=lambda index: page[index].state == "useless"):
        indices = list(members)
        run |= dict.fromkeys(indices, len(indices)) if useless else {}
    before = 0  # the number of good captures before the span
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
    """Yield pairs for a span: its uncertainty, and the index of the capture to request.

    `expected` is the number of changes that are expected in the span.
    """
    first, last = span.open[0], span.open[-1]
    if len(span.open) == len(page):
        yield NO_PAGE, last
        if first < last:
            yield NO_END, first
    elif span.around == "one side" and span.at_an_end and not span.useless:
        yield NO_END, first if first == span.first else last
    else:
        # If several captures in a row do not show the policy, the open captures between them probably do not
        # show it either.
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
    """Return the index of the open capture that halves the expected change of a span."""
    half = (mass[span.first] + mass[span.last]) / 2
    index = min(bisect_left(mass, half, span.open.start, span.open.stop), span.open[-1])
    return index - 1 if index > span.open[0] and half - mass[index - 1] < mass[index] - half else index
