"""The words without which a regular expression cannot match."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.claims.rules import languages, rules
from extract.claims.triggers import Pattern, WordIndex, Words, pattern

ALL = [one for language in languages() for rule in rules(language).rules for one in (*rule.any, *rule.none)]


def present(one: Pattern, text: str) -> Words:
    return WordIndex(frozenset().union(*one.needs)).present(text)


# Without letters that are equal to another one in upper or lower case: ſ is s, ı is i.
LETTERS = st.characters(
    max_codepoint=0x2026, categories=["L", "N", "P", "Sm", "Zs"], exclude_characters="ſıİ"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"opt(?:ing)?[- ]?out", ("opt",)),
        (r"\b(?:sell|rent)s?\b[^;]{0,30}data", ("data",)),
        (r"\b(?:sells|trades)\b", ("sells", "trades")),
        (r"(?:sell|rent|[a-z]+)", ()),
        (r"(?:never ){2}", ("never ",)),
        (r"(?:never )*", ()),
        (r"\d{3}-\d{4}", ("-",)),
        (r"(?-i:[A-Z])\w+ Ltd", (" ltd",)),
        ("é", ("é",)),
        ("ſ", ()),
        ("", ()),
    ],
)
def test_words_that_each_match_has(text: str, words: tuple[str, ...]) -> None:
    assert pattern(text).words == set(words)


def test_a_text_without_the_words_is_not_searched() -> None:
    one = pattern(r"\b(?:sells|trades)\b")
    assert one.may_match(present(one, "Lantern Trades data"))
    assert not one.may_match(present(one, "Lantern keeps data"))
    assert pattern(r"\d").may_match(frozenset())


def test_each_match_has_a_word_of_each_set() -> None:
    one = pattern(r"\b(?:sells|trades)\b.*\bdata\b.*\bto\b")
    assert one.needs == (frozenset({"sells", "trades"}), frozenset({"data"}))
    assert not one.may_match(present(one, "Lantern trades lamps"))
    assert one.may_match(present(one, "Lantern trades data"))


@given(st.frozensets(st.text(alphabet="abc", min_size=1, max_size=5)), st.text(alphabet="abcD ", max_size=30))
def test_the_words_of_a_text_are_found(words: Words, text: str) -> None:
    assert WordIndex(words).present(text) == {word for word in words if word in text.lower()}


@given(st.sampled_from(ALL), st.data())
def test_what_matches_has_one_of_the_words(one: Pattern, data: st.DataObject) -> None:
    example = data.draw(st.from_regex(one.compiled, alphabet=LETTERS))
    assert one.may_match(present(one, example))
