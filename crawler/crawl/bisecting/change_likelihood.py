"""Where on a page a change of wording is likely: between which two neighbouring captures.

Before a text is fetched, the index suggests it. There is no change between captures with the same digest.
A change is more likely where more time passed, and where the length of the record goes to another level.
Between two texts with different wordings, the newer text suggests more: the date that it states as its own,
and how much it grew.

Only proportions are used, so no value depends on the size of the page. docs/selection.md "Bisecting" has the
numbers.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal

# The exponent of time and of length: sixteen times as many days, or bytes, make a change twice as likely.
ROOT = 0.25
# What a text states moves this much likelihood to the places that it suggests, for each 1 that stays.
EVIDENCE = 1.0
# Between two wordings, a length counts as a new level if it stays for more than one capture. A wording that
# came back can have been away for a single capture, so every difference counts.
STAYING, PASSING = 2, 1
_MINUTE = 1 / 1440  # in days: the minimum distance between two captures

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
    - `stated`: for a good capture, the date that its text states as its own, in days since 1970, or None.
    - `size`: for a good capture, the length of its text in characters, or None.
    """

    day: float
    digest: Hashable = None
    length: int | None = None
    state: State = "open"
    changed: bool = False
    stated: float | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Gaps:
    """The time between each capture of a page and the next one.

    There is one value less than captures. `days` is the time in which the wording can have changed. `steps`
    is the change of the level of the length in bytes, None if a length is unknown. `replaced` is how likely
    it is that a wording was replaced for good, `returning` that it was replaced or came back. `shown` is
    whether the two lengths make a change at least twice as likely as two equal lengths, or one is unknown.
    """

    days: Sequence[float]
    steps: Sequence[int | None]
    replaced: Sequence[float]
    returning: Sequence[float]
    shown: Sequence[bool]


def gaps_of(page: Sequence[CaptureState]) -> Gaps:
    """Return the gaps of a page with what the index suggests. The captures are sorted by time."""
    days = [_days(before, after) for before, after in pairwise(page)]
    lengths = [capture.length for capture in page]
    steps = _steps(lengths, STAYING)
    passing = _steps(lengths, PASSING)
    shown = [step is None or (1 + abs(step)) ** ROOT >= 2 for step in passing]
    return Gaps(days, steps, _weights(days, steps), _weights(days, passing), shown)


def _weights(days: Sequence[float], steps: Sequence[int | None]) -> list[float]:
    """Return how likely a change is in each gap. A step that is unknown counts as the usual one."""
    known = sorted(abs(step) for step in steps if step is not None)
    usual = known[len(known) // 2] if known else 0
    return [
        (time * (1 + (usual if step is None else abs(step)))) ** ROOT
        for time, step in zip(days, steps, strict=True)
    ]


def likelihood(
    page: Sequence[CaptureState], gaps: Gaps, first: int, last: int, texts: tuple[int, int] | None = None
) -> list[float]:
    """Return how likely a change is from capture `first` up to each capture until `last`.

    The values begin with 0 and have no unit. `texts` has the indices of two good captures with different
    wordings, the nearest ones around; None if there is no such difference.
    """
    weights = gaps.returning[first:last]
    if texts is not None:
        old, new = page[texts[0]], page[texts[1]]
        weights = gaps.replaced[first:last]
        weights = _moved(weights, _by_date(page[first : last + 1], old, new))
        weights = _moved(weights, _by_size(gaps.steps[first:last], old, new))
    return list(accumulate(weights, initial=0.0))


def _days(before: CaptureState, after: CaptureState) -> float:
    """Return the days in which a wording can have changed: none between two captures with one digest."""
    same_body = before.digest is not None and before.digest == after.digest
    return 0.0 if same_body else max(after.day - before.day, _MINUTE)


def _steps(lengths: Sequence[int | None], window: int) -> list[int | None]:
    """Return by how much the level of the length changes from each capture to the next.

    It is the smallest difference between one of the `window` captures before and one of those after. With
    two, a single capture of another length makes no step, and lengths that alternate make none either.
    """
    found: list[int | None] = []
    for number, (last, first) in enumerate(pairwise(lengths), 1):
        if last is None or first is None or last == first:
            found.append(0 if last is not None and first is not None else None)
            continue
        before = [length for length in lengths[max(0, number - window) : number] if length is not None]
        after = [length for length in lengths[number : number + window] if length is not None]
        found.append(min((new - old for old in before for new in after), key=abs))
    return found


def _moved(weights: Sequence[float], evidence: Sequence[float]) -> list[float]:
    """Return the weights with likelihood moved to where there is evidence; none is moved without evidence."""
    possible = [part if weight else 0.0 for part, weight in zip(evidence, weights, strict=True)]
    total = sum(possible)
    if not total:
        return list(weights)
    scale = EVIDENCE * sum(map(bool, weights)) / total
    return [weight * (1 + scale * part) for weight, part in zip(weights, possible, strict=True)]


def _by_date(span: Sequence[CaptureState], old: CaptureState, new: CaptureState) -> list[float]:
    """Return how much the date of the newer text suggests each gap.

    A text is shown from its stated date on, or later: a delay ten times as long is as likely as the delay.
    Return only zeros if both texts state the same date, or if the date is before the span or in the future.
    """
    day = new.stated
    if day is None or day == old.stated or not span[0].day - 1 < day <= new.day:
        return [0.0] * (len(span) - 1)
    delays = [1 + max(capture.day - day, 0.0) for capture in span]
    return [math.log(late / early) for early, late in pairwise(delays)]


def _by_size(steps: Sequence[int | None], old: CaptureState, new: CaptureState) -> list[float]:
    """Return how much the growth of the text suggests each gap.

    A step of the record's length suggests it if it has the same sign, most of all if it is as large.
    """
    grown = 0 if old.size is None or new.size is None else new.size - old.size
    return [
        min(step / grown, grown / step) if step is not None and step * grown > 0 else 0.0 for step in steps
    ]
