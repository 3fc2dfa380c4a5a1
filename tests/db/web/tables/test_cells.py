"""Cells that lead to our pages, in tables, views and ready questions."""

from pathlib import Path
from typing import Any

import pytest

from db.database import open_archive
from tests.db.web.conftest import Ask
from tests.support.shop import Shop
from tests.support.web.read_page import document

POLICIES = "/some+shops/-/policies"


def links(ask: Ask, path: str, column: str) -> list[str]:
    page = document(ask(f"/some+shops/{path}"))
    found: list[str] = page.xpath(f"//td[contains(@class, 'col-{column}')]/a/@href")
    return found


@pytest.mark.parametrize(
    ("path", "column", "found"),
    [
        (
            "change_log?first_new__lt=2012-06",
            "change_id",
            ["alpha.example/compare?old=1&new=2&at=20120301000000"],
        ),
        ("change_log?first_new__lt=2012-06", "retailer", ["alpha.example"]),
        (
            "largest_changes?date=2012-03-01&days=0",
            "change_id",
            ["alpha.example/compare?old=1&new=2&at=20120301000000"],
        ),
        ("first_mention?term=sell&retailer=beta.example", "version_id", ["beta.example/1"]),
        ("timeline?retailer=gamma.example", "version_id", ["gamma.example/1"]),
        ("latest_policies?retailer=gamma.example", "retailer", ["gamma.example"]),
    ],
)
def test_rows_lead_to_our_pages(ask_told: Ask, path: str, column: str, found: list[str]) -> None:
    assert links(ask_told, path, column) == [f"{POLICIES}/{end}" for end in found]
    for end in found:
        assert ask_told(f"{POLICIES}/{end}").status_code == 200


def test_a_change_of_links_leads_to_its_two_captures(tmp_path: Path, serve: Any) -> None:
    db = open_archive(tmp_path / "archive.db", create=True)
    shop = Shop(db)
    shop.observe("20140101000000", "# Privacy\n\nWe never sell [data](/x).")
    shop.observe("20150101000000", "# Privacy\n\nWe never sell [data](/y).")
    shop.derive()
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    page = document(serve(tmp_path / "archive.db")("/archive/change_log"))
    (address,) = page.xpath("//td[contains(@class, 'col-change_id')]/a/@href")
    assert address == "/archive/-/policies/shop.example/compare/20140101000000/20150101000000"


def test_what_a_visitor_selects_is_escaped_and_needs_its_row(ask_told: Ask) -> None:
    sql = "select '<b>\"x' as retailer, 1 as version_id, 7 as change_id, null as last_old"
    page = ask_told("/some+shops", params={"sql": sql})
    assert page.status_code == 200 and "<b>" not in page.text.split("<table", 1)[1]
    assert links(ask_told, f"../some+shops?sql={sql}", "change_id") == []
    lonely = document(ask_told("/some+shops", params={"sql": "select 1000001 as version_id, 5 as retailer"}))
    assert lonely.xpath("//td/a") == []
