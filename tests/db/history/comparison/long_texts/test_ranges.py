import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.history.comparison.hunks import Hunk
from db.history.comparison.long_texts.ranges import Range, Ranges, Shifts

RANGES = [(10, 20), (0, 3), (15, 15), (18, 40)]


@pytest.mark.parametrize(
    ("start", "end", "touched"),
    [(0, 0, [1]), (3, 3, [1]), (4, 9, []), (4, 10, [0]), (12, 16, [0, 2]), (20, 20, [0, 3]), (41, 50, [])],
)
def test_a_range_touches_others(start: int, end: int, touched: list[int]) -> None:
    assert Ranges(RANGES).touched(start, end) == touched


a_range = st.tuples(st.integers(0, 30), st.integers(0, 9)).map(lambda r: (r[0], r[0] + r[1]))


@given(st.lists(a_range), a_range)
def test_all_touched_ranges_are_found(ranges: list[Range], one: Range) -> None:
    expected = [n for n, (start, end) in enumerate(ranges) if start <= one[1] and one[0] <= end]
    assert Ranges(ranges).touched(*one) == expected


# 2 tokens become 5; 3 are added; 4 are removed
HUNKS = [Hunk(10, 12, 10, 15), Hunk(20, 20, 23, 26), Hunk(30, 34, 36, 36)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((0, 10), (0, 10)),
        ((5, 11), (5, 14)),
        ((12, 20), (15, 23)),
        ((12, 21), (15, 27)),
        ((20, 20), (26, 26)),
        ((25, 40), (31, 42)),
        ((31, 32), (37, 37)),
        ((40, 50), (42, 52)),
        ((0, 50), (0, 52)),
    ],
)
def test_a_range_moves_with_the_hunks_before_and_in_it(old: Range, new: Range) -> None:
    assert Shifts(HUNKS).moved(*old) == new


def test_without_hunks_nothing_moves() -> None:
    assert Shifts([]).moved(3, 5) == (3, 5)
