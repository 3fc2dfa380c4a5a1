"""The page that says who shares a text: its form, its shops, wrong domains."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from db.web.common import views
from tests.db.web.conftest import Ask
from tests.support.web.read_page import document, one, words

SHARED = "/some+shops/-/shared"


def test_without_a_shop_there_is_a_form(ask_told: Ask) -> None:
    shown = document(ask_told(SHARED))
    assert [field.get("name") for field in shown.xpath("//main//input")] == ["retailer"]
    assert not shown.xpath("//main//section")


def test_a_shop_has_the_others_that_share_its_text(ask_told: Ask) -> None:
    answer = ask_told(SHARED, params={"retailer": "alpha.example"})
    assert answer.status_code == 200
    shown = document(answer)
    for section in shown.xpath("//main//section"):
        assert "in common." in words(section)
        assert section.xpath(".//li")


def test_an_unknown_shop_is_named(ask_told: Ask) -> None:
    answer = ask_told(SHARED, params={"retailer": "<b>none.example"})
    assert answer.status_code == 404
    assert "<b>none" not in answer.text


@pytest.mark.parametrize(
    "written", ["Alpha.example", "www.ALPHA.example", '"alpha.example"', " alpha.example "]
)
def test_a_shop_is_read_as_in_the_other_forms(ask_told: Ask, written: str) -> None:
    answer = ask_told(SHARED, params={"retailer": written})
    assert answer.status_code == 200
    shown = document(answer)
    assert shown.xpath("//main//input/@value") == [written.strip()]
    assert "alpha.example" in words(one(shown, "//p[@class='lead']"))


def test_every_offered_shop_is_accepted(told: Path, serve: Callable[..., Ask]) -> None:
    with sqlite3.connect(told) as connection:
        connection.execute("pragma defer_foreign_keys = on")
        for table, column in (("retailers", "domain"), ("policies", "retailer")):
            connection.execute(f"update {table} set {column} = 'Alpha Shop' where {column} = 'alpha.example'")
    ask = serve(told)
    offered = document(ask(SHARED)).xpath("//datalist/option/@value")
    assert '"Alpha Shop"' in offered
    assert {ask(SHARED, params={"retailer": name}).status_code for name in offered} == {200}


@pytest.mark.parametrize("written", ["alpha.example, beta.example", "alpha.example beta.example"])
def test_one_shop_is_named(ask_told: Ask, written: str) -> None:
    answer = ask_told(SHARED, params={"retailer": written})
    assert answer.status_code == 400
    assert "Name one retailer." in answer.text


def test_texts_that_take_too_long_name_the_command(ask_told: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "READ_SECONDS", -1.0)
    answer = ask_told(SHARED, params={"retailer": "alpha.example"})
    assert answer.status_code == 503
    assert "policytrail report" in answer.text


def test_the_canned_query_has_the_shops_with_one_wording(told: Path, ask_told: Ask) -> None:
    rows = ask_told("/some+shops/shared_wordings.json", params={"retailer": "", "_shape": "array"}).json()
    with sqlite3.connect(told) as connection:
        shared = connection.execute(
            """select count(*) from versions v join texts t on t.id = v.text_id where t.wording in (
                select t.wording from versions v join texts t on t.id = v.text_id
                group by t.wording having count(distinct v.policy_id) > 1)"""
        ).fetchone()[0]
    assert len(rows) == shared
    assert {tuple(row) for row in rows} <= {
        ("wording", "retailer", "version", "first_seen", "last_seen", "words", "title")
    }
