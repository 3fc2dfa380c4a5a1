import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.claims.places import paragraph_lines, place_of
from db.history.comparison.tokenized import TokenizedText


def words_at(markdown: str, words: str) -> str:
    """Return the Markdown where some words of the last paragraph stand."""
    paragraph = TokenizedText(markdown).blocks[-1]
    start = paragraph.index(words)
    span = place_of(paragraph, (start, start + len(words)), paragraph_lines(markdown)[-1])
    return markdown[slice(*span)]


@pytest.mark.parametrize(
    ("markdown", "words", "expected"),
    [
        ("We sell lamps. We keep data.", "We keep data.", "We keep data."),
        ("# Privacy\n\nHello.\n\n* We *keep* data.", "We keep data.", "We *keep* data."),
        (
            "## A\n\nSee [our shop](https://a.example/keep). We keep it.",
            "our shop. We",
            "our shop](https://a.example/keep). We",
        ),
        ("It’s “ours”, not theirs.", '"ours", not', "ours”, not"),
        ("We don’t sell.", "We don't", "We don"),
        ("1. First\n2. See [a (b)](/c_(d)) now", "a (b) now", "a (b)](/c_(d)) now"),
        ("A [link\nof two lines](/x) here", "lines here", "lines](/x) here"),
        ("a \\* b", "* b", "* b"),
    ],
)
def test_the_words_of_a_range(markdown: str, words: str, expected: str):
    assert words_at(markdown, words) == expected


def test_words_that_are_not_found_are_passed_over():
    line = paragraph_lines("Hello.\n\n½ of it")[-1]
    assert place_of("x of it", (0, 7), line) == (10, 15)
    assert place_of("x", (0, 1), line) == (8, 15)


def test_paragraphs_are_those_of_the_comparison():
    markdown = "# Title\n\n## One\n\n---\n\n* two\n[name]: /x\n| a | b |\n"
    assert len(paragraph_lines(markdown)) == len(TokenizedText(markdown).blocks)


MARKDOWN = st.lists(
    st.sampled_from(
        ["We", "sell", "**no**", "[data](/sell)", "to", "\n\n", "* ", "don’t", "_", "a\\_b", "|"]
    ),
    max_size=30,
).map(" ".join)


@given(MARKDOWN, st.data())
def test_a_range_is_in_its_line_and_has_the_words(markdown: str, data: st.DataObject):
    blocks, lines = TokenizedText(markdown).blocks, paragraph_lines(markdown)
    assert len(blocks) == len(lines)
    for block, line in zip(blocks, lines, strict=True):
        start = data.draw(st.integers(0, len(block) - 1))
        end = data.draw(st.integers(start + 1, len(block)))
        first, last = place_of(block, (start, end), line)
        assert line.start <= first < last <= line.start + len(line.markdown)
        plain = re.sub(r"[^a-z]", "", TokenizedText(markdown[first:last]).letters)
        assert set(re.findall("[a-z]{4,}", block[start:end].lower())) <= {
            *plain,
            *re.findall("[a-z]{4,}", plain),
        } or (any(word in plain for word in re.findall("[a-z]{4,}", block[start:end].lower())))
