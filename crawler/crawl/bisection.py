"""Choose which captures of a page to request next, so that few requests find most changes of wording.

A page is a row of captures in time, some of them fetched. Between two fetched ones with different wording
lies a change: the span is divided until the two are neighbours. A span between two with the same wording may
hide changes too, because a wording can disappear and come back.

Two questions have two models. *How many changes are in a span?* Changes come at a rate in time, which is
learned from the changes found so far. *Where in a span is its change?* Four things say so: the time from each
capture to the next, equal digests, the jumps of the record's length, and the date that the newer text states.

Nothing here sends a request, and equal states always give equal spans. docs/selection.md "Bisecting" has the
numbers, and how they were chosen.
"""

import math
from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import Literal, NamedTuple

LEAST = 0.05  # a smaller uncertainty is not worth a request, unless a budget is left over
RETURNING = 0.03  # the share of changes that the next one takes back, so that both ends of a span look alike
# The power of time between neighbours. Captures are closest where much happened, so ten times the days do not
# mean ten times the changes.
SLOWNESS = 0.25
BY_LENGTH = 3.0  # three changes show in the length of the record for one that does not
BY_DATE = 1.0  # a policy changes after its stated date as often as at another time
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
    that of the good one before it. `stated` is the date that its text states, in days since 1970.
    """

    day: float
    digest: Hashable = None
    length: int | None = None
    state: State = "open"
    changed: bool = False
    stated: float | None = None


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
    days = list(accumulate((_days(*gap) for gap in pairwise(page)), initial=0.0))
    changes = 1 + sum(capture.changed for capture in page)  # one more than are known
    found = []
    for span in _spans(page):
        first, last = span.first, span.last
        expected = _expected(changes, (days[last] - days[first]) / (days[-1] or 1.0))
        position = _positions(span, page) if span.around == "different" else days[first : last + 1]
        for uncertainty, index in _candidates(span, page, position, expected):
            if uncertainty >= least:
                found.append(UncertainSpan(uncertainty, index, range(first, last + 1)))
    return found


class _Expected(NamedTuple):
    """The mean of the number of changes in a span, and of its square."""

    changes: float
    squared: float


def _expected(changes: int, share: float) -> _Expected:
    """Return what to expect in a share of a page's time, if its rate is only known from its changes.

    After n - 1 changes, the rate has a Gamma distribution of shape n, with the mean n and the variance n.
    """
    return _Expected(changes * share, changes * (changes + 1) * share**2)


def _days(before: CaptureState, after: CaptureState) -> float:
    """Return the days in which a wording can have changed: none between two captures of one digest."""
    same_body = before.digest is not None and before.digest == after.digest
    return 0.0 if same_body else max(after.day - before.day, _MINUTE)


def _positions(span: "_Span", page: Sequence[CaptureState]) -> list[float]:
    """Return how likely the change of a span is up to each of its captures, from 0 and without a unit.

    Each kind of evidence multiplies the likelihood of a gap between neighbours. Where it does not apply, or
    points elsewhere, a gap keeps a part of its likelihood.
    """
    gaps = list(pairwise(page[span.first : span.last + 1]))
    weights = [_days(*gap) ** SLOWNESS for gap in gaps]
    for share, evidence in (
        (BY_LENGTH, _by_length(gaps)),
        (BY_DATE, _by_date(gaps, page[span.before], page[span.after])),
    ):
        total = sum(evidence)
        if total:
            scale = share * len(gaps) / total
            weights = [weight * (1 + scale * part) for weight, part in zip(weights, evidence, strict=True)]
    return list(accumulate(weights, initial=0.0))


_Gap = tuple[CaptureState, CaptureState]  # neighbours


def _by_length(gaps: Sequence[_Gap]) -> list[float]:
    """Return 1 for the greatest jump in length, 1/2 for the next one, and so on; 0 without a jump."""
    jumps = [_jump(*gap) if _days(*gap) else 0.0 for gap in gaps]
    rank = {jump: number for number, jump in enumerate(sorted(filter(None, jumps), reverse=True), 1)}
    return [1 / rank[jump] if jump else 0.0 for jump in jumps]


def _jump(before: CaptureState, after: CaptureState) -> float:
    """Return the difference in length as a share of the longer record; 0 where a length is unknown."""
    if before.length is None or after.length is None:
        return 0.0
    return abs(after.length - before.length) / max(after.length, before.length, 1)


def _by_date(gaps: Sequence[_Gap], old: CaptureState, new: CaptureState) -> list[float]:
    """Return how likely each gap is by the stated date of the new text; only zeros if that says nothing.

    A new text is shown from its stated date on, or later. Ten times the delay is as likely as the delay.
    """
    date, start = new.stated, gaps[0][0].day
    if date is None or date == old.stated or not start - 1 < date <= new.day:
        return [0.0] * len(gaps)
    delays = [[1 + max(capture.day - date, 0.0) for capture in gap] for gap in gaps]
    return [
        math.log(late / early) if _days(*gap) else 0.0
        for gap, (early, late) in zip(gaps, delays, strict=True)
    ]


Around = Literal["nothing", "one side", "same", "different"]


@dataclass(frozen=True, slots=True)
class _Span:
    """A row of open captures with the known ones around it, `first` to `last`.

    At an end of the page, `first` or `last` is open itself. `around` describes the nearest good captures
    before and after the span, with or without useless ones between: there are none, they are on one side, or
    they show the same or different wordings. `before` and `after` are these two, or 0. `useless` is the number of useless captures in a row next to a
    span that has no good one next to it.
    """

    first: int
    last: int
    open: range
    around: Around
    useless: int
    before: int = 0
    after: int = 0

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
        ends = (good[before - 1], good[before]) if inside else (0, 0)
        yield _Span(max(left, 0), min(right, len(page) - 1), range(left + 1, right), around, useless, *ends)


def _candidates(
    span: _Span, page: Sequence[CaptureState], position: Sequence[float], expected: _Expected
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
        yield _uncertainty(span, page, expected) * 0.5 ** min(span.useless, 60), _middle(span, position)


def _uncertainty(span: _Span, page: Sequence[CaptureState], expected: _Expected) -> float:
    if span.around == "nothing":
        return NO_PAGE
    if span.around == "one side":
        return CHANGED if span.at_an_end else 1 - math.exp(-expected.changes)
    if span.around == "same":
        return 1 - math.exp(-RETURNING * expected.squared)
    days = page[span.last].day - page[span.first].day
    return CHANGED + days / (days + HALF_YEAR) * (NO_END - CHANGED)


def _middle(span: _Span, position: Sequence[float]) -> int:
    """Return the open capture that divides the likelihood of a change into halves.

    `position` is the likelihood up to each capture of the span.
    """
    half = (position[0] + position[-1]) / 2
    low, high = span.open[0] - span.first, span.open[-1] - span.first
    index = min(bisect_left(position, half, low, high + 1), high)
    nearer = index > low and half - position[index - 1] < position[index] - half
    return span.first + index - nearer
