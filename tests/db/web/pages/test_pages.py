"""The pages that people read: home, retailer, version, comparison, health."""

import re
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from markupsafe import Markup

from db.database import open_archive, transaction
from db.idn import to_ascii
from db.store import retailers, searches
from db.web.common.views import PageRequest
from tests.support.shop import Shop
from tests.support.web.read_page import document, links, one, words

Ask = Callable[..., httpx.Response]
Serve = Callable[..., Ask]

OLD = "# Privacy\n\n## What we collect\n\nYour name.\n\nYour address.\n\n## Contact\n\nWrite to us.\n"
NEW = OLD.replace("name.", "name and your birthday.").replace(
    "## Contact", "## Selling\n\nWe do not sell.\n\n## Contact"
)
SHOP = "/archive/-/policies/shop.example"
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A shop with two versions at two addresses, a bad and a failed capture and a gap; one without any."""
    db = open_archive(tmp_path / "archive.db", create=True)
    shop = Shop(db)
    with transaction(db):
        db.execute("update retailers set name = 'The Shop'")
    shop.observe("20100105000000", OLD)
    shop.observe("20120305000000", OLD)
    shop.observe("20120405000000", "# Not found", verdict="soft-404")
    moved = shop.add_page("https://shop.example/legal")
    shop.observe("20120605000000", NEW, page=moved)
    failed = shop.list("20120705000000", page=moved, digest="F")
    with transaction(db):
        db.execute(
            "update captures set state = 'failed', reason = 'connection reset' where id = ?", [failed.id]
        )
    shop.derive()
    Shop(db, "empty.example")
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    return tmp_path / "archive.db"


@pytest.fixture
def ask(path: Path, serve: Serve) -> Ask:
    return serve(path)


def test_home(ask: Ask):
    page = document(ask("/"))
    assert words(one(page, "//h1")) == "What did this shop promise, and when did that change?"
    assert words(one(page, "//p[@class='lead']")) == (
        "2 versions of the privacy policies of 2 retailers, from 5 captures between 2010-01-05"
        " and 2012-06-05;"
        " 1 change of wording, each between two captures."
    )
    assert one(page, "//form[@role='search']").get("action") == "/archive/-/search"
    change = one(page, "//ul[@class='changes']/li")
    assert words(change) == "The Shop between 2012-03-05 and 2012-06-05 +8 −0"
    assert links(change) == {f"{SHOP}/compare?old=1&new=2": "The Shop"}
    assert [words(row) for row in page.xpath("//table[@class='retailers']/tbody/tr")] == [
        "empty.example 0 no good capture",
        "The Shop shop.example 2",
    ]
    assert [
        (bar.get("class"), bar.get("d"))
        for bar in page.xpath("//tbody//svg/path[not(contains(@class, 'year-line'))]")
    ] == [
        ("bracket", "M724.5 6.8h83.9v2.4h-83.9z"),
        ("held odd", "M3.6 2h720.9v12h-720.9z"),
        ("held even", "M808.4 2h4v12h-4z"),
    ]
    assert document(ask("/archive/-/policies")).xpath("//h1")


def test_home_finds_retailers(ask: Ask):
    page = document(ask("/archive/-/policies?q=SHOP"))
    assert [words(row) for row in page.xpath("//tbody/tr/th")] == ["The Shop shop.example"]
    assert page.xpath("//ul[@class='changes']") == []
    assert document(ask("/archive/-/policies?q=%25")).xpath("//tbody") == []


@pytest.mark.parametrize(
    "asked", ["öko", "ÖKO", "élan ö", "MÜLLER", "müller-ökö", "xn--MLLER", "straße", "STRASSE"]
)
def test_home_finds_names_in_capitals_or_not(path: Path, serve: Serve, asked: str):
    with sqlite3.connect(path) as db:
        name = to_ascii("müller-ökö.example"), "Élan ÖKO Straße"
        db.execute("insert into retailers (domain, name) values (?, ?)", name)
        db.execute("insert into policies (retailer) select domain from retailers where name like '%lan%'")
    page = document(serve(path)("/archive/-/policies", params={"q": asked}))
    assert [words(row) for row in page.xpath("//tbody/tr/th")] == ["Élan ÖKO Straße müller-ökö.example"]


def test_home_shows_a_long_list_in_pages(path: Path, serve: Serve):
    db = open_archive(path)
    with transaction(db):
        for number in range(60):
            db.execute("insert into retailers (domain) values (?)", [f"r{number:02}.example"])
            db.execute("insert into policies (retailer) values (?)", [f"r{number:02}.example"])
    db.close()
    ask = serve(path)
    first, second = (document(ask(f"/archive/-/policies?q=example&page={number}")) for number in (1, 2))
    assert [len(page.xpath("//tbody/tr")) for page in (first, second)] == [50, 12]
    assert links(first, "//nav[@class='pager']") == {"/archive/-/policies?q=example&page=2": "Page 2 →"}
    assert links(second, "//nav[@class='pager']") == {"/archive/-/policies?q=example&page=1": "← Page 1"}
    answer = ask("/archive/-/policies?page=9")
    assert (answer.status_code, words(one(document(answer), "//main/p[1]"))) == (
        404,
        "There is no page 9; the last is 2.",
    )


def test_retailer(ask: Ask):
    page = document(ask(SHOP))
    assert words(one(page, "//h1")) == "The Shop shop.example"
    newest, oldest, title = page.xpath("//table[@class='version-table']/tbody/tr")
    assert words(oldest) == (
        "Version 1 first seen 2010-01-05 copy of 2010-01-05 stored here 2012-03-05 copy of"
        " 2012-03-05 stored here 12"
    )
    assert words(title) == "Privacy"
    assert words(newest) == (
        "Version 2 2012-03-05 and 2012-06-05 copy of 2012-06-05 stored here 2012-06-05 copy of"
        " 2012-06-05 stored here 20 +8 −0 what changed from version 1 to 2"
    )
    evidence = links(newest)
    assert evidence["https://web.archive.org/web/20120605000000/https://shop.example/legal"] == "2012-06-05"
    assert evidence["/web/20120605000000id_/https://shop.example/legal"] == "copy of 2012-06-05 stored here"
    assert [words(address) for address in page.xpath("//ul[@class='addresses']/li")] == [
        "http://shop.example/privacy shows the policy from 2010-01-05 to 2012-03-05; found by: given;"
        " captures: 2 good, 1 soft-404",
        "https://shop.example/legal shows the policy from 2012-06-05 to 2012-06-05; found by: given;"
        " captures: 1 good, 1 failed",
    ]
    assert [words(gap) for gap in page.xpath("//ul[@class='gaps']/li")] == [
        "No good capture from 2010-01-05 to 2012-03-05 (790 days; captures not listed yet)",
        "Failed, 1 capture: connection reset (2012-07-05), https://shop.example/legal",
    ]


def test_the_timeline_is_drawn_to_scale(ask: Ask):
    drawing = one(document(ask(SHOP)), "//figure/svg")
    bars = [(bar.get("class"), bar.get("x"), bar.get("width")) for bar in drawing.xpath(".//rect")]
    # 2010 to 2012 are 1096 days; the bracket has 92 of them.
    assert bars == [
        ("size", "724.5", "83.9"),
        ("gap odd", "3.6", "720.9"),
        ("bracket", "724.5", "83.9"),
        ("held odd", "3.6", "4.0"),
        ("held odd", "724.5", "4.0"),
        ("held even", "808.4", "4.0"),
    ]
    assert [path.get("d") for path in drawing.xpath(".//path[contains(@class, 'tick')]")]
    assert [
        (label.text, label.get("title")) for label in drawing.xpath(".//div[@class='address-label']")
    ] == [
        ("http://shop.example/privacy", "http://shop.example/privacy"),
        ("https://shop.example/legal", "https://shop.example/legal"),
    ]
    assert drawing.xpath(".//path[@class='law' or @class='break']") == []


@pytest.mark.parametrize(
    ("day", "moment"), [("2012-06-05", "20120605"), ("2011-02", "201102"), ("2011", "2011")]
)
def test_a_day_in_the_field_leads_to_the_address_of_that_day(ask: Ask, day: str, moment: str):
    form = one(document(ask(SHOP)), "//form[.//input[@name='day']]")
    assert form.get("action") == f"{SHOP}/at"
    answer = ask(f"{SHOP}/at", params={"day": day})
    assert (answer.status_code, answer.headers["location"]) == (302, f"{SHOP}/at/{moment}")


@pytest.mark.parametrize("day", ["", "May", "2012-13-01", "2012-02-30", '"><script>', "20120605"])
def test_what_is_no_day_stays_in_the_field(ask: Ask, day: str):
    answer = ask(f"{SHOP}/at", params={"day": day})
    page = document(answer)
    assert answer.status_code == 400
    assert (
        words(one(page, "//*[@role='alert']")) == "The day must be a date like 2018-05-25, 2018-05 or 2018."
    )
    assert one(page, "//input[@name='day']").get("value") == day
    assert len(page.xpath("//table[@class='version-table']")) == 1


def test_a_retailer_without_a_good_capture(ask: Ask):
    page = document(ask("/archive/-/policies/empty.example"))
    assert words(one(page, "//p[@class='lead']")) == "There is no good capture of this policy."
    assert words(one(page, "//ul[@class='gaps']/li")) == "No capture: nobody has looked for any yet"


def test_a_retailer_of_which_no_address_was_found(path: Path, serve: Serve):
    db = open_archive(path)
    with transaction(db):
        retailers.add_policy(db, "none.example")
        searches.record(
            db, "none.example", "web.archive.org", "path", "complete", "the archive has <i>nothing</i> of it"
        )
        db.execute("update searches set asked_at = '2026-01-02T03:04:05Z'")
    db.close()
    page = document(serve(path)("/archive/-/policies/none.example"))
    assert words(one(page, "//p[@class='lead']")) == (
        "No address of this policy was found: the archive has <i>nothing</i> of it on 2026-01-02."
    )
    assert page.xpath("//*[@id='addresses']") == []


def test_what_a_search_found_and_did_not_take(path: Path, serve: Serve):
    db = open_archive(path)
    with transaction(db):
        for kind, relation, finding in (("regional", "other", "for CA"), ("candidate", None, "<i>terms</i>")):
            of = retailers.add_policy(db, "shop.example", kind=kind)
            page = retailers.add_page(db, of, f"https://shop.example/{kind}", "cdx", waypoint=False)
            retailers.settle(db, page.id, of, relation, finding)
    db.close()
    page = document(serve(path)(SHOP))
    assert [words(row) for row in page.xpath("//section/ul[@class='addresses']/li")][2:] == [
        "https://shop.example/regional no good capture; found by: cdx; another party's document;"
        " of another region"
    ]
    assert words(one(page, "//details")) == "1 address rejected https://shop.example/candidate <i>terms</i>"


def test_version(ask: Ask):
    page = document(ask(f"{SHOP}/2"))
    assert words(one(page, "//h1")) == "The Shop: privacy policy, version 2 of 2"
    article = one(page, "//article[@class='policy']")
    assert [
        (heading.tag, heading.get("id"), heading.text)
        for heading in article.xpath("./*[starts-with(name(), 'h')]")
    ] == [
        ("h2", "part-1", "Privacy"),
        ("h3", "part-2", "What we collect"),
        ("h3", "part-3", "Selling"),
        ("h3", "part-4", "Contact"),
    ]
    assert links(page, "//nav[@class='contents']") == {
        "#part-1": "Privacy",
        "#part-2": "What we collect",
        "#part-3": "Selling",
        "#part-4": "Contact",
    }
    assert links(page, "//ul[@class='actions']") == {
        f"{SHOP}/2.md": "As Markdown",
        "/web/20120605000000id_/https://shop.example/legal": "Original capture, stored here",
        "https://web.archive.org/web/20120605000000/https://shop.example/legal": "In the Wayback Machine",
        "#cite": "Cite this",
    }
    assert words(one(page, "//section[@class='cite']/blockquote")) == (
        "The Shop (shop.example), privacy policy, changed between 2012-03-05 and 2012-06-05,"
        " last seen 2012-06-05."
        " Capture: the Wayback Machine, https://web.archive.org/web/20120605000000/https://shop.example/legal."
        f" Read with policytrail on {datetime.now(UTC):%Y-%m-%d}."
    )


def test_no_page_says_that_a_policy_changed_on_a_day(ask: Ask):
    for path in ("/", SHOP, f"{SHOP}/1", f"{SHOP}/2", f"{SHOP}/compare", "/archive/-/health"):
        assert "changed on" not in words(document(ask(path))).lower()


def test_version_as_markdown(ask: Ask):
    answer = ask(f"{SHOP}/1.md")
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    line, text = answer.text.split("\n\n", 1)
    assert line.startswith(
        "<!-- The Shop (shop.example), privacy policy, first seen 2010-01-05, last seen 2012-03-05."
    )
    assert text == OLD


@pytest.mark.parametrize(
    ("moment", "version"),
    [
        ("20120605000000", "2"),
        ("20120605", "2"),
        ("20120604235959", "1?at=20120604235959"),
        ("20120305", "1"),
        ("2011", "1?at=2011"),
        ("2013", "2?at=2013"),
        ("201203", "1?at=201203"),
        ("201206", "2?at=201206"),
        ("2009", None),
    ],
)
def test_what_is_cited_leads_to_what_held_then(ask: Ask, moment: str, version: str | None):
    answer = ask(f"{SHOP}/at/{moment}")
    if version is None:  # before the first good capture nothing is known
        assert answer.status_code == 404
    else:
        assert (answer.status_code, answer.headers["location"]) == (302, f"{SHOP}/{version}")


@pytest.mark.parametrize(
    ("address", "remark"),
    [
        (
            "1?at=20120604",
            "no capture between 2012-03-05 and 2012-06-05 is known to show the policy (1 soft-404): nothing"
            " is known of this time; shown is the version seen before.",
        ),
        (
            "1?at=2011",
            "no capture between 2010-01-05 and 2012-03-05: nothing is known of this time; shown is the"
            " version seen before and after.",
        ),
        (
            "2?at=2013",
            "no capture after 2012-06-05 is known to show the policy (1 failed): nothing is known of this"
            " time; shown is the version seen before.",
        ),
        ("2?at=20120604", None),  # another version was seen before
        ("1?at=20120305", None),  # seen
        ("1?at=1999", None),
        ("1", None),
    ],
)
def test_a_day_that_no_capture_shows_has_a_remark(ask: Ask, address: str, remark: str | None):
    shown = document(ask(f"{SHOP}/{address}")).xpath("//p[@class='unseen-time']")
    assert [words(one) for one in shown] == ([remark] if remark else [])


def test_a_month_ends_with_its_own_last_day(tmp_path: Path, serve: Serve):
    db = open_archive(tmp_path / "archive.db", create=True)
    shop = Shop(db)
    shop.observe("20180228120000", OLD)
    shop.observe("20190901120000", OLD)
    shop.derive()
    db.close()
    ask = serve(tmp_path / "archive.db")
    assert ask(f"{SHOP}/at/201802").headers["location"] == f"{SHOP}/1"
    assert not document(ask(f"{SHOP}/1?at=201802")).xpath("//p[@class='unseen-time']")
    assert ask(f"{SHOP}/at/201803").headers["location"] == f"{SHOP}/1?at=201803"


@pytest.mark.parametrize("moment", ["20120231", "201213", "20120605250000"])
def test_a_moment_that_does_not_exist_is_an_error(ask: Ask, moment: str):
    for address in (f"{SHOP}/at/{moment}", f"{SHOP}/1?at={moment}"):
        answer = ask(address)
        assert answer.status_code == 400
        assert f"{moment} is no year, month, day or moment." in answer.text


@pytest.mark.parametrize("moment", ["x", "20", "20120", "<b>", "2012060412", "२०१२"])
def test_a_moment_that_is_none_is_an_error(ask: Ask, moment: str):
    assert ask(f"{SHOP}/1?at={moment}").status_code == 400


def test_one_capture_compared_with_itself(ask: Ask):
    page = document(ask(f"{SHOP}/compare?old=1&new=1"))
    assert "Both texts are of the same capture, 2010-01-05: nothing to compare." in words(page)
    assert "differ:" not in words(page)
    assert "No word differs" not in words(page)


def test_comparison(ask: Ask):
    page = document(ask(f"{SHOP}/compare?old=1&new=2"))
    assert words(one(page, "//h1")) == "The Shop: what differs between version 1 and version 2"
    assert "The change lies between 2012-03-05 and 2012-06-05." in words(page)
    assert [words(heading) for heading in page.xpath("//div[@class='comparison inline']/h2")] == [
        "What we collect"
    ]
    first, second = page.xpath("//section[@class='change']")
    assert [words(part) for part in first.xpath(".//del | .//ins")] == [
        "and your birthday.",
    ]
    assert [words(part) for part in second.xpath(".//ins")] == ["Selling", "We do not sell."]
    assert links(first) == {"#change-2": "Next change, 2 ↓"}
    assert links(second) == {"#change-1": "Previous change, 1 ↑"}
    assert page.xpath("//script") == []


def test_each_side_of_a_comparison_is_a_capture(ask: Ask):
    page = document(ask(f"{SHOP}/compare?old=1&new=2"))
    captures = page.xpath("//dl[@class='two']//span[@class='capture']")
    assert [words(capture) for capture in captures] == [
        "Captured 2012-03-05 copy of 2012-03-05 stored here: http://shop.example/privacy",
        "Captured 2012-06-05 copy of 2012-06-05 stored here: https://shop.example/legal",
    ]
    assert list(links(page, "//dl[@class='two']//span[@class='capture']")) == [
        "https://web.archive.org/web/20120305000000/http://shop.example/privacy",
        "/web/20120305000000id_/http://shop.example/privacy",
        "https://web.archive.org/web/20120605000000/https://shop.example/legal",
        "/web/20120605000000id_/https://shop.example/legal",
    ]


def test_what_does_not_count_is_grey_with_its_reason(tmp_path: Path, serve: Serve):
    db = open_archive(tmp_path / "archive.db", create=True)
    shop = Shop(db)
    text = "# Privacy\n\nWe sell your data.\n\n{}\n\nWrite to us at any time, and we answer."
    shop.observe("20100105000000", text.format("YOUR MANY CHOICES"))
    shop.observe("20120305000000", text.format("Your many choices").replace("We sell", "We never sell"))
    shop.derive()
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    ask = serve(tmp_path / "archive.db")
    page = document(ask(f"{SHOP}/compare?old=1&new=2"))
    assert "1 difference: +1 −0 words. 1 difference not counted, in grey." in words(page)
    grey = page.xpath("//div[@class='set-aside']//span[@class='aside']")
    assert [(words(part), part.get("title")) for part in grey] == [
        ("YOUR MANY CHOICES (not counted: capitals)", "the same words, in capitals or not"),
        ("Your many choices (not counted: capitals)", "the same words, in capitals or not"),
    ]
    page = document(ask(f"{SHOP}/compare?old=1&new=2&layout=side"))
    pairs = page.xpath("//div[@class='set-aside']//div[@class='pair']")
    assert [tuple(words(side) for side in pair) for pair in pairs] == [
        ("YOUR MANY CHOICES (not counted: capitals)", "Your many choices (not counted: capitals)")
    ]


def test_versions_that_follow_each_other_twice_have_a_page_for_each_change(tmp_path: Path, serve: Serve):
    db = open_archive(tmp_path / "archive.db", create=True)
    shop = Shop(db)
    for year, text in ((2010, OLD), (2012, NEW), (2014, OLD), (2016, NEW)):
        shop.observe(f"{year}0101000000", text)
        shop.observe(f"{year}0601000000", text)
    shop.derive()
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    ask = serve(tmp_path / "archive.db")
    hrefs = document(ask(SHOP)).xpath("//table[@class='version-table']//a[span[@class='words']]/@href")
    found = [(href, _between(ask(href))) for href in hrefs]
    assert found == [
        (f"{SHOP}/compare?old=1&new=2&at=20160101000000", "between 2014-06-01 and 2016-01-01"),
        (f"{SHOP}/compare?old=2&new=1", "between 2012-06-01 and 2014-01-01"),
        (f"{SHOP}/compare?old=1&new=2", "between 2010-06-01 and 2012-01-01"),
    ]
    assert _between(ask(f"{SHOP}/compare?old=1&new=2&at=1999")) == "between 2010-06-01 and 2012-01-01"


def test_texts_that_are_too_long_are_not_compared(ask: Ask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("db.web.pages.comparison.COMPARED", 100)
    answer = ask(f"{SHOP}/compare?old=1&new=2")
    assert answer.status_code == 400
    assert "characters, too many to be compared here: run 'policytrail diff'" in words(document(answer))
    for cited in ("", ".bib", ".csl.json"):  # the addresses for citations compare the same texts
        assert ask(f"{SHOP}/compare/20100105000000/20120605000000{cited}").status_code == 400


def test_a_comparison_that_takes_too_much_processor_time_is_ended(ask: Ask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("db.web.common.views.READ_SECONDS", 0.0)
    answer = ask(f"{SHOP}/compare?old=1&new=2")
    assert answer.status_code == 503
    assert "processor time to compare: run 'policytrail diff' or 'policytrail report' with" in words(
        document(answer)
    )
    assert ask(f"{SHOP}/1").status_code == 200


def test_of_a_very_long_text_the_page_shows_the_beginning(ask: Ask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("db.web.pages.markdown_html._CHARACTERS", 20)
    (note,) = document(ask(f"{SHOP}/1")).xpath("//p[@role='note'][contains(., 'characters')]")
    assert re.fullmatch(r"The first \d+ of \d+ characters. The whole text as Markdown", words(note))
    assert note.xpath("a/@href") == [f"{SHOP}/1.md"]


def _between(answer: httpx.Response) -> str:
    (line,) = [
        words(line) for line in document(answer).xpath("//p") if words(line).startswith("The change lies ")
    ]
    return line.removeprefix("The change lies ").removesuffix(".")


def test_comparison_side_by_side(ask: Ask):
    page = document(ask(f"{SHOP}/compare?old=1&new=2&layout=side"))
    sides = [tuple(words(side) for side in pair) for pair in page.xpath("//div[@class='pair']")]
    assert sides == [
        ("Your name.", "Your name and your birthday."),
        ("", "Selling"),
        ("", "We do not sell."),
    ]


def test_a_comparison_unasked_is_of_the_latest_with_the_one_before(ask: Ask):
    assert words(one(document(ask(f"{SHOP}/compare")), "//h1")).endswith("version 1 and version 2")
    page = document(ask(f"{SHOP}/compare?old=2&new=2"))
    assert "of the same capture, 2012-06-05: nothing to compare." in words(page)


def test_the_numbers_of_health_are_those_behind_their_links(path: Path, serve: Serve):
    db = open_archive(path)
    with transaction(db):
        db.execute("insert into policies (retailer, kind) values ('shop.example', 'regional')")
        shop = Shop(db, "other.example")
        shop.list("20130101000000")
        db.execute(
            "update pages set policy_id = (select id from policies where kind = 'regional')"
            " where url = 'http://other.example/privacy'"
        )
    db.close()
    ask = serve(path)
    rows = document(ask("/archive/-/health")).xpath("//table[@class='health']/tbody/tr")
    assert len(rows) == 3
    for row in rows:
        (address,) = row.xpath("./th/a/@href")
        behind = ask(f"{address}&_shape=array".replace("?", ".json?", 1)).json()
        assert sum(one["captures"] for one in behind) == int(words(row.xpath("./td")[1]))


def test_health(ask: Ask):
    page = document(ask("/archive/-/health"))
    assert [words(row) for row in page.xpath("//table[@class='health']/tbody/tr")] == [
        "policy fetched 3",
        "not judged failed 1",
        "soft-404 fetched 1",
    ]
    assert words(one(page, "//section[@aria-labelledby='failures']//tbody/tr")) == (
        "Captures failed connection reset of 2012-07-05 1"
    )
    assert [words(row) for row in page.xpath("//table[@class='gap-table']/tbody/tr")] == [
        "empty.example 0 0 No capture: nobody has looked for any yet",
        "The Shop 3 5 No good capture from 2010-01-05 to 2012-03-05 (790 days; captures not listed yet)"
        " Failed, 1 capture: connection reset (2012-07-05), https://shop.example/legal",
    ]


def test_an_unknown_retailer_is_answered_with_links_to_similar_ones(ask: Ask):
    answer = ask("/archive/-/policies/www-shop.test")
    assert answer.status_code == 404
    page = document(answer)
    assert "status" not in words(one(page, "//p[@class='failed']"))
    assert links(page, "//p[@class='failed']") in ({}, {SHOP: "shop.example"})
    near = document(ask("/archive/-/policies/shop.test"))
    assert links(near, "//p[@class='failed']") == {SHOP: "shop.example"}
    assert words(one(near, "//p[@class='failed']")).endswith("; did you mean shop.example?")


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        (
            "/archive/-/policies/nobody.test",
            404,
            "The archive has no retailer nobody.test; it has 2 retailers.",
        ),
        (f"{SHOP}/3", 404, "The policy of shop.example has no version 3; it has 2."),
        (f"{SHOP}/1000001", 404, "The policy of shop.example has no version 1000001; it has 2."),
        (f"{SHOP}/3.md", 404, "The policy of shop.example has no version 3; it has 2."),
        (f"{SHOP}/compare?old=7", 404, "The policy of shop.example has no version 7; it has 2."),
        (f"{SHOP}/compare?old=x", 400, "Old must be a number from 1."),
        (f"{SHOP}/compare?layout=<b>", 400, "Layout must be inline or side."),
        ("/archive/-/policies/empty.example/compare", 404, "The policy of empty.example has no version yet."),
        ("/archive/-/health?page=0", 400, "Page must be a number from 1."),
        ("/other/-/policies", 404, "There is no policytrail archive called other here."),
    ],
)
def test_what_is_not_there_is_one_line(ask: Ask, address: str, status: int, sentence: str):
    answer = ask(address)
    assert answer.status_code == status
    assert words(one(document(answer), "//p[@class='failed']")).startswith(sentence)
    assert answer.headers["content-security-policy"] == CSP


def test_every_page_has_the_strict_policy_and_its_landmarks(ask: Ask):
    for path in ("/", SHOP, f"{SHOP}/1", f"{SHOP}/compare", "/archive/-/health"):
        answer = ask(path)
        assert answer.headers["content-security-policy"] == CSP
        assert answer.headers["x-content-type-options"] == "nosniff"
        page = document(answer)
        assert page.xpath("//*[@style] | //style | //script | //@*[starts-with(name(), 'on')]") == []
        assert len(page.xpath("//main[@id='main']")) == len(page.xpath("//h1")) == 1
        assert words(page.xpath("//a")[0]) == "Skip to content"
        levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3 | //h4 | //h5 | //h6")]
        assert all(after <= before + 1 for before, after in pairwise(levels))
        labelled = {label.get("for") for label in page.xpath("//label")}
        assert labelled == {field.get("id") for field in page.xpath("//input | //select")}


def test_methods(ask: Ask):
    assert ask(SHOP, method="HEAD").content == b""
    answer = ask(SHOP, method="POST")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_base_url_is_kept(path: Path, serve: Serve):
    page = document(serve(path, settings={"base_url": "/trail/"})("/archive/-/policies"))
    hrefs = page.xpath("//@href | //@action")
    assert hrefs
    assert [href for href in hrefs if not href.startswith(("/trail/", "#"))] == []


def test_several_archives_and_none(path: Path, tmp_path: Path, serve: Serve):
    other = tmp_path / "second.db"
    open_archive(other, create=True).close()
    page = document(serve(path, other)("/"))
    assert links(page, "//ul[@class='archives']") == {
        "/archive/-/policies": "archive",
        "/second/-/policies": "second",
    }
    assert words(document(serve(other)("/second/-/policies")).xpath("//main")[0]).startswith(
        "What did this shop promise"
    )
    plain = tmp_path / "plain.db"
    sqlite3.connect(plain).execute("create table t (a)")
    answer = serve(plain)("/")
    assert answer.status_code == 200
    assert "content-security-policy" not in answer.headers  # Datasette's own page, with its own scripts
    assert serve(path)("/-/index").status_code == 200


def test_an_archive_of_an_older_policytrail_is_told_of(path: Path, serve: Serve):
    db = open_archive(path)
    db.execute("drop view timeline")
    db.execute("drop table variants")
    db.conn.commit()
    db.close()
    answer = serve(path)(SHOP)
    assert (answer.status_code, words(one(document(answer), "//p[@class='failed']"))) == (
        503,
        "An older policytrail wrote this archive; open it with a policytrail command to update it.",
    )


def test_datasettes_pages_lead_to_ours(ask: Ask):
    assert '<a href="/archive/-/policies">Policies in archive</a>' in ask("/archive").text


def test_a_capture_of_an_unknown_archive_is_shown_here_alone(path: Path, serve: Serve):
    db = open_archive(path)
    with transaction(db):
        db.execute("update captures set archive = '127.0.0.1:9000'")
    db.close()
    found: dict[str, Any] = links(document(serve(path)(SHOP)), "//table[@class='version-table']")
    assert len(found) > 5
    assert [href for href in found if href.startswith("http")] == []


def test_the_words_of_a_comparison_are_rendered_in_a_thread_of_ours(
    ask_told: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads, render = [], PageRequest.part

    def part(request: PageRequest, template: str, **context: Any) -> Markup:
        threads.append(threading.current_thread().name.split("_")[0])
        return render(request, template, **context)

    monkeypatch.setattr(PageRequest, "part", part)
    page = ask_told("/some+shops/-/policies/alpha.example/compare?old=1&new=2").text
    assert threads == ["policytrail"]
    assert "<ins>do not sell it," in page
