"""The words without which a regular expression cannot match."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.claims.rules import languages, rules
from extract.claims.triggers import DIGIT, Pattern, Sieve, pattern

ALL = [one for language in languages() for rule in rules(language).rules for one in (*rule.any, *rule.none)]


def may_match(one: Pattern, text: str) -> bool:
    return one in Sieve([one]).sift(text).possible


LETTERS = st.characters(max_codepoint=0x2026, categories=["L", "N", "P", "Sm", "Zs"])


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        (r"opt(?:ing)?[- ]?out", [{"opt"}, {"out"}]),
        (r"\b(?:sell|rent)s?\b[^;]{0,30}data", [{"data"}, {"sell", "rent"}]),
        (r"\b(?:sells|trades)\b.*\bdata\b.*\bto\b", [{"sells", "trades"}, {"data"}]),
        (r"\b(?:sells|trades)\b", [{"sells", "trades"}]),
        (r"(?:sell|rent|[a-z]+)", []),
        (r"(?:never ){2}", [{"never "}]),
        (r"(?:never )*", []),
        (r"\d{3}-\d{4}", [{"-"}, {DIGIT}]),
        (r"[\w.]+@\w+\.", [{"."}, {"@"}]),
        (r"(?-i:[A-Z])\w+ Ltd", [{" ltd"}]),
        ("é", [{"é"}]),
        ("ſ", []),
        ("", []),
    ],
)
def test_words_that_each_match_has(text: str, needs: list[set[str]]) -> None:
    assert list(pattern(text).needs) == needs


def test_a_text_without_the_words_is_not_searched() -> None:
    one = pattern(r"\b(?:sells|trades)\b.*\bdata\b.*\bto\b")
    assert may_match(one, "Lantern TRADES data")
    assert not may_match(one, "Lantern trades lamps")
    assert not may_match(one, "Lantern keeps data")
    assert not may_match(one, "")


def test_a_text_without_digits_is_not_searched_for_numbers() -> None:
    one = pattern(r"\d\d days")
    assert may_match(one, "30 days")
    assert may_match(one, "\u0663\u0660 days")
    assert not may_match(one, "thirty days, Nova")


def test_an_expression_without_words_can_match_every_text() -> None:
    assert may_match(pattern(r"[a-z]"), "")
    assert Sieve([]).sift("lamps").possible == frozenset()


def test_phrases_are_found_across_words() -> None:
    one = pattern(r"(?:sell|trade) your data| to ")
    assert may_match(one, "We TRADE your data.")
    assert may_match(one, "x to y")
    assert not may_match(one, "We trade your  data to")


def test_long_words_are_searched_too() -> None:
    assert may_match(pattern("sells"), "x" * 100 + "SELLS")


@given(
    st.lists(
        st.lists(st.frozensets(st.text(alphabet="abc ", min_size=1, max_size=5), min_size=1), max_size=3),
        max_size=6,
    ),
    st.text(alphabet="abcD ", max_size=30),
)
def test_an_expression_is_possible_if_the_text_has_a_word_of_each_of_its_sets(
    needs: list[list[frozenset[str]]], text: str
) -> None:
    every = [Pattern("", tuple(one)) for one in needs]
    expected = {
        one for one in every if all(any(word in text.lower() for word in words) for words in one.needs)
    }
    assert Sieve(every).sift(text).possible == expected


@given(st.sampled_from(ALL), st.data())
def test_what_matches_has_one_of_the_words(one: Pattern, data: st.DataObject) -> None:
    assert may_match(one, data.draw(st.from_regex(one.compiled, alphabet=LETTERS)))


@given(st.sampled_from(ALL), st.data())
def test_matches_in_small_letters_are_those_of_the_text(one: Pattern, data: st.DataObject) -> None:
    example = data.draw(st.from_regex(one.compiled, alphabet=LETTERS))
    text = data.draw(st.sampled_from([example, example.upper(), f"{example} ſıİ", f"Lamps. {example}s"]))
    found = [match.span() for match in Sieve([one]).sift(text).found(one)]
    assert found == [match.span() for match in one.compiled.finditer(text)]


@pytest.mark.parametrize(
    ("text", "is_small"),
    [
        (r"\bsells?\b[^;]\W", True),
        ("zahlung für données", True),
        ("(?-i:[A-Z])ells", False),
        (r"\bCCPA\W|COVID-19|©", True),
        (r"[A-Z]\w", False),
        ("(?P<law>CCPA)", False),
        ("σ", False),
    ],
)
def test_expressions_that_match_the_same_in_small_letters(text: str, is_small: bool) -> None:
    assert pattern(text).is_small is is_small


def test_a_long_s_is_an_s_as_in_the_expression() -> None:
    found = Sieve([one := pattern("sells?")]).sift("we ſell, SELLS").found(one)
    assert [match.span() for match in found] == [(3, 7), (9, 14)]
