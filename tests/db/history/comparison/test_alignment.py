import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.history.comparison import alignment
from db.history.comparison.alignment import Gap, align


def counts(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many items only the new and only the old sequence has."""
    gaps = align(before, after)
    return sum(gap.new_end - gap.new_start for gap in gaps), sum(gap.old_end - gap.old_start for gap in gaps)


@pytest.mark.parametrize(
    ("before", "after", "gaps"),
    [
        ("", "", []),
        ("a b", "a b", []),
        ("a b c", "a x c", [Gap(1, 2, 1, 2)]),
        ("a b c d", "b c x d y", [Gap(0, 1, 0, 0), Gap(3, 3, 2, 3), Gap(4, 4, 4, 5)]),
    ],
)
def test_gaps_lie_between_what_two_texts_share(before: str, after: str, gaps: list[Gap]) -> None:
    assert align(before.split(), after.split()) == gaps


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_as_many_items_stay_in_both_directions(before: list[str], after: list[str]) -> None:
    assert counts(before, after) == counts(after, before)[::-1]


words = st.lists(st.sampled_from("abc"), max_size=60)


@given(words, words)
def test_texts_that_are_divided_have_gaps_between_equal_words(before: list[str], after: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(alignment, "ALIGNED_AT_ONCE", 20)
        gaps = align(before, after)
        added, removed = counts(before, after)
    kept = [*before], [*after]
    for gap in reversed(gaps):
        del kept[0][gap.old_start : gap.old_end], kept[1][gap.new_start : gap.new_end]
    assert kept[0] == kept[1]
    assert (len(before) - len(kept[0]), len(after) - len(kept[1])) == (removed, added)
    assert all(one.old_end < two.old_start or one.new_end < two.new_start for one, two in pairwise(gaps))


def _random_words(count: int, seed: int) -> list[str]:
    chosen = random.Random(seed)
    return ["".join(chosen.choices("abcdefgh", k=4)) for _ in range(count)]


def test_a_long_text_with_edits_is_aligned_as_if_at_once() -> None:
    before = _random_words(60_000, 1)
    after = [*before[:7], "new", *before[9:30_000], *_random_words(500, 2), *before[30_000:-1], "end"]
    assert align(before, after) == [
        Gap(7, 9, 7, 8),
        Gap(30_000, 30_000, 29_999, 30_499),
        Gap(59_999, 60_000, 60_498, 60_499),
    ]
    assert counts(before, after) == (502, 3)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["x", *"a" * 60_000, "y"], ["z", *"a" * 59_000], (1, 1002)),
        (["x", *"ab" * 30_000, "y"], ["z", *"ba" * 29_000], (1, 2002)),
        (
            [str(n) for n in range(300_000)],
            [str(n) for n in range(300_000, 600_000)],
            (300_000, 300_000),
        ),
    ],
    ids=["the same word", "two words in turn", "no word in common"],
)
def test_long_texts_without_a_passage_to_divide_at(
    before: list[str], after: list[str], expected: tuple[int, int]
) -> None:
    assert counts(before, after) == expected
