"""Choose the captures to request next, so that few requests find most changes of wording.

The captures of a page are sorted by time, and some of them are fetched. If two fetched captures have
different wordings, a change lies between them. A capture between them is requested, again and again, until
the two captures next to the change are fetched. A span is divided at the capture that halves the likelihood
of a change (crawler/crawl/bisecting/change_likelihood.py), not at the middle capture.

If two fetched captures have the same wording, changes between them are still possible, because a wording
can disappear and come back. A capture between them is requested if changes are frequent on the page, or if
nothing is known between the first and the last capture of a wording, but the lengths of the records change.

Nothing here sends a request, and the same input always has the same result. docs/selection.md "Bisecting" has
the numbers.
"""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import Literal

from crawler.crawl.bisecting.change_likelihood import CaptureState, Gaps, gaps_of, likelihood

# A span with a smaller uncertainty is not worth a request, unless the run has requests left over.
LEAST = 0.05
# The share of changes that the next change undoes. Then both ends of a span have the same wording.
RETURNING = 0.02
# The share of wordings that were away and came back, of those of which only the first and the last capture
# are known, and whose records change in length.
UNSEEN = 0.1

# The uncertainty of a span: the page has no good capture (verdict `policy`) at all (NO_PAGE), it has none
# between the span and the start or end of the page (NO_END), or a change is certain (CHANGED).
NO_PAGE, NO_END, CHANGED = 4.0, 2.0, 1.0
# A span with a certain change is more uncertain if it is longer. At this length in days, its uncertainty is
# halfway between CHANGED and NO_END.
HALF_YEAR = 183.0


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
    gaps = gaps_of(page)
    days = list(accumulate(gaps.days, initial=0.0))
    changes = 1 + sum(capture.changed for capture in page)  # the known changes and one more
    found = []
    for span in _spans(page):
        expected = changes * (days[span.last] - days[span.first]) / (days[-1] or 1.0)
        for uncertainty, index in _candidates(span, page, gaps, expected):
            if uncertainty >= least:
                found.append(UncertainSpan(uncertainty, index, range(span.first, span.last + 1)))
    return found


Around = Literal["nothing", "one side", "same", "different"]


@dataclass(frozen=True, slots=True)
class _Span:
    """Open captures in a row, with the known capture on each side.

    - `first`, `last`: the indices of the known captures on both sides. At an end of the page, the first or
      last open capture itself.
    - `open`: the indices of the open captures.
    - `texts`: the indices of the nearest good captures before and after the span, None if one is missing.
    - `around`: what the nearest good captures before and after the span show: there are none at all
      ("nothing"), there are some on one side only, or they have the same or different wordings.
    - `useless`: 0 if a good capture is next to the span. Otherwise how many useless captures follow each
      other next to the span, with only open captures between them.
    - `unseen`: whether `first` and `last` are the first and the last capture of one wording, and next to the
      captures of the wordings before and after it.
    """

    first: int
    last: int
    open: range
    texts: tuple[int, int] | None
    around: Around
    useless: int
    unseen: bool

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
        yield _Span(
            max(left, 0),
            min(right, len(page) - 1),
            range(left + 1, right),
            (good[before - 1], good[before]) if inside else None,
            around,
            useless,
            around == "same" and _is_whole_wording(page, left, right, good),
        )


def _is_whole_wording(page: Sequence[CaptureState], first: int, last: int, good: Sequence[int]) -> bool:
    """Return whether two captures are certainly the first and the last good one of a wording.

    `good` are the indices of the good captures. The captures before and after are fetched, or there are none.
    """
    before, after = page[first - 1 : first], page[last + 1 : last + 2]
    appeared = page[first].changed and any(capture.state == "good" for capture in before)
    begins, ends = first == good[0] or appeared, last == good[-1] or any(c.changed for c in after)
    return begins and ends and page[last].state == page[first].state == "good"


def _candidates(
    span: _Span, page: Sequence[CaptureState], gaps: Gaps, expected: float
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
        texts = span.texts if span.around == "different" else None
        middle = _middle(span, likelihood(page, gaps, span.first, span.last, texts))
        yield _uncertainty(span, page, gaps, expected) * 0.5 ** min(span.useless, 60), middle


def _uncertainty(span: _Span, page: Sequence[CaptureState], gaps: Gaps, expected: float) -> float:
    if span.around == "nothing":
        return NO_PAGE
    if span.around == "one side":
        return CHANGED if span.at_an_end else 1 - math.exp(-expected)
    if span.around == "same":
        returns = RETURNING * expected**2
        # The lengths show a wording that is away twice: where it goes, and where it comes back.
        possible = span.unseen and sum(gaps.shown[span.first : span.last]) >= 2
        return 1 - math.exp(-max(returns, UNSEEN) if possible else -returns)
    days = page[span.last].day - page[span.first].day
    return CHANGED + days / (days + HALF_YEAR) * (NO_END - CHANGED)


def _middle(span: _Span, mass: Sequence[float]) -> int:
    """Return the index of the open capture that halves the likelihood of a change in a span.

    `mass` is the likelihood from the first capture of the span up to each one.
    """
    half = mass[-1] / 2
    low, high = span.open[0] - span.first, span.open[-1] - span.first
    index = min(bisect_left(mass, half, low, high + 1), high)
    nearer = index > low and half - mass[index - 1] < mass[index] - half
    return span.first + index - nearer
