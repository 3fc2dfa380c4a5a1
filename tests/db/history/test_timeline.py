from datetime import date, timedelta
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.history.timeline import Change, Timeline, Variant, Version, Witness, build_timeline

START = "2014-01-01T00:00:00Z"


def at(day: int) -> str:
    return f"{date(2014, 1, 1) + timedelta(days=day)}T00:00:00Z"


def seen(wordings: str, days: int = 1, page: str = "1") -> list[Witness]:
    """Witnesses, so many days apart, a letter each; a blank is none."""
    return [
        Witness(at(n * days), page, ord(letter), letter) for n, letter in enumerate(wordings) if letter != " "
    ]


def drawn(*pages: list[Witness]) -> Timeline:
    witnesses = sorted(
        (w for page in pages for w in page), key=lambda witness: (witness.captured_at, witness.page)
    )
    return build_timeline(
        witnesses, lambda before, after: "presentation" if before.wording == after.wording else None
    )


def changes(timeline: Timeline) -> list[tuple[int, int, str, str]]:
    return [
        (c.old_version, c.new_version, c.last_old, c.first_new)
        for c in timeline.changes
        if c.kind == "wording"
    ]


def test_nothing_seen_is_no_history() -> None:
    assert drawn() == Timeline()


def test_a_change_lies_between_the_last_old_and_the_first_new_capture() -> None:
    assert drawn(seen("AABB")) == Timeline(
        [Version(1, 65, at(0), at(1), 2), Version(2, 66, at(2), at(3), 2)],
        [Change("wording", 1, 2, 65, 66, at(1), at(2))],
        [],
    )


def test_a_change_of_markup_alone_is_no_version() -> None:
    timeline = drawn([Witness(at(0), "1", 1, "A"), Witness(at(1), "1", 2, "A")])
    assert timeline == Timeline(
        [Version(1, 1, at(0), at(1), 2)], [Change("presentation", 1, 1, 1, 2, at(0), at(1))], []
    )


@pytest.mark.parametrize(
    ("wordings", "days", "expected"),
    [
        ("AABAA", 1, []),  # a blip
        ("AABBAA", 1, [(1, 2, at(1), at(2)), (2, 1, at(3), at(4))]),  # two captures agree: it was there
        ("ABA", 40, [(1, 2, at(0), at(40)), (2, 1, at(40), at(80))]),  # it may have been there for months
        ("ABABBAA", 1, []),  # flips, and back for good
        ("AABABBB", 1, [(1, 2, at(1), at(2))]),  # a roll-out: since its first capture
        ("ABABABA", 300, []),  # flips, rarely captured
        ("ABCA", 1, [(1, 2, at(0), at(1)), (2, 3, at(1), at(2)), (3, 1, at(2), at(3))]),
        ("AABCC", 1, [(1, 2, at(1), at(2)), (2, 3, at(2), at(3))]),
        ("ABACC", 1, [(1, 2, at(2), at(3))]),
    ],
)
def test_flips_are_variants(wordings: str, days: int, expected: list[tuple[int, int, str, str]]) -> None:
    assert changes(drawn(seen(wordings, days))) == expected


def test_a_blip_is_a_variant_of_what_it_interrupts() -> None:
    timeline = drawn(seen("AABA"))
    assert timeline.versions == [Version(1, 65, at(0), at(3), 4)]
    assert timeline.variants == [Variant(1, 66, "1", "flip", at(2), at(2), 1)]


def test_a_roll_out_leaves_the_old_text_as_a_variant_of_the_new() -> None:
    timeline = drawn(seen("ABABB"))
    assert timeline.versions == [Version(1, 65, at(0), at(0), 1), Version(2, 66, at(1), at(4), 4)]
    assert timeline.variants == [Variant(2, 65, "1", "flip", at(2), at(2), 1)]


def test_an_address_that_still_shows_the_old_text_does_not_take_it_back() -> None:
    timeline = drawn(seen("AAAAAA"), seen("  BBBB", page="2"))
    assert changes(timeline) == [(1, 2, at(2), at(2))]
    assert (
        timeline.variants == [Variant(2, 65, "1", "address", at(3), at(4), 2)]
        or timeline.variants[0].kind == "address"
    )


def test_an_address_that_follows_later_changes_nothing() -> None:
    timeline = drawn(seen("AAAABB"), seen("AABBBB", page="2"))
    assert [(old, new) for old, new, _, _ in changes(timeline)] == [(1, 2)]


def test_a_policy_that_moves_goes_on() -> None:
    timeline = drawn(seen("AA"), seen("  AB", page="2"))
    assert changes(timeline) == [(1, 2, at(2), at(3))]


def test_an_address_that_ends_leaves_the_word_to_the_other() -> None:
    assert [
        (old, new) for old, new, _, _ in changes(drawn(seen("AAAAAAAA", 40), seen("  BB", 40, page="2")))
    ] == [
        (1, 2),
        (2, 1),
    ]


SEQUENCES = st.lists(
    st.tuples(st.integers(0, 2000), st.sampled_from("ABC"), st.sampled_from("12")), max_size=14
).map(lambda steps: [Witness(at(day), page, ord(letter), letter) for day, letter, page in sorted(set(steps))])


@given(SEQUENCES)
def test_every_capture_is_counted_once(witnesses: list[Witness]) -> None:
    timeline = drawn(witnesses)
    assert sum(version.captures for version in timeline.versions) == len(witnesses)
    assert [version.number for version in timeline.versions] == list(range(1, len(timeline.versions) + 1))
    assert all(version.first_seen <= version.last_seen for version in timeline.versions)


@given(SEQUENCES)
def test_changes_are_a_chain_of_brackets_that_do_not_overlap(witnesses: list[Witness]) -> None:
    found = [change for change in drawn(witnesses).changes if change.kind == "wording"]
    assert all(
        change.last_old <= change.first_new and change.old_version != change.new_version for change in found
    )
    assert all(a.new_version == b.old_version and a.first_new <= b.last_old for a, b in pairwise(found))
    moments = {(witness.captured_at, witness.text_id) for witness in witnesses}
    assert all({(c.last_old, c.old_text), (c.first_new, c.new_text)} <= moments for c in found)


@given(st.lists(st.integers(1, 5), max_size=8))
def test_wordings_that_come_once_each_are_all_versions(lengths: list[int]) -> None:
    wordings = "".join(chr(65 + n) * length for n, length in enumerate(lengths))
    timeline = drawn(seen(wordings))
    assert [version.captures for version in timeline.versions] == lengths
    assert len(changes(timeline)) == max(0, len(list(groupby(wordings))) - 1)
