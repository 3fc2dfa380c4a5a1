import pytest

from db.query.search import without_markdown


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("**Special \x02notice\x03** for *you*", "Special «notice» for you"),
        ("a snake_case \x02word\x03, and __bold__ \\*", "a snake_case «word», and bold *"),
        ("## \x02Cookies\x03\n\n* [one](https://a.example/x) |", "«Cookies» one"),
        ("[\x02Do not sell\x03 it](https://a.example/\x02do-not-sell\x03) or", "«Do not sell» it or"),
        ("[cut](https://a.example/", "cut"),
        ("", ""),
    ],
)
def test_awithout_markdown_has_no_markdown(markdown: str, shown: str):
    assert without_markdown(markdown, ("«", "»")) == shown
