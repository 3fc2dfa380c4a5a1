import pytest

from db.history.comparison.beside_policy.notices import code_at, is_counter, is_notice, passage_around
from db.history.comparison.tokenized import TokenizedText


def pieces(markdown: str) -> list[tuple[str, ...]]:
    text = TokenizedText(markdown)
    return text.pieces(0, len(text.tokens))


@pytest.mark.parametrize(
    "block",
    [
        "Free Shipping The Official Shop Call Us Anytime 1-800-753-8558",
        "Summer Sale\n\n20% off",
        "We are closed on Monday.",
        "Our site is temporarily unavailable. We are experiencing technical difficulties.",
        "Hot: boots",
        "Wir haben geschlossen.",
        "This site uses cookies.\nAccept all",
        "We use cookies to sell you more. OK",
    ],
)
def test_a_notice(block: str) -> None:
    assert is_notice(pieces(block))


@pytest.mark.parametrize(
    "block",
    [
        "",
        "We use cookies.",  # no button: a sentence of the policy
        "Sale of data",
        "Sale of our patrons' diaries",
        "We hold a survey among those who visit us.",  # no label, and no words of a notice
        "Summer sale\nWe read your diary.",
        "Summer sale. We read your diary.",
        "Our offers are sent to your address",
        "Don't miss our sale",
        "Sale ends today: terms updated May 3, 2014",
        "Sale " * 61,
        "Hyvää joulua",  # a language without words here
    ],
)
def test_no_notice(block: str) -> None:
    assert not is_notice(pieces(block))


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("3 items", True),
        ("Visitors: 1,204", True),
        ("Cart (2)", True),
        ("You have 3 items in your cart.", True),
        ("Boots $45", True),
        ("3 items\n4 reviews", True),
        ("", False),
        ("30", False),
        ("30 days", False),
        ("Products 30 days", False),
        ("We have 42 reviews of our work.", False),  # a sentence
        ("A copy of it costs you $5.", False),
        ("We share 3 items", False),
        ("3 items\nBoots", False),
    ],
)
def test_a_counter(block: str, expected: bool) -> None:
    assert is_counter(pieces(block)) is expected


@pytest.mark.parametrize(
    ("line", "start", "expected"),
    [
        ("Reference f3a", 2, "f3a"),
        ("Reference f3a", 0, None),
        ("Session 8837462", 1, "8837462"),
        ("Article 6a", 1, None),
        ("Section 12 b", 1, None),
        ("Keep 365 days", 1, None),
    ],
)
def test_a_code(line: str, start: int, expected: str | None) -> None:
    assert code_at(TokenizedText(line), start, start + 1) == expected


def test_the_passage_around_a_range_is_its_sentence_or_line() -> None:
    text = TokenizedText("We sell. We rent data now. We lend\nCart 3")
    at = text.tokens.index("rent")
    assert text.tokens[slice(*passage_around(text, at, at + 1))] == ("We", "rent", "data", "now", ".")
    assert text.tokens[slice(*passage_around(text, at + 4, at + 4))] == ("We", "lend")
    assert passage_around(text, len(text.tokens), len(text.tokens)) == (10, 12)
    assert passage_around(TokenizedText("word " * 200), 100, 101) == (40, 161)
