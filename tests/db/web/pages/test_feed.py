"""The feed of changes: valid Atom, the diff inside, ids that stay."""

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from db.database import open_archive
from db.export import atom
from db.export.evidence import ExportFilter
from db.web.pages.feed import FeedPages
from tests.db.web.conftest import Ask
from tests.support.citations import CITING
from tests.support.shop import Shop
from tests.support.web import three_shops

ATOM = "{http://www.w3.org/2005/Atom}"
WHOLE = "/some+shops/-/changes.atom"
ALPHA = "/some+shops/-/policies/alpha.example/changes.atom"


def read(ask: Ask, path: str = WHOLE) -> Any:
    answer = ask(path)
    assert answer.status_code == 200
    feed = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["content-type"]})
    assert not feed.bozo
    assert feed.version == "atom10"
    return feed


def test_changes_newest_first_with_what_is_known_of_their_time(ask_told: Ask) -> None:
    feed = read(ask_told)
    assert [(entry.title, entry.updated) for entry in feed.entries] == [
        (
            "Alpha & Sons: changed between 2013-06-01 and 2014-06-01 (+0 −13 words)",
            "2014-06-01T00:00:00+00:00",
        ),
        (
            "Alpha & Sons: changed between 2012-12-01 and 2013-06-01 (+8 −0 words)",
            "2013-06-01T00:00:00+00:00",
        ),
        (
            "Alpha & Sons: changed between 2011-01-01 and 2012-03-01 (+5 −0 words)",
            "2012-03-01T00:00:00+00:00",
        ),
    ]
    assert feed.feed.updated == "2014-06-01T00:00:00+00:00"
    assert feed.entries[2].link == "http://localhost/some+shops/-/policies/alpha.example/compare?old=1&new=2"
    assert feed.entries[2].content[0].value.split("\n") == [
        "<p>It changed between 2011-01-01T00:00:00Z, the last capture that shows the old text,"
        " and 2012-03-01T00:00:00Z,"
        " the first that shows the new one.</p>",
        "<h4>Privacy</h4>",
        "<p>We <ins>do not sell it, and</ins> keep it safe.</p>",
        '<p><a href="https://web.archive.org/web/20110101000000/http://alpha.example/privacy">'
        "Capture of 2011-01-01</a> · "
        '<a href="https://web.archive.org/web/20120301000000/http://alpha.example/privacy">'
        "Capture of 2012-03-01</a></p>",
    ]


@pytest.mark.parametrize("path", [WHOLE, ALPHA, "/some+shops/-/policies/gamma.example/changes.atom"])
def test_the_rules_of_atom(ask_told: Ask, path: str) -> None:
    """What RFC 4287 demands (4.1.1, 4.1.2, 4.2.7) of a feed and its entries."""
    answer = ask_told(path)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.content)
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|\+00:00)", str(element.findtext(f"{ATOM}updated"))
        )
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", str(element.findtext(f"{ATOM}id")))
        alternates = [
            link for link in element.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"
        ]
        assert len(alternates) == 1
        assert all(
            link.get("href", "").startswith("http://localhost/") for link in element.findall(f"{ATOM}link")
        )
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "policytrail"
    (self,) = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert self.get("href") == f"http://localhost{path}"
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))


def test_of_a_retailer_and_of_one_without_changes(ask_told: Ask) -> None:
    assert len(read(ask_told, ALPHA).entries) == 3
    nothing = read(ask_told, "/some+shops/-/policies/gamma.example/changes.atom")
    assert (nothing.entries, nothing.feed.updated) == ([], "1970-01-01T00:00:00+00:00")
    assert ask_told("/some+shops/-/policies/nobody.example/changes.atom").status_code == 404


def test_an_older_capture_renumbers_the_versions_and_leaves_the_ids(
    told: Path, serve: Callable[..., Ask]
) -> None:
    before = {entry.updated: entry.id for entry in read(serve(told)).entries}
    copy = Path(shutil.copy(told, told.with_name("moved elsewhere.db")))
    db = open_archive(copy)
    shop = Shop(db, "alpha.example")
    shop.observe("20050101000000", "# Privacy\n\nWe know nothing at all of anybody who comes here.")
    shop.derive()
    db.close()
    after = {
        entry.updated: entry.id for entry in read(serve(copy), "/moved+elsewhere/-/changes.atom").entries
    }
    assert len(after) == 4
    assert {updated: id_ for updated, id_ in after.items() if updated in before} == before


def test_a_wording_that_goes_and_comes_has_an_id_for_each_time(
    tmp_path: Path, serve: Callable[..., Ask]
) -> None:
    path = tmp_path / "archive.db"
    db = open_archive(path, create=True)
    shop = Shop(db)
    for year in range(2000, 2024):
        shop.observe(f"{year}0101000000", three_shops.FIRST if year // 4 % 2 else three_shops.SOLD)
        shop.observe(f"{year}0701000000", three_shops.FIRST if year // 4 % 2 else three_shops.SOLD)
    shop.derive()
    db.close()
    ids = [entry.id for entry in read(serve(path), "/archive/-/changes.atom").entries]
    assert len(ids) == 5
    assert len(set(ids)) == 5


def test_long_feeds_come_in_pages(ask_told: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.web.pages.feed.LATEST", 2)
    first = read(ask_told)
    (following,) = [link.href for link in first.feed.links if link.rel == "next"]
    assert following == f"http://localhost{WHOLE}?page=2"
    second = read(ask_told, following.removeprefix("http://localhost"))
    assert [len(first.entries), len(second.entries)] == [2, 1]
    assert [link.rel for link in second.feed.links if link.rel == "next"] == []
    assert ask_told(f"{WHOLE}?page=3").status_code == 404


def test_words_of_very_long_texts_are_left_out(ask_told: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.news.entries.SHOWN", 10)
    content = read(ask_told).entries[2].content[0].value
    assert "<p>The texts are too long to show the words here.</p>" in content
    assert "<ins>" not in content


def test_a_reader_that_has_it_is_told_so(ask_told: Ask) -> None:
    etag = ask_told(WHOLE).headers["etag"]
    again = ask_told(WHOLE, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert ask_told(ALPHA, headers={"if-none-match": etag}).status_code == 200


def test_hostile_words_stay_words(told: Path, serve: Callable[..., Ask]) -> None:
    trick = (
        "<script>alert(1)</script> <img src=x onerror=alert(1)> ]]> &lt;b&gt; \x01\ufffe javascript:alert(1)"
    )
    connection = sqlite3.connect(told)
    connection.execute("update retailers set name = ? where domain = 'alpha.example'", [f"</title>{trick}"])
    connection.execute(
        "update texts set markdown = markdown || ? where markdown like '%cookies%'",
        [f"\n\n{trick}\n\n## {trick}"],
    )
    connection.commit()
    connection.close()
    feed = read(serve(told))
    assert feed.entries[0].title.startswith("</title><script>")
    raw = ET.fromstring(serve(told)(WHOLE).content)
    for element in raw.iter(f"{ATOM}entry"):
        html = str(element.findtext(f"{ATOM}content"))
        assert set(re.findall(r"<(/?\w+)", html)) <= {
            "p",
            "/p",
            "h4",
            "/h4",
            "ins",
            "/ins",
            "del",
            "/del",
            "a",
            "/a",
        }


@pytest.mark.parametrize(("path", "domains"), [(WHOLE, ()), (ALPHA, ("alpha.example",))])
def test_the_file_of_an_export_is_the_feed(
    ask_told: Ask, told: Path, tmp_path: Path, path: str, domains: tuple[str, ...]
) -> None:
    feed, out = ask_told(path).content, tmp_path / "feed.atom"
    wanted = ExportFilter(domains, base_url="http://localhost/")
    with closing(open_archive(told)) as db:
        atom.export(db, out, wanted, CITING, lambda _: None)
    of_pages = re.compile(rb'<link [^>]*rel="(?:first|last)"[^>]*/>')  # a file has no other pages
    assert len(of_pages.findall(feed)) == 2
    assert out.read_bytes() == of_pages.sub(b"", feed)


@pytest.mark.parametrize(
    ("total", "number", "last", "size", "offset"),
    [(0, 1, 1, 30, 0), (30, 1, 1, 30, 0), (31, 2, 2, 10, 30), (40, 2, 2, 10, 30), (41, 3, 3, 10, 40)],
)
def test_older_pages_are_shorter(total: int, number: int, last: int, size: int, offset: int) -> None:
    pages = FeedPages(total, number)
    assert (pages.last, pages.size, pages.offset) == (last, size, offset)


def test_all_changes_are_on_one_page_each() -> None:
    pages = [FeedPages(77, number) for number in range(1, FeedPages(77, 1).last + 1)]
    shown = [place for page in pages for place in range(page.offset, page.offset + page.size)]
    assert shown[:77] == list(range(77)) and len(shown) < 77 + 10
