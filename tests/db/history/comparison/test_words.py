import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.tokens import letters, tokens_of
from db.history.comparison.words import Paragraph, Words, gap, join, split

TEXT = """# Privacy

Home

## What we keep

  * Your name, and e-mail.
  1. SearchHome

我们保留3年(数据)。
"""


def test_words_consist_of_whole_tokens() -> None:
    words = Words(TokenizedText(TEXT))
    assert words.words[:9] == ["Home", "What", "we", "keep", "Your", "name,", "and", "e-mail.", "SearchHome"]
    assert [words.token(word) for word in range(9)] == [0, 1, 2, 3, 4, 5, 7, 8, 12]
    assert words.words[9:] == ["我", "们", "保", "留", "3", "年(", "数", "据)。"]
    assert len(words) == 17
    assert [words.at(token) for token in (0, 5, 6, 12, 13, 14, 99)] == [0, 5, 5, 8, 8, 9, 17]
    assert [words.begins_at(token) for token in (5, 6, 13, len(words.text.tokens))] == [
        True,
        False,
        False,
        True,
    ]
    assert [words.token(word) for word in (5, 17)] == [5, len(words.text.tokens)]


def test_paragraphs_have_their_mark_and_section() -> None:
    words = Words(TokenizedText(TEXT))
    assert words.paragraphs == [
        Paragraph(0, 1, "", "Privacy"),
        Paragraph(1, 4, "##", "Privacy"),
        Paragraph(4, 8, "*", "What we keep"),
        Paragraph(8, 9, "1.", "What we keep"),
        Paragraph(9, 17, "", "What we keep"),
    ]
    assert [words.paragraph_at(word) for word in (0, 1, 8, 16)] == [0, 1, 3, 4]
    assert [words.section_at(word) for word in (0, 17)] == ["Privacy", "What we keep"]
    assert words.passage(5, 11) == "name, and e-mail. SearchHome我们"
    assert [words.are_paragraphs(*span) for span in ((4, 8), (4, 9), (4, 7), (5, 8), (4, 4), (9, 17))] == [
        True,
        True,
        False,
        False,
        False,
        True,
    ]


def test_a_text_without_words() -> None:
    words = Words(TokenizedText("# Privacy"))
    assert (len(words), words.paragraphs, words.section_at(0), words.at(0)) == (0, [], "Privacy", 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" - ", ["-"]),
        ("don't «sell» 25.05.2018", ["don't", "«sell»", "25.05.2018"]),
        ("個人情報「データ」を", ["個", "人", "情", "報「", "デ", "ー", "タ」", "を"]),
        ("「データ」", ["「デ", "ー", "タ」"]),
        ("ข้อมูล", ["ข้", "อ", "มู", "ล"]),  # vowel and tone signs belong to their letter
        ("用cookies吗", ["用", "cookies", "吗"]),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert split(text) == words


def test_words_as_text() -> None:
    assert join(["We", "keep", "数", "据。", "and", "more"]) == "We keep数据。and more"
    pairs = (
        ("", "a"),
        ("a", "b"),
        ("数", "据"),
        ("据。", "b"),
        ("a.", "据"),
        ("a", "「据」"),
        ("-", "据"),
        ("据", "-"),
    )
    assert [gap(*pair) for pair in pairs] == ["", " ", "", "", "", " ", " ", " "]


@given(st.text("ab 3.-(_数据「」。ขู้|"))
def test_joined_words_are_the_same_words(text: str) -> None:
    words = split(text)
    assert split(join(words)) == words


@given(st.text("ab \n#*1.[]()_|->\\数「ข้'"))
def test_the_words_have_all_signs_of_the_tokens(text: str) -> None:
    words = Words(TokenizedText(text))
    assert "".join(words.words) == "".join(words.text.tokens)
    assert all(
        "".join(words.text.tokens[words.token(n) : words.token(n + 1)]) == word
        for n, word in enumerate(words.words)
    )


SIGNS = st.text(st.sampled_from("aB1_ .,'é’А我ก\u00a0½"), max_size=20)


@given(SIGNS)
def test_each_word_begins_where_the_tokens_of_the_words_before_it_end(text: str) -> None:
    words = Words(TokenizedText(text))
    sizes = [len(tokens_of(word)) for word in words.words]
    starts = [sum(sizes[:number]) for number in range(len(sizes) + 1)]
    assert [words.token(number) for number in range(len(sizes) + 1)] == starts
    assert [n for n in range(len(words.text.tokens) + 1) if words.begins_at(n)] == sorted(set(starts))
    assert [words.at(start) for start in starts] == list(range(len(starts)))


@given(SIGNS)
def test_letters_are_what_no_expression_for_signs_matches(text: str) -> None:
    assert letters(text) == re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


@given(st.text(alphabet="a1 \xa0\u0301é²™", max_size=12))
def test_letters_are_those_of_the_normal_form(text: str):
    normal = unicodedata.normalize("NFKC", text).lower()
    assert letters(text) == "".join(sign for sign in normal if re.fullmatch(r"[^\W_]", sign))
