import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.history.comparison.hunks import Span
from db.history.comparison.long_texts.anchors import divide

ONE, TWO, THREE = ([f"{name}{n}" for n in range(20)] for name in "abc")


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ([], [], []),
        (ONE, ONE, []),
        (ONE, TWO, [(0, 4, 0, 4), (4, 8, 4, 8), (8, 12, 8, 12), (12, 16, 12, 16), (16, 20, 16, 20)]),
        ([*ONE, "x", *TWO], [*ONE, "y", "z", *TWO], [(20, 21, 20, 22)]),
        ([*ONE, *TWO], [*ONE, "y", *TWO, "z"], [(20, 20, 20, 21), (40, 40, 41, 42)]),
        ([*ONE, *TWO, *THREE], [*THREE, *ONE, *TWO], [(0, 0, 0, 20), (40, 60, 60, 60)]),
        ([*ONE, "x", *ONE], ONE, [(20, 41, 20, 20)]),  # each passage is twice in it: found from the start
    ],
    ids=["empty", "equal", "nothing shared", "edit", "two additions", "moved", "repeated"],
)
def test_texts_are_divided_at_shared_passages(before: list[str], after: list[str], parts: list[Span]) -> None:
    assert list(divide(before, after, 25)) == parts


texts = st.lists(st.sampled_from("ab"), max_size=80)


@given(texts, texts, st.integers(1, 100))
def test_every_part_is_small_and_all_between_is_equal(before: list[str], after: list[str], most: int) -> None:
    at_old = at_new = 0
    for old_start, old_end, new_start, new_end in [
        *divide(before, after, most),
        (len(before),) * 2 + (len(after),) * 2,
    ]:
        assert (old_end - old_start) * (new_end - new_start) <= most
        assert before[at_old:old_start] == after[at_new:new_start]
        at_old, at_new = old_end, new_end
