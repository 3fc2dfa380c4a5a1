"""The changed words that no finding quotes."""

import pytest

from db.findings.quoted import unquoted
from db.findings.statement import Finding
from db.history.comparison.differences import differences
from db.history.comparison.token_diff import compare
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.words import Words

OLD = "# Privacy\n\nWe keep it.\n\nLamps are here."
NEW = "# Privacy\n\nWe keep it for nine days.\n\nDoors are here."


@pytest.mark.parametrize(
    ("quotes", "expected"),
    [
        ([], 7),
        ([("", "We keep it for nine days.")], 3),
        ([("Lamps are here.", "Doors are here."), ("", "it for nine days.")], 1),
        ([("", "nine")], 6),
        ([("", "words of nowhere")], 7),
    ],
)
def test_words_without_a_quote(quotes: list[tuple[str, str]], expected: int) -> None:
    texts = TokenizedText(OLD), TokenizedText(NEW)
    words = Words(texts[0]), Words(texts[1])
    found = [Finding("date", "changed", "", *quote, "", "date/rule", 0) for quote in quotes]
    assert unquoted(*words, differences(*words, compare(*texts)), found) == expected
