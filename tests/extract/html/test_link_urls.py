import pytest

from extract.html.link_urls import address, base_of, decoded_email

PAGE = "https://www.shop.example/help/privacy?lang=en"


@pytest.mark.parametrize(
    ("href", "absolute"),
    [
        ("terms.html", "https://www.shop.example/help/terms.html"),
        ("/a b", "https://www.shop.example/a%20b"),
        ("//cdn.example/x", "https://cdn.example/x"),
        (" \n/te\trms ", "https://www.shop.example/terms"),
        ("?lang=de", "https://www.shop.example/help/privacy?lang=de"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("#top", ""),
        ("", ""),
        (None, ""),
        ("javascript:void(0)", ""),
        ("data:text/html,x", ""),
        ("privacy?lang=en#cookies", ""),
        ("terms#cookies", "https://www.shop.example/help/terms#cookies"),
        ("http://[broken", ""),
        ("/x)y", "https://www.shop.example/x%29y"),
        ("/x(y)", "https://www.shop.example/x(y)"),
        ("https://web.archive.org/web/20100101000000/http://other.example/p", "http://other.example/p"),
        ("/web/20100101id_/http://other.example/p", "http://other.example/p"),
        ("https://archive.example/web/2010/http://other.example/p", "http://other.example/p"),
        (
            "https://archive.example/wayback/archive/20100101000000mp_/https://other.example/",
            "https://other.example/",
        ),
        ("https://archive.example/awa/20100101000000/http://other.example/p", "http://other.example/p"),
        ("https://archive.example/a/20100101000000/mailto:a@b.example", "mailto:a@b.example"),
        (
            "https://archive.example/noFrame/replay/20100101000000id_/http:/other.example/",
            "http://other.example/",
        ),
        (
            "https://a.example/go/2010/http://other.example/p",
            "https://a.example/go/2010/http://other.example/p",
        ),
        ("https://a.example/web/20100101000000/p.html", "https://a.example/web/20100101000000/p.html"),
        ("/cdn-cgi/l/email-protection", ""),
        ("/cdn-cgi/l/email-protection#422302206c27", "mailto:a@b.e"),
    ],
)
def test_address(href, absolute):
    assert address(PAGE, href, PAGE) == absolute


def test_base():
    assert base_of(PAGE, "https://other.example/x/") == "https://other.example/x/"
    assert base_of(PAGE, "../y/") == "https://www.shop.example/y/"
    assert base_of(PAGE, " ") == PAGE


def test_decoded_email():
    assert decoded_email("422302206c27") == "a@b.e"
    assert decoded_email("zz") == ""
    assert decoded_email("") == ""
