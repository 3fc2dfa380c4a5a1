import pytest

from db.findings.content import content, letters, negations, stem, weighty


@pytest.mark.parametrize(
    ("word", "expected"),
    [("(Sharing,", "sharing"), ("https://Shop.example/a", "shopexamplea"), ("…", ""), ("GDPR.", "gdpr")],
)
def test_letters(word: str, expected: str):
    assert letters(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"), [("selling", "sell"), ("sells", "sell"), ("prices", "pric"), ("as", "as")]
)
def test_stem(word: str, expected: str):
    assert stem(word) == expected


def test_words_without_meaning_are_left_out():
    assert content(["We", "sell", "the", "lists", "of", "our", "customers."]) == ["sell", "list", "customer"]
    assert content([]) == []


def test_words_that_editors_exchange_have_no_weight():
    assert weighty(content(["read", "this", "website", "policy", "about", "cookies"])) == ["cooki"]


def test_negations():
    assert negations(["We", "never", "sell,", "and", "do", "not", "rent."]) == {"never", "not"}
