import pytest

from extract.domains import has_public_suffix, registered_domain


@pytest.mark.parametrize(
    ("given", "domain"),
    [
        ("https://www.example.co.uk/privacy?x=1", "example.co.uk"),
        ("http://Shop.Example.COM:8080/", "example.com"),
        ("www.harbour.example", "harbour.example"),
        ("https://legal.harbour.example/p", "harbour.example"),
        ("harbour.example.", "harbour.example"),
        ("http://user:secret@shop.harbour.example/", "harbour.example"),
        ("http://192.168.7.1:8080/web", "192.168.7.1"),
        ("http://[2001:db8::1]/privacy", "2001:db8::1"),
        ("localhost:8000", "localhost"),
        ("co.uk", "co.uk"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("", ""),
        ("   ", ""),
        ("http://", ""),
        ("http://[broken/", ""),
        ("not a host", ""),
        ("javascript:void(0)", ""),
    ],
)
def test_registered_domain(given, domain):
    assert registered_domain(given) == domain


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("rei.com", True),
        ("www.argos.co.uk", True),
        ("bücher.de", True),
        ("co.uk", False),
        ("archive.db", False),
        ("shop.example", False),
        ("rei", False),
        ("", False),
    ],
)
def test_has_public_suffix(host, expected):
    assert has_public_suffix(host) is expected
