import pytest

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
