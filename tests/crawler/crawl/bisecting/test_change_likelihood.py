from collections.abc import Sequence
from itertools import pairwise

import pytest

from crawler.crawl.bisecting.change_likelihood import CaptureState, gaps_of, likelihood


def page(lengths: Sequence[int | None], digests: str = "") -> list[CaptureState]:
    """Return captures a day apart."""
    return [
        CaptureState(float(day), digests[day] if digests else None, length)
        for day, length in enumerate(lengths)
    ]


def parts(captures: Sequence[CaptureState], *, texts: bool = True) -> list[float]:
    """Return the share of each gap in the likelihood of a change, between the first and the last capture."""
    last = len(captures) - 1
    mass = likelihood(captures, gaps_of(captures), 0, last, (0, last) if texts else None)
    assert mass[0] == 0
    return [round((after - before) / mass[-1], 3) for before, after in pairwise(mass)]


def ends(
    captures: list[CaptureState],
    *,
    stated: tuple[float | None, float | None] = (None, None),
    sizes: tuple[int | None, int | None] = (None, None),
) -> list[CaptureState]:
    """Return the page with two texts at its ends."""
    old, new = captures[0], captures[-1]
    first = CaptureState(old.day, old.digest, old.length, "good", False, stated[0], sizes[0])
    last = CaptureState(new.day, new.digest, new.length, "good", True, stated[1], sizes[1])
    return [first, *captures[1:-1], last]


def test_sixteen_times_the_days_or_bytes_are_twice_as_likely() -> None:
    days = [CaptureState(float(day), None, 1000) for day in (0, 1, 17, 273)]
    assert parts(days) == pytest.approx([1 / 7, 2 / 7, 4 / 7], abs=0.001)
    assert parts(page([1000, 1000, 1015, 1270])) == pytest.approx([1 / 7, 2 / 7, 4 / 7], abs=0.001)
    assert parts(page([1000, 1000, 985, 1240]), texts=False) == pytest.approx(
        [1 / 7, 2 / 7, 4 / 7], abs=0.001
    )


def test_captures_of_one_moment_have_a_likelihood() -> None:
    assert parts([CaptureState(5.0, None, 1000)] * 3) == [0.5, 0.5]


def test_between_captures_of_one_digest_there_is_no_change() -> None:
    assert parts(page([1000] * 4, "abbc")) == [0.5, 0.0, 0.5]


@pytest.mark.parametrize(
    ("lengths", "steps"),
    [
        ([1000] * 4 + [2000] * 4, [0, 0, 0, 1000, 0, 0, 0]),
        ([1000] * 4 + [900] * 4, [0, 0, 0, -100, 0, 0, 0]),
        ([1000, 1000, 1000, 9000, 1000, 1000], [0, 0, 0, 0, 0]),  # a single capture of another length
        ([1000, 1003, 1000, 1003, 1003, 1000, 1003], [0, 0, 0, 0, 0, 0]),  # lengths that alternate
        ([1000, 1003, 1001, 2002, 2000, 2003], [1, 1, 997, 1, 1]),  # noise makes a step hardly smaller
        ([1000, 1000, None, 2000, 2000], [0, None, None, 0]),
        ([None, None], [None]),
        ([1000], []),
        ([], []),
    ],
)
def test_a_step_is_a_new_level_of_the_length(lengths: list[int | None], steps: list[int | None]) -> None:
    assert gaps_of(page(lengths)).steps == steps


def test_a_wording_that_came_back_can_show_in_a_single_capture() -> None:
    captures = page([1000, 1000, 1015, 1000, 1000])
    assert parts(captures) == [0.25, 0.25, 0.25, 0.25]
    assert parts(captures, texts=False) == pytest.approx([1 / 6, 1 / 3, 1 / 3, 1 / 6], abs=0.001)


def test_an_unknown_length_counts_as_the_usual_step() -> None:
    assert parts(page([1000, None, None, 1000])) == pytest.approx([1 / 3] * 3, abs=0.001)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ((None, None), [0.25, 0.25, 0.25, 0.25]),
        ((None, 0.0), [0.34, 0.251, 0.214, 0.194]),  # at once or later
        ((None, 2.0), [0.125, 0.125, 0.44, 0.31]),  # half of it moves to the time after the date
        ((2.0, 2.0), [0.25, 0.25, 0.25, 0.25]),  # the date of both texts says nothing,
        ((2.0, None), [0.25, 0.25, 0.25, 0.25]),
        ((None, -30.0), [0.25, 0.25, 0.25, 0.25]),  # nor does a date before the span,
        ((None, 30.0), [0.25, 0.25, 0.25, 0.25]),  # or one in the future
    ],
)
def test_the_date_of_the_newer_text(stated: tuple[float | None, float | None], expected: list[float]) -> None:
    assert parts(ends(page([1000] * 5), stated=stated)) == expected


def test_a_date_moves_nothing_to_captures_of_one_digest() -> None:
    assert parts(ends(page([1000] * 4, "abcc"), stated=(None, 2.0))) == [0.5, 0.5, 0.0]
    assert parts(ends(page([1000] * 4, "abbc"), stated=(None, 1.0))) == [0.25, 0.0, 0.75]


def test_the_step_that_is_as_large_as_the_growth_of_the_text() -> None:
    captures = page([1000, 1000, 1255, 1255, 1000, 1000])
    plain = parts(captures)
    assert plain == [0.091, 0.364, 0.091, 0.364, 0.091]
    assert parts(ends(captures, sizes=(500, 755))) == [0.032, 0.774, 0.032, 0.129, 0.032]
    assert parts(ends(captures, sizes=(755, 500))) == [0.032, 0.129, 0.032, 0.774, 0.032]
    assert parts(ends(captures, sizes=(500, 500))) == plain
    assert parts(ends(captures, sizes=(None, 500))) == plain
    assert parts(ends(page([1000, 1000, 990, 990]), sizes=(500, 755))) == parts(page([1000, 1000, 990, 990]))
