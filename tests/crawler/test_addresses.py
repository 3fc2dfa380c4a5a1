import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.addresses import repaired, unwrapped, web_address

BASE = "http://www.shop.example/a/b"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("http:/x.example/p", "http://x.example/p"),
        ("https:///x.example/p", "https://x.example/p"),
        ("https:x.example/p", "https://x.example/p"),
        ("//x.example/p", "http://x.example/p"),
        ("///x.example/p", "http://x.example/p"),
        ("www.x.y/z", "http://www.x.y/z"),
        ("shop.example/p", "http://shop.example/p"),
        ("http%3A%2F%2Fx.example%2Fp%3Fa%3Db", "http://x.example/p?a=b"),
        ("%2F%2Fx.example%2Fp", "http://x.example/p"),
        ("http://x.example/?a=b&amp;c=d&#38;e", "http://x.example/?a=b&c=d&e"),
        ("/p", "http://www.shop.example/p"),
        ("p.html", "http://www.shop.example/a/p.html"),
        ("http:/p.html", "http://www.shop.example/p.html"),
        ("http:/privacy", "http://www.shop.example/privacy"),
        ("HTTP://X.example/p", "http://X.example/p"),
        ("?q", "http://www.shop.example/a/b?q"),
        ("mailto:a@shop.example", "mailto:a@shop.example"),
        ("javascript:x()", "javascript:x()"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_a_damaged_address_is_repaired(location: str, target: str) -> None:
    assert repaired(location, BASE) == target


@pytest.mark.parametrize(
    "text",
    [
        "http://www.shop.example/2015/sale",
        "https://shop.example/p?u=/2015/http://x",
        "https://web.archive.org/",
        "http://[",
    ],
)
def test_what_is_no_capture_stays(text: str) -> None:
    assert unwrapped(text) == text


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://shop.example/privacy", "http://shop.example/privacy"),
        ("shop.example/privacy?a=b", "http://shop.example/privacy?a=b"),
        ("www.shop.example", "http://www.shop.example"),
        ("//shop.example/privacy", "http://shop.example/privacy"),
        ("https://web.archive.org/web/2015/http://shop.example/p", "http://shop.example/p"),
        ("privacy.html", None),
        ("/privacy", None),
        ("privacy", None),
        ("ftp://shop.example/privacy", None),
        ("http://shop.example/\x1b[31m", None),
        ("http://shop.example/ a", None),
        ("", None),
    ],
)
def test_an_address_that_a_person_wrote(text: str, address: str | None) -> None:
    assert web_address(text) == address


@given(st.text(), st.sampled_from(["", BASE, "http://["]))
def test_nothing_is_raised(text: str, base: str) -> None:
    repaired(text, base)
    unwrapped(text)
    web_address(text)
    unwrapped(f"https://web.archive.org/web/2014/{text}")
