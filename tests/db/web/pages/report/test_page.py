"""The report on the web: its tables, their pictures and data, and wrong addresses."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlite_utils import Database

from db.database import open_archive, transaction
from db.errors import MissingExtraError
from db.report import compute
from db.report.options import ReportOptions
from db.report.table import ReportTable
from db.report.texts import vocabulary
from db.store import attributes, retailers
from db.web import until_change
from db.web.common import views
from db.web.pages.report.options import MOST_GROUPS
from tests.db.web.conftest import Ask
from tests.support.web.read_page import document, words

REPORT = "/some+shops/-/report"


def test_the_first_page_leads_to_all_tables(ask_told: Ask) -> None:
    shown = document(ask_told(REPORT))
    links = [link.get("href") for link in shown.xpath("//main//ul//a")]
    assert links == [f"{REPORT}/{name.lower()}" for name in compute.NAMES]
    assert [link.get("href") for link in shown.xpath("//nav//a") if link.text == "Report"] == [REPORT]


@pytest.mark.parametrize("name", compute.NAMES)
def test_a_table_has_a_picture_numbers_and_its_definition(ask_told: Ask, name: str) -> None:
    answer = ask_told(f"{REPORT}/{name.lower()}", params={"by": "year"})
    assert answer.status_code == 200
    shown = document(answer)
    assert len(shown.xpath("//main//table")) == 1
    assert "Definition." in words(shown.xpath("//div[@class='definition']")[0])
    (picture,) = shown.xpath("//main//img/@src")
    drawn = ask_told(picture)
    assert drawn.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert drawn.headers["content-security-policy"].startswith("sandbox")
    assert drawn.text.startswith("<svg ")


def test_the_data_are_the_cells(ask_told: Ask) -> None:
    answer = ask_told(f"{REPORT}/A9.csv", params={"by": "year"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert {row["period"] for row in rows} == {"2010", "2011", "2012", "2013", "2014", "all"}
    assert {row["measure"]: row["n"] for row in rows if row["period"] == "2014"}["captured"] == "3"


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        (f"{REPORT}/a99", 404, "There is no table A99; the tables are A1"),
        (f"{REPORT}/adoption", 404, "There is no table ADOPTION"),
        (f"{REPORT}/a1?by=day", 400, "By must be one of half-year, quarter, year"),
        (f"{REPORT}/a1?by=<script>", 400, "By must be one of"),
        (f"{REPORT}/a1?published=yes", 400, "Published must be 1, or be left out"),
        (f"{REPORT}/a1?group=<script>", 400, "Group must be one of language, history"),
    ],
)
def test_a_wrong_address_says_what_is_wrong(ask_told: Ask, address: str, status: int, said: str) -> None:
    answer = ask_told(address)
    assert answer.status_code == status
    assert said in words(document(answer).xpath("//main")[0])


def test_a_table_that_takes_too_long_names_the_command(
    ask_told: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "READ_SECONDS", -1.0)
    answer = ask_told(f"{REPORT}/a1")
    assert answer.status_code == 503
    assert "policytrail report" in answer.text


@pytest.mark.parametrize(
    "addresses",
    [
        [f"{REPORT}/a8{rest}" for rest in ("", "?compare=1", ".csv", ".svg?compare=1")],
        [f"/some+shops/-/trends/adoption{form}?term=gdpr" for form in ("", ".csv", ".svg")],
    ],
)
def test_a_table_is_computed_once_for_page_picture_and_data(
    addresses: list[str], told: Path, serve: Callable[..., Ask], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured, report = [], compute.report

    def counted(db: Database, names: Sequence[str], options: ReportOptions) -> list[ReportTable]:
        measured.append(names)
        return report(db, names, options)

    monkeypatch.setattr(compute, "report", counted)
    monkeypatch.setattr(until_change, "_REST", -(10**18))  # the file was written just now
    ask = serve(told)
    ask(REPORT)  # Datasette opens the file
    answers = [ask(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [200] * len(addresses)
    assert len(measured) == 1


def test_published_figures_stand_beside_a_kept_table(ask_told: Ask) -> None:
    plain, beside = (ask_told(f"{REPORT}/a7{rest}").text for rest in ("", "?compare=1"))
    assert "not of a paper" in beside and "not of a paper" not in plain


def test_groups_definitions_and_figures_are_chosen_on_the_page(told: Path, serve: Callable[..., Ask]) -> None:
    db = open_archive(told)
    with transaction(db):
        attributes.store(db, "alpha.example", {"sector": "books & toys"})
    db.close()
    ask = serve(told)
    chosen = {"by": "year", "group": "sector", "published": "1", "compare": "1"}
    shown = document(ask(f"{REPORT}/a7", params=chosen))
    assert [words(heading) for heading in shown.xpath("//main//h3")] == ["books & toys"]
    assert "not of a paper" in words(shown.xpath("//div[@class='definition']")[0])
    options = shown.xpath("//select/option[@selected]")
    assert [words(option) for option in options] == ["year", "sector", "as published", "beside ours"]
    (data,) = shown.xpath("//main//a[text()='CSV']/@href")
    rows = list(csv.DictReader(io.StringIO(ask(data).text, newline="")))
    assert {row["group"] for row in rows} == {"", "books & toys"}
    assert "44.0" in {row["published"] for row in rows}


def test_a_group_of_too_many_values_is_left_to_the_command(told: Path, serve: Callable[..., Ask]) -> None:
    db = open_archive(told)
    with transaction(db):
        for number in range(MOST_GROUPS + 1):
            retailers.add_policy(db, f"shop{number}.example")
            attributes.store(db, f"shop{number}.example", {"rank": str(number)})
    db.close()
    ask = serve(told)
    answer = ask(f"{REPORT}/a9", params={"group": "rank"})
    assert answer.status_code == 400
    assert "policytrail report --group" in words(document(answer).xpath("//main")[0])
    offered = document(ask(f"{REPORT}/a9")).xpath("//select[@id='group']/option/@value")
    assert offered == ["", "language", "history"]


def test_as_published_without_its_package_says_so(ask_told: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> str:
        raise MissingExtraError("this needs simplemma", "report")

    monkeypatch.setattr(vocabulary, "lemmatized", missing)
    answer = ask_told(f"{REPORT}/a3", params={"published": "1"})
    assert answer.status_code == 400
    assert "lacks a package" in answer.text
    assert "pip" not in answer.text
