"""The words of the site's search, and in which versions they are."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.site.search_index import SearchIndex, chunk_of, words


def lists(texts: list[str]) -> dict[str, str]:
    index = SearchIndex()
    for text in texts:
        index.add(text)
    files = dict(index.files([]))
    chunks = json.loads(files.pop("search/index.json"))["chunks"]
    found = {path: json.loads(content) for path, content in files.items()}
    assert len(found) == chunks
    for path, content in found.items():
        assert all(path == f"search/words-{chunk_of(entry, chunks)}.json" for entry in content)
    return {entry: ids for content in found.values() for entry, ids in content.items()}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Do NOT sell, e-mail_2", ["do", "not", "sell", "e", "mail", "2"]),
        ("Straße Žižek İ ﬁne", ["straße", "zizek", "i", "fine"]),
        ("個人情報 данные", ["個人情報", "данные"]),
        ("__proto__ constructor", ["proto", "constructor"]),
    ],
)
def test_words(text: str, found: list[str]):
    assert words(text) == found


def test_words_and_pairs_with_the_versions_that_have_them():
    assert lists(["a b", "b", "c a", "a b c", "a"]) == {
        "a": "0 2-4",
        "b": "0-1 3",
        "c": "2-3",
        "a b": "0 3",
        "c a": "2",
        "b c": "3",
    }


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=4), max_size=8))
def test_the_lists_name_exactly_the_versions_with_the_word(texts: list[list[str]]):
    found = lists([" ".join(text) for text in texts])
    for word in "abc":
        ids = set()
        for run in found.get(word, "").split():
            first, _, last = run.partition("-")
            ids |= set(range(int(first), int(last or first) + 1))
        assert ids == {number for number, text in enumerate(texts) if word in text}


def test_the_index_names_the_pages(written: Path):
    index = json.loads((written / "search" / "index.json").read_text())
    assert index["retailers"][0] == {
        "name": "Alpha & Sons",
        "page": "policies/alpha.example/index.html",
        "versions": [
            [1, "2010-01-01", "2014-09-01", "policies/alpha.example/20100101000000.html"],
            [2, "2012-03-01", "2012-12-01", "policies/alpha.example/20120301000000.html"],
            [3, "2013-06-01", "2013-06-01", "policies/alpha.example/20130601000000.html"],
        ],
    }
    assert [retailer["name"] for retailer in index["retailers"]] == [
        "Alpha & Sons",
        "beta.example",
        "gamma.example",
    ]
    entries = json.loads((written / "search" / "words-0.json").read_text())
    assert entries["cookies"] == "2"
    assert entries["not sell"] == "1-3"
