import pytest

from extract.content.blocks import read_blocks, sentence_case
from extract.html import page


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("we collect your name", 1.0),
        ("Home Shop About Us", 0.0),
        ("We collect your Name", 0.5),
        ("WE COLLECT YOUR NAME", 1.0),
        ("我们使用 Cookie 处理您的个人信息，例如 IP 地址。", 1.0),
        ("نعالج بياناتك الشخصية مثل عنوان IP بموافقتك", 1.0),
        ("2015 - 2020", 1.0),
    ],
)
def test_share_of_words_in_lower_case(text: str, share: float) -> None:
    assert sentence_case(text) == share


def test_a_chinese_sentence_with_latin_words_is_prose() -> None:
    source = "<p>我们使用 Cookie 并在您同意的情况下处理您的个人信息，例如 IP 地址。</p>"
    parsed = page.parse(f"<html><body>{source}</body></html>", "http://shop.example/")
    assert [block.prose for block in read_blocks(parsed.root).blocks] == [True]
