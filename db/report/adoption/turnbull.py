"""The Turnbull estimate: the most likely distribution of moments that are known to lie in intervals.

B. W. Turnbull 1976: all probability lies in the innermost intervals, from a left end to the next right end
with no other end between. How much lies in each is found by the self-consistent (EM) iteration.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import NamedTuple

from db.processor_time import in_time

_MOST_STEPS, _ENOUGH = 2000, 1e-7


class AdoptionInterval(NamedTuple):
    """After `after`, and at `until` or before: -inf if it was always there, inf if it was not seen yet."""

    after: float
    until: float


UNKNOWN = AdoptionInterval(float("-inf"), float("inf"))  # nothing is known of a policy


class Mass(NamedTuple):
    """How much of the probability lies after `after` and until `until`."""

    after: float
    until: float
    share: float


def turnbull(intervals: Sequence[AdoptionInterval]) -> list[Mass]:
    """Return the innermost intervals in order of time, with the probability of each; [] without intervals.

    Each interval must end after it begins.
    """
    inner = _innermost(intervals)
    if not inner:
        return []
    places = Counter(_contained(interval, inner) for interval in intervals)
    shares = [1 / len(inner)] * len(inner)
    for _ in in_time(range(_MOST_STEPS)):
        sums = [0.0, *accumulate(shares)]
        weights = [0.0] * (len(inner) + 1)
        for (first, after), count in places.items():
            weight = count / (sums[after] - sums[first])
            weights[first] += weight
            weights[after] -= weight
        new = [
            share * weight / len(intervals)
            for share, weight in zip(shares, accumulate(weights), strict=False)
        ]
        moved = max(abs(one - other) for one, other in zip(shares, new, strict=True))
        shares = [max(share, 1e-300) for share in new]
        if moved < _ENOUGH:
            break
    return [Mass(*ends, share) for ends, share in zip(inner, shares, strict=True)]


def estimate(masses: Sequence[Mass], moment: float) -> float:
    """Return the estimated share until a moment, from 0 to 1.

    Inside of an innermost interval nothing is known; its probability is spread evenly there.
    """
    share = 0.0
    for mass in masses:
        if mass.until <= moment:
            share += mass.share
        elif mass.after < moment and mass.until != float("inf") and mass.after != float("-inf"):
            share += mass.share * (moment - mass.after) / (mass.until - mass.after)
    return min(1.0, share)


def bounds(intervals: Sequence[AdoptionInterval], moment: float) -> tuple[float, float]:
    """Return the least and the greatest share until a moment, from 0 to 1. There must be an interval."""
    low = sum(interval.until <= moment for interval in intervals)
    high = sum(interval.after < moment for interval in intervals)
    return low / len(intervals), high / len(intervals)


def _innermost(intervals: Sequence[AdoptionInterval]) -> list[tuple[float, float]]:
    ends = {(interval.until, 0) for interval in intervals} | {(interval.after, 1) for interval in intervals}
    return [(one[0], other[0]) for one, other in pairwise(sorted(ends)) if (one[1], other[1]) == (1, 0)]


def _contained(interval: AdoptionInterval, inner: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """Return the first innermost interval that is in an interval, and the one after the last."""
    first = bisect_left(inner, interval.after, key=itemgetter(0))
    return first, bisect_right(inner, interval.until, key=itemgetter(1))
