import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract import lexicon
from extract.lexicon.folding import CasePattern, FoldedPattern, any_of, folded, folded_pattern

LISTS = ("discovery", "document_names", "other_languages", "parties")
LANGUAGES = lexicon.by_language("subjects")


@pytest.mark.parametrize("name", LISTS)
def test_a_word_list_has_only_regular_expressions_and_none_twice(name: str) -> None:
    for words in _lists(lexicon.load(name)):
        assert len(words) == len(set(words))
        assert all(re.compile(word) for word in words)


@pytest.mark.parametrize("keys", [("subjects",), ("documents",), ("terms",), ("dates", "updated")])
def test_every_language_has_its_words_as_regular_expressions_and_none_twice(keys: tuple[str, ...]) -> None:
    found = lexicon.by_language(*keys)
    assert list(found) == list(LANGUAGES)
    for words in found.values():
        assert len(words) == len(set(words))
        assert all(re.compile(folded_pattern(word)) for word in words)


@pytest.mark.parametrize("kind", ["missing", "failed", "blocked", "loading"])
def test_every_language_knows_what_a_page_says_of_itself(kind: str) -> None:
    found = lexicon.by_language("page", kind)
    assert list(found) == list(LANGUAGES)
    assert all(re.compile(folded_pattern(word)) for words in found.values() for word in words)


def test_the_months_of_a_language_are_twelve_and_differ() -> None:
    for code, months in lexicon.by_language("dates", "months").items():
        names = [name for month in months for name in {folded(name) for name in month}]
        assert len(months) == 12, code
        assert len(names) == len(set(names)), code


def test_the_words_of_all_languages_are_in_the_order_of_their_codes() -> None:
    assert list(LANGUAGES) == sorted(LANGUAGES)
    assert list(lexicon.of_all("matters")) == ["personal[ -](?:data|information)", "data policy"]


def test_a_word_list_without_a_file_cannot_be_loaded() -> None:
    with pytest.raises(FileNotFoundError):
        lexicon.load("none")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Données – L’Été", "donnees – l'ete"),
        ("İstanbul'da KIŞ ışık", "istanbul'da kis isik"),
        ("Άλλος ΛΌΓΟΣ", "αλλοσ λογοσ"),
        ("プライバシー", "フライハシー"),
        ("개인정보", "개인정보"),
        ("non\u2011breaking\u2010hyphen", "non-breaking-hyphen"),
        ("a  b\tc", "a  b\tc"),
        ("", ""),
    ],
)
def test_a_text_is_folded_without_accents(text: str, plain: str) -> None:
    assert folded(text) == plain


def test_a_pattern_finds_words_with_and_without_accents_and_returns_them_as_they_are_written() -> None:
    pattern = FoldedPattern([r"p[áa]gina no (?:existe|encontrada)\b", r"\bstraße\W404"])

    def found(text: str) -> str | None:
        match = pattern.search(text)
        return match and match[0]

    assert found("¡Ay! La PÁGINA NO EXISTE aquí") == "PÁGINA NO EXISTE"
    assert found("la pagina no encontrada") == "pagina no encontrada"
    assert found("Große Straße 404, ß") == "Straße 404"
    assert found("la página existe") is None
    assert found("") is None


_SOURCES = st.sampled_from(["a", "ab", "abc", "ab?c", r"\bab", "b", "ba", "(?:a|b)c", "é", "éa", "a?"])


@given(st.lists(_SOURCES, min_size=1), st.text("abcé ", max_size=12))
def test_grouped_alternatives_match_what_the_alternatives_match(sources: list[str], text: str) -> None:
    grouped, plain = re.compile(any_of(sources)), re.compile("|".join(sources))
    assert [one.span() for one in grouped.finditer(text)] == [one.span() for one in plain.finditer(text)]


@given(st.lists(_SOURCES, min_size=1), st.text("aAbBcCéÉ ", max_size=12))
def test_a_pattern_for_any_case_finds_the_place_that_an_expression_finds(
    sources: list[str], text: str
) -> None:
    found, plain = CasePattern(sources).search(text, 1), re.compile("|".join(sources), re.I).search(text, 1)
    assert (found and found.span()) == (plain and plain.span())


def _lists(table: object) -> Iterator[list[str]]:
    if isinstance(table, dict):
        for entry in table.values():
            yield from _lists(entry)
    else:
        assert isinstance(table, list)
        yield table
