import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import UnknownSourceError
from crawler.webarchive.sources import KNOWN, Source, find, origin
from db.known_archives import Dialect

IA = KNOWN["web.archive.org"]


def test_the_rates_of_the_internet_archive_are_eighty_percent_of_its_limits() -> None:
    assert (IA.cdx_per_minute, IA.replay_per_minute) == (0.8 * 30, 0.8 * 600)


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_known_archive_is_found_by_its_name_and_has_limits(name: str) -> None:
    source = find(name)
    assert source.name == name
    assert source.cdx_per_minute > 0
    assert source.replay_per_minute > 0
    assert all(address.startswith("https://") for address in source.origins)


@pytest.mark.parametrize(
    ("address", "name", "cdx", "replay", "dialect"),
    [
        (
            "http://127.0.0.1:8001",
            "127.0.0.1:8001",
            "http://127.0.0.1:8001/cdx/search/cdx",
            "http://127.0.0.1:8001/web",
            "wayback",
        ),
        (
            "https://a.example/b/",
            "a.example",
            "https://a.example/b/cdx/search/cdx",
            "https://a.example/b/web",
            "wayback",
        ),
        (
            "pywb+http://a.example/shops",
            "a.example",
            "http://a.example/shops/cdx",
            "http://a.example/shops",
            "pywb",
        ),
    ],
)
def test_an_address_is_an_archive_of_that_layout(
    address: str, name: str, cdx: str, replay: str, dialect: Dialect
) -> None:
    save = replay.removesuffix("web") + "save" if dialect == "wayback" else None
    assert find(address) == Source(name, name, cdx, replay, dialect, save=save)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "archive.org",
        "ftp://archive.example",
        "http://",
        "warc+http://a.example",
        "/web",
        "127.0.0.1:8001",
        "http://[::1",
        "http://a:port",
    ],
)
def test_what_is_no_source_is_named_with_those_that_are(text: str) -> None:
    with pytest.raises(UnknownSourceError) as caught:
        find(text)
    assert str(caught.value) == (
        f"{text!r} is no known archive ({', '.join(KNOWN)}) nor an address such as http://127.0.0.1:8001"
    )


@given(st.text() | st.text().map("http://{}".format))
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        assert find(text).origins
    except UnknownSourceError:
        return


@pytest.mark.parametrize(
    ("original", "asked"),
    [
        ("http://shop.example/privacy", "http://shop.example/privacy"),
        ("http://Shop.example:80/A?b=%20&c=1,2|3", "http://Shop.example:80/A?b=%20&c=1,2|3"),
        ("http://shop.example/a b#part", "http://shop.example/a%20b"),
        ("http://shop.example/é", "http://shop.example/%C3%A9"),
        ("http://shop.example/100%", "http://shop.example/100%"),
        ("http://[junk", "http://[junk"),
    ],
)
def test_a_capture_is_asked_for_by_the_address_as_it_was_captured(original: str, asked: str) -> None:
    assert IA.memento("20140530130240", original) == f"https://web.archive.org/web/20140530130240id_/{asked}"


def test_one_origin_has_one_form() -> None:
    assert (
        origin("https://web.archive.org/web/x")
        == origin("https://WEB.archive.org:443")
        == "https://web.archive.org:443"
    )
    assert origin("http://web.archive.org/") == "http://web.archive.org:80"
    assert IA.origins == {"https://web.archive.org:443"}
