"""Bisection of whole invented pages, by kind of history, until nothing is worth a request."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.crawl.bisecting.bisection import LEAST, uncertain_spans
from crawler.crawl.bisecting.change_likelihood import CaptureState


@dataclass(frozen=True)
class Shown:
    """What a capture shows: a wording (None: not the policy), the record's length, the stated date."""

    wording: int | None
    length: int | None = 1000
    stated: float | None = None
    size: int = 500


def bisected(page: Sequence[Shown], known: frozenset[int] = frozenset(), rounds: int = 1000) -> set[int]:
    """Return which captures are fetched, if those in `known` are fetched already."""
    fetched = set(known)
    for _ in range(rounds):
        asked = {span.capture for span in uncertain_spans(states(page, fetched), LEAST)}
        assert not asked & fetched, "asked twice"
        if not asked:
            break
        fetched |= asked
    return fetched


def states(page: Sequence[Shown], fetched: set[int]) -> list[CaptureState]:
    """Return the captures of a page, three days apart."""
    found = []
    before: int | None = None
    for number, shown in enumerate(page):
        capture = CaptureState(3.0 * number, number, shown.length)
        if number in fetched and shown.wording is None:
            capture = replace(capture, state="useless")
        elif number in fetched:
            changed = before is not None and before != shown.wording
            capture = replace(capture, state="good", changed=changed, stated=shown.stated, size=shown.size)
            before = shown.wording
        found.append(capture)
    return found


def changes(page: Sequence[Shown]) -> set[int]:
    """Return the captures with another wording than the one before."""
    return {number for number, (a, b) in enumerate(pairwise(page), 1) if a.wording != b.wording}


def found(page: Sequence[Shown], fetched: set[int]) -> set[int]:
    """Return the changes of which both captures are fetched."""
    return {number for number in changes(page) if {number - 1, number} <= fetched}


def test_a_quiet_page_costs_two_requests() -> None:
    assert bisected([Shown(1)] * 300) == {0, 299}
    assert bisected([Shown(1, None)] * 300) == {0, 149, 299}


@pytest.mark.parametrize("seed", range(5))
def test_noise_in_the_lengths_costs_one_request(seed: int) -> None:
    rng = random.Random(seed)
    page = [Shown(1, 90_000 + rng.choice((0, 1, 2, 5, 60, 2_000))) for _ in range(300)]
    assert len(bisected(page)) == 3


@pytest.mark.parametrize("seed", range(5))
def test_a_change_is_found_in_spite_of_noise_in_the_lengths(seed: int) -> None:
    rng = random.Random(seed)
    at = rng.randrange(1, 300)
    page = [
        Shown(number >= at, 90_000 + rng.choice((0, 1, 2, 60, 120_000)) + 700 * (number >= at))
        for number in range(300)
    ]
    fetched = bisected(page)
    assert found(page, fetched) == {at}
    assert len(fetched) <= 16


@pytest.mark.parametrize("every", [2, 5, 20])
def test_a_page_that_changes_often(every: int) -> None:
    page = [Shown(number // every, 1000 + 10 * (number // every)) for number in range(200)]
    fetched = bisected(page)
    assert found(page, fetched) == changes(page)
    # Two captures around each change, one inside of each wording, and few more to find them.
    assert len(fetched) <= min(200, 3 * (200 // every) + 30)


def test_a_date_that_moved_saves_requests() -> None:
    dates = {0: None, 1: 3.0 * 231 - 2}
    plain = [Shown(int(number >= 231), None) for number in range(300)]
    dated = [replace(shown, stated=dates[shown.wording or 0]) for shown in plain]
    assert found(plain, bisected(plain)) == found(dated, bisected(dated)) == {231}
    assert len(bisected(dated)) < len(bisected(plain))


@pytest.mark.parametrize("date", [-500.0, 3.0 * 30, 3.0 * 290, 5000.0])
def test_a_wrong_date_costs_little(date: float) -> None:
    page = [Shown(int(n >= 231), None, date if n >= 231 else None) for n in range(300)]
    fetched = bisected(page)
    assert found(page, fetched) == {231}
    assert len(fetched) <= 16


@pytest.mark.parametrize("between", [1, 2, 3])
@pytest.mark.parametrize("at", [40, 149, 150, 298 - 3])
def test_two_changes_close_to_each_other(between: int, at: int) -> None:
    page = [
        Shown((n >= at) + (n >= at + between), 1000 + 30 * (n >= at) - 10 * (n >= at + between))
        for n in range(300)
    ]
    fetched = bisected(page)
    assert found(page, fetched) == {at, at + between}
    assert len(fetched) <= 18


def test_a_wording_that_came_back_between_two_changes_is_found() -> None:
    lengths = {0: 5000, 1: 60_000, 2: 60_400, 3: 7000}
    wordings = [0] * 100 + [1] * 4 + [2] * 4 + [1] * 4 + [3] * 188
    page = [Shown(wording, lengths[wording]) for wording in wordings]
    assert found(page, bisected(page)) == {100, 104, 108, 112}


@pytest.mark.parametrize("bad", [range(250, 300), range(50), range(100, 200), range(2, 300, 2)])
def test_ends_and_spans_that_are_no_policy(bad: range) -> None:
    page = [Shown(None if n in bad else int(n >= 77), 1000 + 100 * (n >= 77)) for n in range(300)]
    fetched = bisected(page)
    good = [n for n in range(300) if n not in bad]
    (change,) = [(a, b) for a, b in pairwise(good) if page[a].wording != page[b].wording]
    assert {*change} <= fetched
    assert good[0] in fetched or bad == range(50)
    assert len(fetched) <= 40


SHOWN = st.builds(
    Shown,
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from([None, 0, 1000, 1001, 5000]),
    st.sampled_from([None, -1.0, 30.0, 1e6]),
    st.sampled_from([0, 400, 500]),
)


@given(st.lists(SHOWN, max_size=60), st.integers(0, 5))
def test_it_ends_and_goes_on_alike_from_what_is_stored(page: list[Shown], stop: int) -> None:
    whole = bisected(page)
    held = frozenset(bisected(page, rounds=stop))
    assert bisected(page, held) == whole
