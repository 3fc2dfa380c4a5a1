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
