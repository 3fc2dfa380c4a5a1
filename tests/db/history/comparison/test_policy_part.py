import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.history.comparison.policy_part import (
    LEAST_WORDS,
    PolicyPart,
    _heaviest,
    ends_sentence,
    policy_part,
    run_around,
)
from db.history.comparison.tokenized import TokenizedText
from tests.db.history.comparison.beside_policy.test_menus import GERMAN, GERMAN_MENU, HEAD, POLICY, TAIL, flat


@pytest.mark.parametrize(
    ("head", "policy", "tail"),
    [
        (HEAD, POLICY, TAIL),
        ("", POLICY, ""),
        (GERMAN_MENU, GERMAN, GERMAN_MENU),
        (HEAD, POLICY * 5, TAIL * 3),
    ],
)
def test_the_policy_is_where_the_sentences_are(head: str, policy: list[str], tail: str) -> None:
    text = TokenizedText(flat(head, policy, tail))
    part = PolicyPart(text)
    whole = TokenizedText(flat("", policy, "")).tokens
    before = len(TokenizedText(head).tokens)
    after = len(text.tokens) - len(TokenizedText(tail).tokens)
    assert part.is_known
    # A name at the start of the first sentence and the last words of the last one may be missing. The first
    # words of the menu ("Sign up for our …") may be in it.
    assert before <= part.start <= before + 3
    assert after - 3 <= part.end <= after + 8
    assert not part.is_foreign(whole)
    if head:
        assert part.is_foreign(text.tokens[:before])


def test_the_last_sentence_is_whole() -> None:
    text = TokenizedText(flat("", POLICY, "Lamps Shades"))
    assert PolicyPart(text).sentence_end == len(text.tokens) - 2


def test_a_short_text_is_not_known() -> None:
    short, enough = "We sell it. " * (LEAST_WORDS // 3), "We sell it. " * (LEAST_WORDS // 3 + 1)
    assert not PolicyPart(TokenizedText(short)).is_known
    assert PolicyPart(TokenizedText(enough)).is_known
    assert not PolicyPart(TokenizedText("")).is_known


def test_words_in_a_row_without_a_frequent_word_are_counted() -> None:
    text = TokenizedText(flat("", [*POLICY, "Lamps Shades Oak Brass Paper Workshop"], ""))
    part = policy_part(text)
    size = len(text.tokens)
    assert part.rare_words(size - 6, size) == 6
    assert part.rare_words(size - 6, size - 4) == 2
    assert part.rare_words(0, size - 6) < 6
    assert part.rare_words(3, 3) == 0
    assert part.has_frequent(["Lamps", "The"])
    assert not part.has_frequent(["Lamps", "Shades"])


def test_the_run_around_a_range_ends_at_breaks() -> None:
    tokens = TokenizedText("We sell. Lamps Shades Oak Brass, Paper").tokens
    assert run_around(tokens, 5, 6) == (3, 7)
    assert run_around(tokens, 8, 8) == (8, 9)
    assert run_around(tokens, 0, 1) == (0, 2)


def test_a_run_ends_at_commas_stops_and_long_numbers() -> None:
    line = "Lamps Shades Oak | Brass, Paper Workshop. 12 Mill Street 9721 Cart Sale shop.example Help"
    text = TokenizedText("\n".join([*POLICY, line]))
    first = text.starts[-1]
    runs = policy_part(text).foreign_runs(first, len(text.tokens), 2)
    assert [" ".join(text.tokens[start:end]) for start, end in runs] == [
        "Lamps Shades Oak Brass",
        "Paper Workshop",
        "12 Mill Street",
        "Cart Sale shop . example Help",
    ]


@pytest.mark.parametrize(
    ("text", "expected"), [("sell.", True), ("sell. We", True), ("shop.example", False), ("sell?", True)]
)
def test_a_stop_within_a_name_ends_no_sentence(text: str, expected: bool) -> None:
    assert ends_sentence(TokenizedText(text).tokens, 1) is expected


@given(st.lists(st.booleans(), max_size=12), st.integers(0, 20))
def test_the_heaviest_range_has_the_greatest_sum(frequent: list[bool], cost: int) -> None:
    def total(start: int, end: int) -> int:
        return sum(20 * is_frequent - cost for is_frequent in frequent[start:end])

    places = range(len(frequent) + 1)
    start, end = _heaviest((at for at, is_frequent in enumerate(frequent) if is_frequent), 20, cost)
    assert total(start, end) == max(total(one, other) for one in places for other in places)
