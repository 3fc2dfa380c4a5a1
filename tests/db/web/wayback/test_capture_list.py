"""`/web/*/URL` lists the stored captures of an address."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.db.web.conftest import Ask
from tests.support.web.read_page import document, links, one, words

URL = "http://shop.example/privacy"


@pytest.mark.parametrize("star", ["*", "%2A"])
def test_the_captures_of_an_address_the_oldest_first(ask: Ask, star: str) -> None:
    page = document(ask(f"/web/{star}/{URL}"))
    assert words(one(page, "//p[@class='lead']")) == f"6 captures of {URL}. Policy of shop.example."
    rows = [[words(cell) for cell in row] for row in page.xpath("//tbody/tr")]
    assert rows[0] == ["2001-01-01 00:00:00", "200", "–", "http://shop.example:80/privacy"]
    assert [row[0][:10] for row in rows] == sorted(row[0][:10] for row in rows)
    assert len(rows) == 6


def test_each_capture_is_replayed(ask: Ask) -> None:
    for address in links(document(ask(f"/web/*/{URL}")), "//tbody"):
        assert ask(address).status_code in (200, 301, 404)  # as captured


@pytest.mark.parametrize(("digits", "dates"), [("2003", 2), ("200202", 1), ("20050505", 0), ("1999", 0)])
def test_the_first_digits_of_a_moment_choose(ask: Ask, digits: str, dates: int) -> None:
    page = document(ask(f"/web/{digits}*/{URL}"))
    assert len(page.xpath("//tbody/tr")) == dates


def test_what_is_not_stored_is_answered_as_before(ask: Ask) -> None:
    answer = ask("/web/*/http://nowhere.example/")
    assert (answer.status_code, "has not archived that URL" in answer.text) == (404, True)
    assert ask("/web/*/https://secret.example/privacy").status_code == 403


def test_a_long_list_names_the_index_of_all(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.web.wayback.capture_list.MOST", 2)
    page = document(ask(f"/web/*/{URL}"))
    assert len(page.xpath("//tbody/tr")) == 2
    (address,) = links(page, "//p[@class='note']")
    assert address == f"/cdx/search/cdx?url={quote(URL, safe='')}"
    assert len(ask(address).text.splitlines()) == 6


def test_a_page_of_two_policies_counts_once(shop: Path, serve: Callable[..., Ask]) -> None:
    with sqlite3.connect(shop) as db:
        (page,) = db.execute("select id from pages where url = 'https://www.shop.example/privacy'").fetchone()
        (policy,) = db.execute("select id from policies where retailer = 'shop-other.example'").fetchone()
        db.execute(
            "insert into pages (policy_id, url, urlkey, found_by, listing)"
            " select ?, url, urlkey, found_by, listing from pages where id = ?",
            [policy, page],
        )
        db.execute(
            """insert into captures (page_id, archive, timestamp, captured_at, original, mimetype, status,
                   digest, length, state, headers, body_id)
            select last_insert_rowid(), archive, timestamp, captured_at, original, mimetype, status, digest,
                   length, state, headers, body_id from captures where page_id = ?""",
            [page],
        )
    ask = serve(shop)
    shown = document(ask(f"/web/*/{URL}"))
    both = "Policy of shop-other.example, shop.example."
    assert words(one(shown, "//p[@class='lead']")) == f"6 captures of {URL}. {both}"
    assert len(shown.xpath("//tbody/tr")) == 6
    assert not shown.xpath("//p[@class='note']")
    assert len(ask(f"/cdx/search/cdx?url={quote(URL, safe='')}").text.splitlines()) == 6
    pages = ask(f"/cdx/search/cdx?url={quote(URL, safe='')}&showNumPages=true&pageSize=1")
    assert pages.text == "1\n"


def test_an_address_is_only_text(ask: Ask, builder: Callable[..., object], shop: Path) -> None:
    answer = ask("/web/*/http://shop.example/privacy%3Cscript%3E")
    assert answer.status_code == 404
    assert "<script" not in answer.text
