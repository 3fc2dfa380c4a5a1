import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.history.comparison import alignment
from db.history.comparison.alignment import Gap, align, match_words, measure


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", (0, 0, 1.0)),
        ("a b c", "a b c", (0, 0, 1.0)),
        ("", "a b", (2, 0, 0.0)),
        ("a b", "", (0, 2, 0.0)),
        ("a b c", "a x c", (1, 1, 0.6667)),
        ("a b c d", "c d a b", (2, 2, 0.5)),
    ],
)
def test_a_measure_counts_words(before: str, after: str, expected: tuple[int, int, float]) -> None:
    assert measure(before.split(), after.split()) == expected


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_a_measure_is_the_same_backwards(before: list[str], after: list[str]) -> None:
    added, removed, similarity = measure(before, after)
    assert measure(after, before) == (removed, added, similarity)
    assert len(before) + added - removed == len(after)
    assert 0 <= similarity <= 1


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
def test_the_counts_are_those_of_the_gaps(before: list[str], after: list[str]) -> None:
    gaps = align(before, after)
    added, removed = (sum(gap[end] - gap[end - 1] for gap in gaps) for end in (3, 1))
    assert (added, removed) == measure(before, after)[:2]


paragraphs = st.lists(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=9).map(tuple), max_size=6)


@given(paragraphs, paragraphs)
def test_words_are_matched_in_order_and_as_many_as_in_the_whole(
    old: list[tuple[str, ...]], new: list[tuple[str, ...]]
) -> None:
    matched = match_words(old, new)
    assert list(matched) == sorted(matched)
    assert list(matched.values()) == sorted(set(matched.values()))
    assert all(new[n][k] == old[i][m] for (n, k), (i, m) in matched.items())
    words = [[word for paragraph in text for word in paragraph] for text in (old, new)]
    assert len(words[1]) - len(matched) == measure(*words)[0]


def test_long_texts_are_matched_by_paragraph(monkeypatch: pytest.MonkeyPatch) -> None:
    old = [tuple("abcdef"), tuple("uvwxyz")]
    new = [tuple("abcdefuvwxyz"), tuple("other")]
    assert len(match_words(old, new)) == 12
    monkeypatch.setattr(alignment, "ALIGNED_AT_ONCE", 12 * 17 - 1)
    assert match_words(old, new) == {(0, index): (0, index) for index in range(6)}


words = st.lists(st.sampled_from("abc"), max_size=60)


@given(words, words)
def test_texts_that_are_divided_have_gaps_between_equal_words(before: list[str], after: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(alignment, "ALIGNED_AT_ONCE", 20)
        gaps = align(before, after)
        added, removed, _ = measure(before, after)
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
    assert measure(before, after) == (502, 3, 0.9958)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["x", *"a" * 60_000, "y"], ["z", *"a" * 59_000], (1, 1002, 0.9916)),
        (["x", *"ab" * 30_000, "y"], ["z", *"ba" * 29_000], (1, 2002, 0.983)),
        (
            [str(n) for n in range(300_000)],
            [str(n) for n in range(300_000, 600_000)],
            (300_000, 300_000, 0.0),
        ),
    ],
    ids=["the same word", "two words in turn", "no word in common"],
)
def test_long_texts_without_a_passage_to_divide_at(
    before: list[str], after: list[str], expected: tuple[int, int, float]
) -> None:
    assert measure(before, after) == expected
