"""The page of changes: its form, its rows and their links, and what it says to wrong input."""

import csv
import io
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.findings.statement import KINDS
from tests.db.web.conftest import Ask
from tests.support.web.read_page import document, one, words

CHANGES = "/some+shops/-/changes"
ALPHA = "/some+shops/-/policies/alpha.example"


def rows(ask: Ask, **query: str) -> list[dict[str, Any]]:
    answer = ask(f"{CHANGES}.json", params=query)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({}, ["2014-06-01", "2013-06-01", "2012-03-01"]),
        ({"order": "oldest"}, ["2012-03-01", "2013-06-01", "2014-06-01"]),
        ({"order": "largest"}, ["2014-06-01", "2013-06-01", "2012-03-01"]),
        ({"from": "2013-07"}, ["2014-06-01"]),
        ({"to": "2012-11"}, ["2012-03-01"]),
        ({"from": "2012", "to": "2013", "certain": "yes"}, ["2013-06-01"]),
        ({"min_words": "12"}, ["2014-06-01"]),
        ({"retailer": "www.Alpha.example, beta.example", "from": "2014"}, ["2014-06-01"]),
        ({"retailer": "gamma.example"}, []),
        ({"kind": "presentation"}, []),
        (
            {"kind": "all", "announced": "undated", "suspect": "no"},
            ["2014-06-01", "2013-06-01", "2012-03-01"],
        ),
        ({"suspect": "yes"}, []),
    ],
)
def test_the_chosen_changes_as_data(ask_told: Ask, query: dict[str, str], days: list[str]) -> None:
    assert [row["first_new"][:10] for row in rows(ask_told, **query)] == days


def test_a_row_of_the_data(ask_told: Ask) -> None:
    answer = ask_told(f"{CHANGES}.json", params={"to": "2012-11"}).json()
    (row,) = answer["rows"]
    assert (answer["changes"], answer["retailers"], answer["next"]) == (1, 1, None)
    assert answer["question"]["to"] == "2012-11"
    assert row == {
        "id": row["id"],
        "domain": "alpha.example",
        "name": "Alpha & Sons",
        "kind": "wording",
        "old_version": 1,
        "new_version": 2,
        "last_old": "2011-01-01T00:00:00Z",
        "first_new": "2012-03-01T00:00:00Z",
        "words_added": 5,
        "words_removed": 0,
        "similarity": row["similarity"],
        "set_aside": 0,
        "stated_before": None,
        "stated_date": None,
        "announced": "undated",
        "suspect": None,
        "title": "Privacy",
        "certain": True,
        "findings": [],
        "unquoted": None,
    }
    text = ask_told(f"{CHANGES}.csv", params={"to": "2012-11"}).text
    assert [one["domain"] for one in csv.DictReader(io.StringIO(text))] == ["alpha.example"]


def test_csv_comes_in_pages_that_name_the_next(ask_told: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.web.pages.changes.page.IN_DATA", 2)
    first = ask_told(f"{CHANGES}.csv", params={"order": "oldest"})
    second = ask_told(first.links["next"]["url"])
    every = [*csv.DictReader(io.StringIO(first.text)), *csv.DictReader(io.StringIO(second.text))]
    assert [row["first_new"][:10] for row in every] == ["2012-03-01", "2013-06-01", "2014-06-01"]
    assert second.links == {}
    assert "JSON, CSV, the first 2; page=2 has the next; by retailer" in words(document(ask_told(CHANGES)))
    assert "JSON, CSV; by retailer" in words(document(ask_told(CHANGES, params={"from": "2013-07"})))


def test_csv_has_no_formulas(told: Path, serve: Callable[..., Ask]) -> None:
    with sqlite3.connect(told) as db:
        db.execute("update retailers set name = '=HYPERLINK(A1)' where domain = 'alpha.example'")
    ask = serve(told)
    text = ask(f"{CHANGES}.csv", params={"to": "2012-11"}).text
    assert [row["name"] for row in csv.DictReader(io.StringIO(text))] == ["'=HYPERLINK(A1)"]
    assert [row["name"] for row in rows(ask, to="2012-11")] == ["=HYPERLINK(A1)"]


def test_each_row_leads_to_its_retailer_and_its_comparison(ask_told: Ask) -> None:
    page = document(ask_told(CHANGES, params={"from": "2012-12", "to": "2013-07"}))
    assert words(one(page, "//p[@role='status']")) == "2 changes of 1 retailer."
    later, row = page.xpath("//tbody/tr")
    assert "certain" not in words(later)
    assert row.xpath(".//a/@href") == [ALPHA, f"{ALPHA}/compare?old=2&new=3"]
    assert words(row) == (
        "Alpha & Sons 2012-12-01 and 2013-06-01: what changed at Alpha & Sons +8 −0 certain"
    )
    compared = ask_told(f"{ALPHA}/compare?old=2&new=3")
    assert compared.status_code == 200 and "+8" in compared.text


def test_the_form_keeps_what_was_chosen_and_offers_presets(ask_told: Ask) -> None:
    page = document(
        ask_told(CHANGES, params={"from": "2018-03", "to": "2018-09", "retailer": "alpha.example"})
    )
    presets = {words(link): link.get("href") for link in page.xpath("//ul[@class='presets']//a")}
    assert presets == {
        "Around GDPR": f"{CHANGES}?from=2018-03&to=2018-09&retailer=alpha.example&order=largest",
        "Around CCPA": f"{CHANGES}?from=2019-10&to=2020-06&retailer=alpha.example&order=largest",
        "All changes": CHANGES,
    }
    assert page.xpath("//ul[@class='presets']//a[@aria-current]/text()") == ["Around GDPR"]
    assert one(page, "//input[@id='retailer']").get("value") == "alpha.example"
    assert page.xpath("//datalist/option/@value") == ["alpha.example", "beta.example", "gamma.example"]
    assert words(one(page, "//p[@role='status']")) == "0 changes."


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"from": "May 2018"}, "“from” must be a date like 2018, 2018-05 or 2018-05-25."),
        ({"to": "2018-02-30"}, "“to” must be a date like 2018, 2018-05 or 2018-05-25."),
        ({"from": "2019", "to": "2018-12"}, "“to” must not be before “from”."),
        ({"min_words": "-1"}, "“at least … words” must be a whole number, such as 100."),
        ({"min_words": "9" * 30}, "“at least … words” must be a whole number, such as 100."),
        ({"retailer": "alpha.com"}, "The archive has no retailer alpha.com; did you mean alpha.example?"),
        ({"retailer": "nowhere.test"}, "The archive has no retailer nowhere.test; it has 3 retailers."),
        (
            {"retailer": " ".join(f"shop{number}.example" for number in range(51))},
            "Name at most 50 retailers.",
        ),
        ({"announced": "loudly"}, "“announced” must be one of: announced, ahead, silent, undated, false."),
        ({"finding": "foo"}, f"“finding” must be one of: {', '.join(KINDS)}."),
        ({"finding": "Sale"}, f"“finding” must be one of: {', '.join(KINDS)}."),
        ({"move": "lost"}, "“move” must be one of: added, removed, changed."),
        ({"order": "random()"}, "“order” must be one of: oldest, largest, retailer."),
    ],
)
def test_a_wrong_value_stays_in_the_form_and_is_named(
    ask_told: Ask, query: dict[str, str], sentence: str
) -> None:
    answer = ask_told(CHANGES, params={"min_words": "7", **query})
    page = document(answer)
    assert answer.status_code == 400
    assert [words(line) for line in page.xpath("//*[@role='alert']/p")] == [sentence]
    (field,) = page.xpath("//*[@aria-invalid]")
    assert page.xpath(f"//p[@id='{field.get('aria-describedby')}']")
    if field.tag == "input":
        assert field.get("value") == query[field.get("name")]
    assert one(page, "//input[@name='min_words']").get("value") == {"min_words": "7", **query}["min_words"]
    assert page.xpath("//tbody") == []
    assert ask_told(f"{CHANGES}.json", params=query).status_code == 400


def test_all_that_is_wrong_is_said_at_once(ask_told: Ask) -> None:
    page = document(ask_told(CHANGES, params={"from": "x", "min_words": "y"}))
    assert len(page.xpath("//*[@role='alert']/p")) == 2


@pytest.mark.parametrize(("number", "status"), [("2", 404), ("0", 400), ("x", 400)])
def test_a_page_that_is_not_there(ask_told: Ask, number: str, status: int) -> None:
    assert ask_told(CHANGES, params={"page": number}).status_code == status


def test_hostile_values_stay_text(ask_told: Ask) -> None:
    answer = ask_told(CHANGES, params={"from": '"><script>alert(1)</script>', "retailer": "\0'; drop table"})
    assert answer.status_code == 400 and "<script" not in answer.text


def test_the_header_and_the_first_page_lead_here(ask_told: Ask) -> None:
    page = document(ask_told("/"))
    assert page.xpath("//header//a[text()='Changes']/@href") == [CHANGES]
    assert page.xpath("//main//a[text()='around GDPR']/@href") == [
        f"{CHANGES}?order=largest&from=2018-03&to=2018-09"
    ]
