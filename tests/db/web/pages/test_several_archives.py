"""Several archives on one server: listed on the first page, and apart from each other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from db.database import open_archive
from tests.db.web.conftest import Ask
from tests.support.shop import Shop
from tests.support.web import three_shops
from tests.support.web.read_page import document, links, words


@pytest.fixture
def ask(tmp_path: Path, serve: Callable[..., Ask]) -> Ask:
    """A server of two archives that have a shop in common, with other texts."""
    first = three_shops.write(tmp_path / "first.db")
    db = open_archive(tmp_path / "second.db", create=True)
    shop = Shop(db, "alpha.example")
    shop.observe("20200101000000", "# Privacy\n\nWe sell zebras, and keep your name for ten years.")
    shop.derive()
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    return serve(first, tmp_path / "second.db")


def test_the_first_page_lists_them(ask: Ask) -> None:
    page = document(ask("/"))
    assert links(page, "//ul[@class='archives']") == {
        "/first/-/policies": "first",
        "/second/-/policies": "second",
    }
    assert [words(note) for note in page.xpath("//ul[@class='archives']//span[@class='note']")] == [
        "3 retailers, 5 versions, 2010-01-01 to 2014-09-01",
        "1 retailer, 1 version, 2020-01-01 to 2020-01-01",
    ]


def test_a_retailer_of_both_has_its_own_pages_in_each(ask: Ask) -> None:
    of_first, of_second = (
        words(document(ask(f"/{name}/-/policies/alpha.example/1"))) for name in ("first", "second")
    )
    assert "zebras" not in of_first
    assert "zebras" in of_second
    for name, retailers in (("first", 0), ("second", 1)):
        found = ask(f"/{name}/-/search.json?q=zebras").json()
        assert found["retailers"] == retailers


def test_the_feed_has_the_public_address(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "http://localhost/first/-/changes.atom" in ask("/first/-/changes.atom").text
    monkeypatch.setenv("POLICYTRAIL_BASE_URL", "https://policies.example/")
    feed = ask("/first/-/changes.atom").text
    assert "https://policies.example/first/-/changes.atom" in feed
    assert "localhost" not in feed
