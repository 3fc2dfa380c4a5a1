import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import extract_policy
from extract.memory import LONGEST, RESULTS, TEXTS, Memory, forget_all, remembered, remembered_by_digest
from tests.support.paths import ROOT


def _counting():
    calls = []

    @remembered
    def upper(text: str, *more: int) -> str:
        """Return a text in capitals."""
        calls.append((text, *more))
        return text.upper() + "".join(map(str, more))

    return upper, calls


def test_a_result_is_computed_once_until_everything_is_forgotten():
    upper, calls = _counting()
    assert [upper("a"), upper("a"), upper("a", 1), upper("a", 1), upper("")] == ["A", "A", "A1", "A1", ""]
    assert calls == [("a",), ("a", 1), ("",)]
    forget_all()
    assert upper("a") == "A"
    assert calls == [("a",), ("a", 1), ("",), ("a",)]


def test_none_is_a_result():
    calls = []

    @remembered
    def nothing(text: str) -> None:
        calls.append(text)

    assert nothing("a") is nothing("a") is None
    assert calls == ["a"]


def test_a_long_text_is_not_remembered():
    upper, calls = _counting()
    for _ in range(2):
        upper("a" * LONGEST)
        upper("b" * (LONGEST + 1))
    assert [len(text) for (text,) in calls] == [LONGEST, LONGEST + 1, LONGEST + 1]


def test_the_texts_that_were_read_last_are_remembered():
    upper, calls = _counting()
    texts = list(map(str, range(TEXTS + 1)))
    for text in texts:
        upper(text)
    upper(texts[-1])
    assert len(calls) == len(texts)
    upper(texts[0])
    assert len(calls) == len(texts) + 1


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(0, 2))))
def test_results_are_those_of_the_function_in_any_order(questions):
    upper, _ = _counting()
    for text, more in questions:
        assert upper(text, more) == text.upper() + str(more)


def test_a_memory_of_results_is_bounded_by_characters():
    memory: Memory[str] = Memory(10)
    memory.keep("a", 4, "A")
    memory.keep("b", 4, "B")
    assert (memory.get("a"), memory.get("c")) == ("A", None)
    memory.keep("c", 4, "C")
    assert [memory.get(name) for name in "abc"] == ["A", None, "C"]
    memory.keep("d", 11, "D")
    assert [memory.get(name) for name in "acd"] == [None, None, None]
    memory.keep("e", 10, "E")
    assert memory.get("e") == "E"
    forget_all()
    assert memory.get("e") is None


PAGES = [file.read_bytes() for file in sorted((ROOT / "crawler" / "demo" / "pages").rglob("*.html"))]


def _document(page: bytes):
    return extract_policy(page, url="https://www.shop.example/privacy", timestamp="20180601120000")


@pytest.fixture(scope="module")
def alone():
    """The documents of the demo's pages, each extracted as the first page of a process."""
    documents = []
    for page in PAGES:
        forget_all()
        documents.append(_document(page))
    return documents


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, len(PAGES) - 1), st.booleans()), max_size=12))
def test_documents_do_not_depend_on_the_pages_before(alone, steps):
    for number, forget in steps:
        if forget:
            forget_all()
        assert _document(PAGES[number]) == alone[number]


def test_a_page_is_the_same_after_another_one_and_with_nothing_remembered(alone):
    first, second = PAGES[0], PAGES[1]
    assert [_document(page) for page in (first, second, first)] == [alone[0], alone[1], alone[0]]
    forget_all()
    assert [_document(page) for page in (second, first, second)] == [alone[1], alone[0], alone[1]]


def test_what_follows_from_a_long_text_is_remembered_without_the_text():
    calls = []

    @remembered_by_digest(len)
    def first(text: str, count: int) -> str:
        calls.append((len(text), count))
        return text[:count]

    long = "a" * (LONGEST + 1)
    assert [first(long, 2), first(long, 2), first(long, 0), first(long, 0)] == ["aa", "aa", "", ""]
    assert calls == [(LONGEST + 1, 2), (LONGEST + 1, 0)]
    assert first("\ud800", 1) == "\ud800"  # a lone surrogate, as some pages have
    forget_all()
    first(long, 2)
    assert calls[3:] == [(LONGEST + 1, 2)]


def test_results_of_long_texts_are_bounded_by_their_size():
    calls = []

    @remembered_by_digest(len)
    def same(text: str) -> str:
        calls.append(len(text))
        return text

    half = RESULTS // 2
    for text in ("a" * half, "b" * half, "a" * half, "c" * RESULTS, "c" * RESULTS):
        same(text)
    assert calls == [half, half, half, RESULTS, RESULTS]
