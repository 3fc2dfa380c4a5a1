import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.history.comparison.tokenized import TokenizedText

TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=8).map("\n".join)


def test_a_text_is_read_by_block_and_token() -> None:
    text = TokenizedText("# Title\n\n## We sell\n\n  * your **data**, [always](http://a.example/b).\n")
    assert text.title == ("Title",)
    assert text.blocks == ["We sell", "your data, always."]
    assert text.starts == [0, 2]
    assert text.tokens == ("We", "sell", "your", "data", ",", "always", ".")
    assert text.pieces(1, 4) == [("sell",), ("your", "data")]
    assert text.blocks_text(1, 3) == "We sell\nyour data, always."
    assert text.whole_blocks(3, 4) == ("your", "data", ",", "always", ".")
    assert text.readable(2, 7) == "your data, always."
    assert (text.is_heading(("We", "sell")), text.is_heading(("Title",)), text.is_heading(("your",))) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Search Home", "SearchHome"),  # markup lost a space
        ("policy. Next", "policy.Next"),
        ("the customer's", "the customerâ€™s"),
        ("said “no”", "said â€œnoâ€\x9d"),
        ("[ask us](http://a.example)", "[ask us][ask]\n[ask]: http://a.example"),
        ("see http://a.example/b now", "see <http://a.example/b> now"),
    ],
)
def test_what_a_page_lost_in_setting_is_no_token(one: str, other: str) -> None:
    assert TokenizedText(one).tokens == TokenizedText(other).tokens


@pytest.mark.parametrize(
    ("one", "other"), [("web site", "website"), ("10 days", "100 days"), ("We sell", "we sell"), ("5%", "5")]
)
def test_any_other_word_is_another_token(one: str, other: str) -> None:
    assert TokenizedText(one).tokens != TokenizedText(other).tokens


@given(TEXTS)
def test_wrapping_and_order_of_reading(markdown: str) -> None:
    text = TokenizedText(markdown)
    assert TokenizedText(markdown.replace("\n", "\n\n")).tokens == text.tokens
    assert [t for piece in text.pieces(0, len(text.tokens)) for t in piece] == list(text.tokens)
    assert all(
        text.bounds(text.block_at(index))[0] <= index < text.bounds(text.block_at(index))[1]
        for index in range(len(text.tokens))
    )


def test_a_list_goes_on() -> None:
    text = TokenizedText("Shop\n  * Men\n  * Women\nWe sell.\n  1. Data")
    assert [text.is_items(start, start + 1) for start in (1, 2, 3)] == [False, True, False]


@pytest.mark.parametrize(
    ("line", "stated", "changed", "expected"),
    [
        ("Stand: 25. Mai 2018", "2018-05-25", "25", True),
        ("Stand: 25. Mai 2018", "2018-05-25", "Mai", True),
        ("Stand: 25. Mai 2018", "2018-05-25", "2018", True),
        ("Stand: Mai 2018", "2018-05", "Mai", True),
        ("Dernière mise à jour : 01.05.2018", "2018-05-01", "01", True),
        ("Stand: 25. Mai 2018", None, "Mai", False),  # no English words, and no date is known
        ("Last updated May 25, 2018", None, "Last updated May 25 , 2018", True),
        ("Preise bis 25. Mai 2019", "2018-05-25", "Mai", False),  # another year
        ("© 2018 Quillfern", "2018-05", "2018", False),
        ("Lampen und Schirme ab heute 25. Mai 2018", "2018-05-25", "Lampen und Schirme", False),
    ],
)
def test_a_date_is_known_in_any_language(line: str, stated: str | None, changed: str, expected: bool) -> None:
    text = TokenizedText(f"Wir sagen es.\n{line}\nWir sagen es.", stated)
    words = tuple(changed.split())
    start = next(n for n in range(len(text.tokens)) if text.tokens[n : n + len(words)] == words)
    assert text.states_date(start, start + len(words)) is expected


def test_an_empty_text_states_no_date() -> None:
    assert not TokenizedText("", "2018-05-25").states_date(0, 0)
