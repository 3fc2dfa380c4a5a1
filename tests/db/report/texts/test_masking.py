"""Names, addresses and numbers are masked; everything else stays."""

import pytest

from db.report.texts import plain
from db.report.texts.masking import masked_sentences, names_of

NAMES = names_of("old-mill.example", "The Old Mill")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Old Mill's policy.", "name s policy"),
        ("The Old Mill asks you.", "name asks you"),
        ("We at Acme Trading, Inc. ask.", "we at name ask"),
        ("Write to privacy@old-mill.example or 020 7946 0018!", "write to address or 0"),
        ("See https://www.shop.example/x?y=1 for 30 days.", "see address for 0 days"),
        ("See [our site](https://a.example/).", "see our site"),
        ("Old Mill Old Mill, Oldmill oldmill asks.", "name name name name asks"),
        ("Oldmillers ask.", "oldmillers ask"),
    ],
)
def test_a_sentence_is_masked(text: str, masked: str) -> None:
    assert masked_sentences(plain.blocks(text), NAMES) == [masked]


def test_names_of_a_shop() -> None:
    assert NAMES == ["old mill", "old-mill", "old-mill.example", "oldmill", "the old mill"]
    assert names_of("t.co", None) == ["t.co"]


def test_no_name_and_no_text() -> None:
    assert masked_sentences(["We ask. You answer."], []) == ["we ask", "you answer"]
    assert masked_sentences([], NAMES) == []
