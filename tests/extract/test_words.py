import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract import words


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("We keep orders for 7 years.", 6),
        ("ваши данные", 2),
        ("개인정보를 수집합니다.", 2),
        ("个人信息", 2),
        ("個人情報を収集します。", 5),
        ("นโยบายความเป็นส่วนตัว", 6),
        ("ข้อมูล ID ของท่าน", 5),
        ("使用 Cookie 来", 3),
    ],
)
def test_words_are_counted_in_scripts_with_and_without_spaces(text, number):
    assert words.count(text) == number


_TEXTS = st.text(
    st.one_of(st.sampled_from("ab1_ -.,’“é²½٣\u00a0\u200b\n"), st.characters(max_codepoint=0x6FF))
)


@given(_TEXTS)
def test_words_of_spaced_scripts_are_counted_as_an_expression_finds_them(text):
    assert words.count(text) == len(re.findall(r"\w+", text))


@given(_TEXTS)
def test_words_of_letters_are_those_that_an_expression_finds(text):
    assert words.of_letters(text) == re.findall(r"[^\W\d_]+", text)


@given(_TEXTS)
def test_a_clean_text_is_visible_and_has_single_spaces(text):
    assert words.clean(text) == " ".join(words.visible(text).split())
