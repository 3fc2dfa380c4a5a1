import re

import pytest

from extract import lexicon


@pytest.mark.parametrize("name", ["discovery", "parties", "policy_terms", "function_words", "document_names"])
def test_a_word_list_has_only_regular_expressions_and_none_twice(name: str) -> None:
    lists = list(_lists(lexicon.load(name)))

    assert lists
    for words in lists:
        assert len(words) == len(set(words))
        assert all(re.compile(word) for word in words)


def test_a_word_list_keeps_the_order_of_its_file() -> None:
    assert list(lexicon.load("discovery"))[:2] == ["subjects", "documents"]
    assert list(lexicon.load("discovery")["subjects"])[:3] == ["en", "de", "fr"]


def test_a_word_list_without_a_file_cannot_be_loaded() -> None:
    with pytest.raises(FileNotFoundError):
        lexicon.load("none")


def _lists(table: object) -> list[list[str]]:
    if isinstance(table, dict):
        return [words for entry in table.values() for words in _lists(entry)]
    assert isinstance(table, list)
    return [table]
