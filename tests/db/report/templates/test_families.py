"""Planted families are found: few pairs too many, few too few."""

import random
from array import array

import pytest

from db.report.templates import families
from db.report.texts import plain
from db.report.texts.masking import hashes_of, masked_sentences, names_of
from tests.support import templates


def hashes(planted: list[templates.PlantedPolicy]) -> "list[array[int]]":
    return [
        hashes_of(masked_sentences(plain.blocks(one.markdown), names_of(one.domain, one.name)))
        for one in planted
    ]


def test_rewritten_families_are_found() -> None:
    planted = templates.plant(300, 12)
    found = families.families(hashes(planted))
    precision, recall = templates.precision_and_recall([one.family for one in planted], found)
    assert precision >= 0.98
    assert recall >= 0.98


def test_texts_that_only_swap_names_are_equal_after_masking() -> None:
    planted = templates.plant(40, 5, rewritten=0)
    drawn = hashes(planted)
    assert templates.precision_and_recall([one.family for one in planted], families.families(drawn)) == (1, 1)
    assert len({tuple(one) for one in drawn}) == 5


def test_near_is_a_difference_of_three_bits() -> None:
    groups = families.near([0, 0b111, 0b1111 << 20, 1 << 63])
    assert groups[0] == groups[1] == groups[3] != groups[2]


def test_a_short_text_within_a_long_one_is_no_family() -> None:
    words = [f"this is the sentence number {number}" for number in range(30)]
    short, long, half = hashes_of(words[:10]), hashes_of(words), hashes_of(words[:15])
    assert len(set(families.families([short, long]))) == 2
    assert len(set(families.families([half, long]))) == 1


def test_headings_are_not_compared() -> None:
    assert hashes_of(["our policy", "who we are now"]) == hashes_of([])
    sentences = [f"this is the sentence number {number}" for number in range(4)]
    one, other = ["your rights", "cookies", *sentences[:2]], ["your rights", "cookies", *sentences[2:]]
    assert not families.share_half(hashes_of(one), hashes_of(other))
    assert families.share_half(hashes_of(sentences), hashes_of([*one, "contact"]))


def test_empty_texts_are_alone() -> None:
    assert len(set(families.families([hashes_of([]), hashes_of([])]))) == 2
    assert families.families([]) == families.near([]) == []


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_texts_does_not_matter(seed: int) -> None:
    planted = templates.plant(60, 5, seed)
    drawn = hashes(planted)
    order = list(range(len(drawn)))
    random.Random(seed).shuffle(order)
    mixed = families.families([drawn[at] for at in order])
    straight = families.families(drawn)
    assert templates.precision_and_recall([straight[at] for at in order], mixed) == (1, 1)
