"""The Turnbull estimate: the most likely one, nearer than midpoints, within bounds that enclose the truth."""

import math
import random
from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.report.adoption.turnbull import AdoptionInterval, bounds, estimate, turnbull

NEVER = math.inf


def of(*pairs: tuple[float, float]) -> list[AdoptionInterval]:
    return [AdoptionInterval(*pair) for pair in pairs]


def test_it_is_the_kaplan_meier_estimate_where_all_is_known() -> None:
    found = turnbull(of((0, 1), (0, 1), (1, 2), (2, NEVER)))
    assert [(mass.after, mass.until, round(mass.share, 6)) for mass in found] == [
        (0, 1, 0.5), (1, 2, 0.25), (2, NEVER, 0.25),
    ]  # fmt: skip


def test_overlapping_intervals_share_their_innermost_part() -> None:
    assert [(mass.after, mass.until) for mass in turnbull(of((0, 5), (3, 8), (4, 6)))] == [(4, 5)]


def test_nothing_comes_of_nothing() -> None:
    assert turnbull([]) == []
    assert estimate([], 5) == 0


@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(1, 20)), min_size=1, max_size=30))
def test_all_probability_is_somewhere(pairs: list[tuple[int, int]]) -> None:
    intervals = of(*((after, after + width) for after, width in pairs))
    masses = turnbull(intervals)
    assert sum(mass.share for mass in masses) == pytest.approx(1, abs=1e-6)
    for moment in range(-21, 42):
        low, high = bounds(intervals, moment)
        assert low <= high
        assert -1e-6 <= estimate(masses, moment) <= 1 + 1e-6


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 9)), min_size=1, max_size=12))
def test_no_other_distribution_is_more_likely(pairs: list[tuple[int, int]]) -> None:
    """The condition of Karush, Kuhn and Tucker (Gentleman, Geyer 1994), as far as the iteration went."""
    intervals = of(*((after, after + width) for after, width in pairs))
    masses = turnbull(intervals)
    has = [[one.after <= mass.after and mass.until <= one.until for mass in masses] for one in intervals]
    likely = [sum(mass.share for mass, is_in in zip(masses, row, strict=True) if is_in) for row in has]
    for at in range(len(masses)):
        gain = sum(row[at] / share for row, share in zip(has, likely, strict=True))
        assert gain <= len(intervals) * 1.02


def draw(rng: random.Random) -> tuple[list[float], list[AdoptionInterval]]:
    """Return the true moments of some policies, and the intervals that their captures leave."""
    truth, intervals = [], []
    for _ in range(rng.randrange(8, 26)):
        moment = rng.gauss(50, 12) if rng.random() < 0.8 else rng.uniform(0, 130)
        step = rng.choice((3, 12, 30))
        captures = sorted(rng.uniform(0, 100) for _ in range(max(2, round(100 / step))))
        at = bisect_right(captures, moment)
        before = captures[at - 1] if at else -math.inf
        truth.append(moment)
        intervals.append(AdoptionInterval(before, captures[at] if at < len(captures) else math.inf))
    return truth, intervals


def midpoint(intervals: list[AdoptionInterval], moment: float) -> float:
    """Return the share by the rule of the papers: each change in the middle of its interval."""
    known = [one for one in intervals if one.until != math.inf]
    middles = [one.until if one.after == -math.inf else (one.after + one.until) / 2 for one in known]
    return sum(middle <= moment for middle in middles) / len(intervals)


def test_in_a_thousand_draws_the_truth_is_within_the_bounds_and_the_estimate_nearer_than_midpoints() -> None:
    rng = random.Random(21)
    errors, of_midpoints = 0.0, 0.0
    for _ in range(1000):
        truth, intervals = draw(rng)
        masses = turnbull(intervals)
        for moment in range(10, 100, 10):
            true = sum(one <= moment for one in truth) / len(truth)
            low, high = bounds(intervals, moment)
            assert low <= true <= high
            errors += abs(estimate(masses, moment) - true)
            of_midpoints += abs(midpoint(intervals, moment) - true)
    assert errors < of_midpoints
