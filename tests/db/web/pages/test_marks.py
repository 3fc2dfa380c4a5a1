"""Marks of changes on the pages, in facets, and in the query about announced and silent changes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import httpx
import pytest

from db.database import open_archive, transaction
from tests.support.shop import Shop
from tests.support.web.read_page import document, one, words

Ask = Callable[..., httpx.Response]
SHOP = "/archive/-/policies/shop.example"
POLICY = "# Privacy\n\n" + "\n\n".join(f"We keep item {number} for {number} days." for number in range(30))
LOST = "one capture lost 98% of the words, and they came back"
MARKED = tuple(f"<p>{mark}: " for mark in ("Announced", "Ahead", "Silent", "False", "Suspect"))
BACK = "undoes the change before; brings back what one capture had lost"


def observe(
    shop: Shop, timestamp: str, markdown: str, stated_date: str | None, completeness: float = 1
) -> None:
    capture = shop.observe(timestamp, markdown)
    with transaction(shop.db):
        shop.db.execute(
            """update texts set stated_date = ?, completeness = ?
            where id = (select text_id from captures where id = ?)""",
            [stated_date, completeness, capture],
        )


@pytest.fixture
def ask(tmp_path: Path, serve: Callable[..., Ask]) -> Ask:
    """A shop with changes of all kinds of dates, two of them suspect, and one with a silent change."""
    db = open_archive(tmp_path / "archive.db", create=True)
    shop, other = Shop(db), Shop(db, "other.example")
    observe(shop, "20110601000000", POLICY, "2011-01-01")
    for year, date in ((2012, "2012-06-01"), (2013, "2013-12"), (2014, "2013-12"), (2015, "2010-01-01")):
        observe(shop, f"{year}0601000000", f"{POLICY}\n\nVersion {year}.", date)
    observe(shop, "20160601000000", "# Privacy\n\nWe keep item 1.", None)
    observe(shop, "20170601000000", f"{POLICY}\n\nVersion 2015.", "2010-01-01")
    for year, completeness in ((2011, 0.8), (2012, 1), (2013, 1)):
        observe(other, f"{year}0601000000", f"{POLICY}\n\nEdition {year}.", "2011-01-01", completeness)
    for one_shop in (shop, other):
        one_shop.derive()
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    return serve(tmp_path / "archive.db")


def test_the_retailers_page_shows_the_marks(ask: Ask) -> None:
    page = document(ask(SHOP))
    rows = page.xpath("//table[@class='version-table']/tbody/tr[@id]")
    assert [words(one(row, "./td[@class='marks']")) for row in rows] == [
        "came back suspect",
        "suspect",
        "false: the policy states 2010-01-01 (before: 2013-12)",
        "silent: the policy still states 2013-12",
        "ahead: the policy states 2013-12 (before: 2012-06-01)",
        "announced: the policy states 2012-06-01 (before: 2011-01-01)",
        "",
    ]
    assert [words(line) for line in page.xpath("//tr[@class='more']//p[@class='suspect']")] == [
        f"Suspect: {BACK}.",
        f"Suspect: {LOST}.",
    ]
    explained = {words(mark) for mark in page.xpath("//dl[@class='marks-legend']//dt")}
    assert explained == {"announced", "ahead", "silent", "false", "suspect", "came back"}


def test_the_drawn_timeline_shows_what_is_suspect(ask: Ask) -> None:
    page = document(ask(SHOP))
    assert [words(title) for title in page.xpath("//figure//*[contains(@class, 'suspect')]/title")] == [
        "Changed to version 6 between 2015-06-01 and 2016-06-01: +1 −209 words",
        "Changed to version 5 between 2016-06-01 and 2017-06-01: +209 −1 words",
        f"Changed to version 6 between 2015-06-01 and 2016-06-01 (suspect: {LOST})",
        f"Changed to version 5 between 2016-06-01 and 2017-06-01 (suspect: {BACK})",
    ]
    (held,) = page.xpath("//figure//a[rect[contains(@class, 'held') and contains(@class, 'suspect')]]")
    assert held.get("aria-label") == "Version 6, seen from 2016-06-01 to 2016-06-01, suspect"
    assert words(one(held, "./title")) == f"Version 6: 2016-06-01 to 2016-06-01 (suspect: {LOST})"
    legend = "suspect: the capture may be at fault, not the policy"
    assert [legend in words(span) for span in page.xpath("//figcaption/span")].count(True) == 1


def test_what_is_not_suspect_has_no_such_word(ask: Ask) -> None:
    page = document(ask("/archive/-/policies/other.example/3"))
    assert words(one(page, "//div[@class='provenance']/p[@class='note']")) == (
        "Silent: the policy still states 2011-01-01."
    )
    assert page.xpath("//p[@class='suspect']") == []


def test_the_page_of_a_version_shows_the_marks(ask: Ask) -> None:
    page = document(ask(f"{SHOP}/6"))
    assert words(one(page, "//p[@class='suspect']")) == f"Suspect: {LOST}."
    first = document(ask("/archive/-/policies/other.example/1"))
    assert words(one(first, "//p[@class='suspect']")) == "Suspect: the text may be incomplete (80%)."


def test_home_marks_suspect_changes(ask: Ask) -> None:
    latest = document(ask("/")).xpath("//ul[@class='changes']/li")
    assert [
        words(one(item, "./*[@class='when']")) for item in latest if item.xpath(".//*[@class='badge']")
    ] == [
        "between 2016-06-01 and 2017-06-01",
        "between 2015-06-01 and 2016-06-01",
        "between 2011-06-01 and 2012-06-01",
    ]


def counts(ask: Ask, **parameters: str) -> list[tuple[Any, ...]]:
    rows = ask("/archive/announced_or_silent.json", params={"_shape": "array", **parameters}).json()
    return [tuple(row.values()) for row in rows]


def test_announced_or_silent(ask: Ask) -> None:
    shop, other = ("shop.example", 6, 1, 1, 1, 1, 0, 2, 0.25), ("other.example", 2, 0, 0, 1, 0, 0, 1, 1.0)
    assert counts(ask) == [shop, other]
    assert counts(ask, retailer="other.example") == [other]
    assert counts(ask, retailer="nobody.example") == []
    assert counts(ask, by="year") == [
        ("2012", 2, 1, 0, 0, 0, 0, 1, 0.0),
        ("2013", 2, 0, 1, 1, 0, 0, 0, 0.5),
        ("2014", 1, 0, 0, 1, 0, 0, 0, 1.0),
        ("2015", 1, 0, 0, 0, 1, 0, 0, 0.0),
        ("2016", 1, 0, 0, 0, 0, 0, 1, None),
        ("2017", 1, 0, 0, 0, 0, 0, 1, None),
    ]


@pytest.mark.parametrize("table", ["change_log", "changes"])
def test_changes_have_a_facet_and_a_filter(ask: Ask, table: str) -> None:
    found = ask(f"/archive/{table}.json?_shape=objects&kind=wording").json()
    assert {value["value"]: value["count"] for value in found["facet_results"]["announced"]["results"]} == {
        "silent": 3,
        "undated": 2,
        "announced": 1,
        "ahead": 1,
        "false": 1,
    }
    rows = ask(f"/archive/{table}.json?_shape=array&announced=false").json()
    assert [(row["stated_before"], row["stated_date"], row["suspect"]) for row in rows] == [
        ("2013-12", "2010-01-01", None)
    ]
    rows = ask(f"/archive/{table}.json?_shape=array&suspect__notnull=1").json()
    assert sorted(row["suspect"] for row in rows) == [LOST, "the old text may be incomplete (80%)", BACK]


def test_the_timeline_view_has_what_is_suspect(ask: Ask) -> None:
    rows = ask("/archive/timeline.json?_shape=array&suspect__notnull=1").json()
    assert [(row["retailer"], row["version"], row["suspect"]) for row in rows] == [
        ("other.example", 1, "the text may be incomplete (80%)"),
        ("shop.example", 6, LOST),
    ]


def test_the_feed_has_the_marks(ask: Ask) -> None:
    entries = feedparser.parse(ask("/archive/-/policies/shop.example/changes.atom").content).entries
    lines = [entry.content[0].value.split("\n")[1:3] for entry in entries]
    assert [[line for line in of if line.startswith(MARKED)] for of in lines] == [
        [f"<p>Suspect: {BACK}.</p>"],
        [f"<p>Suspect: {LOST}.</p>"],
        ["<p>False: the policy states 2010-01-01 (before: 2013-12).</p>"],
        ["<p>Silent: the policy still states 2013-12.</p>"],
        ["<p>Ahead: the policy states 2013-12 (before: 2012-06-01).</p>"],
        ["<p>Announced: the policy states 2012-06-01 (before: 2011-01-01).</p>"],
    ]
