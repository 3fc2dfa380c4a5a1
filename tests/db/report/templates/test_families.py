"""Planted families are found: few pairs too many, few too few."""

import random

import pytest

from db.report.templates.families import HALF_SHARED, NEAR_TEXTS, groups, share_half, sharing
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


@pytest.mark.parametrize("seed", range(3))
def test_sharing_is_that_of_all_pairs(seed: int) -> None:
    rng = random.Random(seed)
    sentences = [f"this is the sentence number {number}" for number in range(12)]
    texts = [masked(rng.sample(sentences, rng.randrange(0, 6))) for _ in range(60)]
    owners = [rng.randrange(30) for _ in texts]
    expected = {
        owner
        for owner, text in zip(owners, texts, strict=True)
        for another, other in zip(owners, texts, strict=True)
        if owner != another and share_half(text, other)
    }
    assert sharing(owners, texts, HALF_SHARED) == expected
