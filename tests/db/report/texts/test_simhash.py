"""The simhash: equal texts have equal hashes, similar texts near ones, other texts distant ones."""

import random

from hypothesis import given
from hypothesis import strategies as st

from db.report.texts.simhash import NEAR, differing_bits, simhash

RNG = random.Random(7)
WORDS = [f"word{number}" for number in range(400)]
TEXT = RNG.choices(WORDS, k=1500)


def test_one_word_of_many_makes_a_near_text() -> None:
    other = [*TEXT[:700], "another", *TEXT[701:]]
    assert 0 <= differing_bits(simhash(TEXT), simhash(other)) <= NEAR


def test_another_text_is_distant() -> None:
    assert differing_bits(simhash(TEXT), simhash(RNG.choices(WORDS, k=1500))) > 10


def test_texts_shorter_than_a_run_differ_too() -> None:
    assert simhash([]) == 0
    assert simhash(["one"]) == simhash(["one"]) != simhash(["two"])


@given(st.lists(st.text(max_size=5), max_size=30))
def test_it_has_64_bits_and_is_the_same_each_time(words: list[str]) -> None:
    assert simhash(words) == simhash(list(words))
    assert simhash(words).bit_length() <= 64
