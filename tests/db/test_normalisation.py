import json
import re
import textwrap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.normalisation import wording, wording_key
from tests.support.paths import DOCS

LETTER = st.sampled_from("abcXYZäß")
WORD = st.tuples(LETTER, st.text("abcXYZäß09.,;:!?'\"()$%&-", max_size=6), LETTER).map("".join)
WORDS = st.lists(WORD, min_size=1, max_size=40)


PAGE = DOCS / "normalisation.md"
ROW = re.compile(r"\| (?P<what>[^|]+) \| `(?P<one>.*)` \| `(?P<other>.*)` \|")


def lines_of(section: str) -> list[Any]:
    """The lines of a table of the contract: two Markdown texts each, written as in JSON."""
    table = PAGE.read_text().partition(f"## {section}\n")[2].partition("\n## ")[0]
    rows = [row for row in table.split("\n") if row.startswith("| ")][1:]
    matches = [ROW.fullmatch(row) for row in rows]
    assert all(matches)
    return [
        pytest.param(*map(unescaped, found.group("one", "other")), id=found[0].split(" | ")[0][2:])
        for found in matches
        if found
    ]


def unescaped(cell: str) -> str:
    return str(json.loads('"' + cell.replace(r"\|", "|").replace('"', r"\"") + '"'))


@pytest.mark.parametrize(("one", "other"), lines_of("The same wording"))
def test_the_same_wording(one: str, other: str) -> None:
    assert one != other
    assert wording(one) == wording(other)
    assert wording_key(one) == wording_key(other)


@pytest.mark.parametrize(("one", "other"), lines_of("Another wording"))
def test_another_wording(one: str, other: str) -> None:
    assert wording_key(one) != wording_key(other)


def test_a_wording_is_words_with_one_space_between() -> None:
    assert wording("# Privacy\n\nWe **never**  sell [data](x).\n") == "Privacy We never sell data."
    assert wording(" \n---\n") == ""


@given(WORDS)
def test_a_wording_is_its_own_wording(words: list[str]) -> None:
    text = wording(" ".join(words))
    assert wording(text) == text


@given(WORDS, st.integers(1, 30), st.integers(1, 30))
def test_wrapping_says_nothing(words: list[str], one: int, other: int) -> None:
    text = " ".join(words)
    wrapped = [
        textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False) for width in (one, other)
    ]
    assert wording(wrapped[0]) == wording(wrapped[1]) == wording(text)


@given(
    WORDS,
    st.sampled_from(
        ["# {}", "- {}", "> {}", "**{}**", "*{}*", "[{}](http://shop.example/)", "{}\n\n---\n", "| {} |"]
    ),
)
def test_markup_says_nothing(words: list[str], markup: str) -> None:
    text = " ".join(words)
    assert wording(markup.format(text)) == wording(text)


@given(WORDS, WORD, st.data())
def test_a_word_more_is_another_wording(words: list[str], word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words)))
    assert wording_key(" ".join(words)) != wording_key(" ".join([*words[:at], word, *words[at:]]))


@given(st.text() | st.text("*_-#>[]()!\\| \n\ta1."))
def test_no_text_raises(markdown: str) -> None:
    assert len(wording_key(markdown)) == 64


@pytest.mark.parametrize(
    "line",
    ["-" * 50_000, " " * 50_000, "|-" * 25_000, "[" * 50_000, "[a](" * 12_000, "\\" * 50_001, "* " * 25_000],
)
def test_long_lines_end(line: str) -> None:
    """Lines on which a careless pattern would try every way to read them, for hours."""
    assert wording(line + "x").endswith("x")
