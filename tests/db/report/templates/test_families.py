"""Planted families are found: few pairs too many, few too few."""

import random
from collections.abc import Callable
from itertools import combinations, permutations
from typing import Any

import pytest

from db.report.templates.families import HALF_SHARED, NEAR_TEXTS, Likeness, groups, share_half, sharing
from db.report.texts import plain
from db.report.texts.masking import MaskedText, masked, masked_sentences, names_of
from tests.support import templates


def hashes(planted: list[templates.PlantedPolicy]) -> list[MaskedText]:
    return [
        masked(masked_sentences(plain.blocks(one.markdown), names_of(one.domain, one.name)))
        for one in planted
    ]


def test_rewritten_families_are_found() -> None:
    planted = templates.plant(300, 12)
    found = groups(hashes(planted), HALF_SHARED)
    precision, recall = templates.precision_and_recall([one.family for one in planted], found)
    assert precision >= 0.98
    assert recall >= 0.98


def test_texts_that_only_swap_names_are_equal_after_masking() -> None:
    planted = templates.plant(40, 5, rewritten=0)
    drawn = hashes(planted)
    assert templates.precision_and_recall([one.family for one in planted], groups(drawn, HALF_SHARED)) == (
        1,
        1,
    )
    assert len({one.text for one in drawn}) == 5


@pytest.mark.parametrize("order", list(permutations([0, 1, 0b1111])))
def test_texts_that_are_like_one_that_is_like_another(order: tuple[int, ...]) -> None:
    assert len(set(groups(order, NEAR_TEXTS))) == 1
    assert sharing(order, order, NEAR_TEXTS) == set(order)


def test_near_is_a_difference_of_three_bits() -> None:
    found = groups([0, 0b111, 0b1111 << 20, 1 << 63], NEAR_TEXTS)
    assert found[0] == found[1] == found[3] != found[2]


def test_a_short_text_within_a_long_one_is_no_family() -> None:
    words = [f"this is the sentence number {number}" for number in range(30)]
    short, long, half = masked(words[:10]), masked(words), masked(words[:15])
    assert len(set(groups([short, long], HALF_SHARED))) == 2
    assert len(set(groups([half, long], HALF_SHARED))) == 1


def test_headings_are_not_compared() -> None:
    assert masked(["our policy", "who we are now"]).sentences == masked([]).sentences
    sentences = [f"this is the sentence number {number}" for number in range(4)]
    one, other = ["your rights", "cookies", *sentences[:2]], ["your rights", "cookies", *sentences[2:]]
    assert not share_half(masked(one), masked(other))
    assert share_half(masked(sentences), masked([*one, "contact"]))


def test_empty_texts_are_alone() -> None:
    assert len(set(groups([masked([]), masked([])], HALF_SHARED))) == 2
    assert groups([], HALF_SHARED) == groups([], NEAR_TEXTS) == []


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_texts_does_not_matter(seed: int) -> None:
    planted = templates.plant(60, 5, seed)
    drawn = hashes(planted)
    order = list(range(len(drawn)))
    random.Random(seed).shuffle(order)
    mixed = groups([drawn[at] for at in order], HALF_SHARED)
    straight = groups(drawn, HALF_SHARED)
    assert templates.precision_and_recall([straight[at] for at in order], mixed) == (1, 1)


def test_owners_share_a_text_only_with_others() -> None:
    near, far = [0, 0b1], [0b1111 << 20]
    assert sharing([1, 1, 2], [*near, *far], NEAR_TEXTS) == set()
    assert sharing([1, 2, 3], [*near, *far], NEAR_TEXTS) == {1, 2}
    assert sharing([1, 1, 2], [*near, near[0]], NEAR_TEXTS) == {1, 2}
    assert sharing([], [], NEAR_TEXTS) == set()


def drifting_hashes(rng: random.Random) -> list[int]:
    """Return simhashes of versions: each is the one before with one or two bits changed, or a new one."""
    found = [rng.getrandbits(64)]
    while len(found) < 60:
        changed = 1 << rng.randrange(64) | 1 << rng.randrange(64)
        found.append(found[-1] ^ changed if rng.random() < 0.7 else rng.getrandbits(64))
    return found


def drifting_texts(rng: random.Random) -> list[MaskedText]:
    """Return versions of up to 12 sentences: each has one sentence other than the one before, or is new."""
    sentences = [f"this is the sentence number {number}" for number in range(200)]
    found: list[MaskedText] = []
    while len(found) < 60:
        if not found or rng.random() < 0.3:
            own = rng.sample(sentences, rng.randrange(13))
        own = [*own[1:], rng.choice(sentences)] if own else own
        found.append(masked(own))
    return found


@pytest.mark.parametrize(
    ("drifting", "likeness"), [(drifting_hashes, NEAR_TEXTS), (drifting_texts, HALF_SHARED)]
)
@pytest.mark.parametrize("seed", range(4))
def test_sharing_and_groups_are_those_of_all_pairs(
    seed: int, drifting: Callable[[random.Random], list[Any]], likeness: Likeness[Any]
) -> None:
    rng = random.Random(seed)
    rows = [(rng.randrange(40), text) for text in drifting(rng)]

    def are_found(one: Any, other: Any) -> bool:
        keys = zip(likeness.keys(one), likeness.keys(other), strict=True)
        return likeness.are_alike(one, other) and any(key == another for key, another in keys)

    pairs = [(one[0], other[0]) for one in rows for other in rows if are_found(one[1], other[1])]
    expected = {owner for owner, another in pairs if owner != another}
    assert 0 < len(expected) < 40
    for _ in range(5):
        rng.shuffle(rows)
        owners, texts = [owner for owner, _ in rows], [text for _, text in rows]
        assert sharing(owners, texts, likeness) == expected
        grouped = groups(texts, likeness)
        assert all(
            grouped[one] == grouped[other]
            for one, other in combinations(range(len(texts)), 2)
            if are_found(texts[one], texts[other])
        )
