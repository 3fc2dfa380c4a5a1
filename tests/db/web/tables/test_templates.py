"""Datasette's own pages in our look: its header, its order, and what a page says that is not there."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.db.web.conftest import Ask
from tests.support.web.read_page import document, one, words

HEADER = ["Policies", "Changes", "Search", "Trends", "Panel", "Report", "Health", "Tables"]


def header(page: Any) -> list[str]:
    return [words(link) for link in page.xpath("//header//nav//a")]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/some+shops", 200),
        ("/some+shops/change_log", 200),
        ("/some+shops/versions/1000001", 200),
        ("/some+shops/largest_changes", 200),
        ("/some+shops?sql=select+1", 200),
        ("/-/index", 200),
        ("/nonsense", 404),
        ("/some+shops/nonsense", 404),
        ("/some+shops?sql=select+nonsense", 400),
    ],
)
def test_every_page_has_our_header(ask_told: Ask, path: str, status: int) -> None:
    answer = ask_told(path)
    page = document(answer)
    assert (answer.status_code, header(page)) == (status, HEADER)
    assert page.xpath("//html/@lang") == ["en"]
    assert len(page.xpath("//main")) == 1


def test_a_page_that_is_not_there(ask_told: Ask) -> None:
    page = document(ask_told("/nonsense"))
    assert words(one(page, "//h1")) == "Not here"
    assert page.xpath("//main//a/@href") == ["/some+shops/-/policies"]
    assert ask_told("/nonsense.json").json()["error"] == "Database not found"


def test_views_come_before_tables_and_are_described(ask_told: Ask) -> None:
    page = document(ask_told("/some+shops"))
    assert [words(head) for head in page.xpath("//h2")] == [
        "Questions",
        "Views",
        "Tables",
        "A question of your own",
    ]
    views, tables = page.xpath("//dl[@class='tables']")
    names = [words(name) for name in views.xpath("./dt")]
    assert names[:4] == ["change_log", "finding_log", "claims", "timeline"]
    assert words(views.xpath("./dd")[0]) == "Every change of a policy, with the two captures of its bracket."
    assert "retailers 3 rows" in [words(name) for name in tables.xpath("./dt")]


def test_a_ready_question_shows_its_results_before_its_sql(ask_told: Ask) -> None:
    page = document(ask_told("/some+shops/largest_changes?date=2013-06-01"))
    assert words(one(page, "//h1")) == "Largest changes around a date"
    assert [
        field.get("value") for field in page.xpath("//form[@class='parameters']//input[@type='text']")
    ] == [
        "2013-06-01",
        "",
    ]
    table, sql = one(page, "//table"), one(page, "//details/pre")
    everything = list(page.iter())
    assert everything.index(table) < everything.index(sql)
    assert one(page, "//details[pre]").get("open") is None
    nothing = document(ask_told("/some+shops/largest_changes?date=1999-01-01"))
    assert words(one(nothing, "//p[@class='zero-results']")) == "0 results"


def test_fields_of_filters_have_names(ask_told: Ask) -> None:
    page = document(ask_told("/some+shops/change_log?kind=wording"))
    unnamed = page.xpath(
        "//form[@class='filters']//*[self::select or self::input[@type='text']][not(@aria-label)]"
    )
    assert unnamed == []


def test_a_database_that_is_no_archive_has_datasettes_own_pages(tmp_path: Path, serve: Any) -> None:
    plain = tmp_path / "plain.db"
    connection = sqlite3.connect(plain)
    connection.execute("create table t (retailer text, version_id integer)")
    connection.execute("insert into t values ('shop.example', 1000001)")
    connection.commit()
    ask = serve(plain)
    assert header(document(ask("/plain"))) == []
    assert document(ask("/plain/t")).xpath("//td[contains(@class, 'col-retailer')]/a") == []
