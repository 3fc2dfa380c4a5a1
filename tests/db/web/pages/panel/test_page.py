"""The panel: its table, its links, its data, and what it says to wrong input."""

import csv
import io
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from db.database import open_archive
from db.web.pages.panel import page
from tests.db.web.conftest import Ask
from tests.support.web.read_page import document, one, words

PANEL = "/some+shops/-/panel"
ALPHA = "/some+shops/-/policies/alpha.example"


def table(ask: Ask, **query: str) -> list[list[str]]:
    answer = ask(PANEL, params=query)
    assert answer.status_code == 200
    rows = document(answer).xpath("//table[@class='panel']//tr")
    return [[words(cell) for cell in row] for row in rows]


def test_a_cell_has_the_version_its_words_and_the_changes(ask_told: Ask) -> None:
    found = table(ask_told, every="year")
    assert found == [
        ["Retailer", "2014", "2013", "2012", "2011", "2010"],
        [
            "Alpha & Sons",
            "v1 9 ○1 changes of Alpha & Sons in 2014",
            "v3 22 ○2 changes of Alpha & Sons in 2013",
            "v2 14 ○2 changes of Alpha & Sons in 2012",
            "v1 9 ○1 changes of Alpha & Sons in 2011",
            "v1 9",
        ],
        ["beta.example", "v1 14", "(v1) not seen for six months or more", "v1 14", "", ""],
        ["gamma.example", "v1 9", "", "", "", ""],
    ]


def test_the_links_lead_to_the_version_and_to_the_changes_of_the_period(ask_told: Ask) -> None:
    shown = document(ask_told(PANEL, params={"from": "2013", "to": "2013", "retailer": "alpha.example"}))
    links = [link.get("href") for link in shown.xpath("//table[@class='panel']//td//a")]
    changes = "/some+shops/-/changes?retailer=alpha.example"
    assert links == [
        f"{changes}&from=2013-07-01&to=2013-12-31",
        f"{ALPHA}/3",
        f"{changes}&from=2013-01-01&to=2013-06-30",
    ]
    assert [words(cell) for cell in shown.xpath("//thead//th")] == ["Retailer", "2013-H2", "2013-H1"]
    for address in links:
        assert ask_told(address).status_code == 200


def test_the_data_are_the_rows_of_the_view(told: Path, ask_told: Ask) -> None:
    rows = ask_told(f"{PANEL}.json").json()["rows"]
    with sqlite3.connect(told) as connection:
        view = connection.execute(
            """select retailer, half_year, version, words, captures, changes_within, changes_possible,
            seen_before, seen_after, in_gap from panel_half_years order by retailer, half_year"""
        ).fetchall()
    names = ("domain", "period", *page.COLUMNS[5:])
    assert [tuple(row[name] for name in names) for row in rows] == view
    text = ask_told(f"{PANEL}.csv", params={"every": "month", "retailer": "gamma.example"}).text
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["period"], row["start"], row["end"], row["in_gap"]) == (
        "2014-07",
        "2014-07-01",
        "2014-07-31",
        "0",
    )


def test_retailers_with_an_attribute(told: Path, serve: Callable[..., Ask]) -> None:
    with sqlite3.connect(told) as connection:
        connection.execute(
            "insert into retailer_attributes values ('beta.example', 'sector', '<b>', '2020-01-01T00:00:00Z')"
        )
    ask = serve(told)
    assert [row[0] for row in table(ask, attribute="sector: <b>")] == ["Retailer", "beta.example"]
    assert "<option>sector: &lt;b&gt;</option>" in ask(PANEL).text
    assert table(ask, attribute="sector: none") == []


def test_a_long_panel_has_pages(ask_told: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "FEWEST", 2)
    monkeypatch.setattr(page, "CELLS", 1)
    assert [row[0] for row in table(ask_told, page="2")] == ["Retailer", "gamma.example"]
    assert ask_told(PANEL, params={"page": "3"}).status_code == 404
    monkeypatch.setattr(page, "IN_DATA", 1)
    first = ask_told(f"{PANEL}.json", params={"every": "year"}).json()
    assert first["retailers"] == 3
    (row,) = ask_told(first["next"]).json()["rows"]
    assert row["domain"] == "gamma.example"
    table_of_all = ask_told(f"{PANEL}.csv", params={"every": "year"})
    following = ask_told(table_of_all.links["next"]["url"])
    assert [one["domain"] for one in csv.DictReader(io.StringIO(following.text))] == ["gamma.example"]
    assert following.links == {}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"every": "week"}, "“every” must be one of: month, quarter, half-year, year."),
        ({"from": "x"}, "“from” must be a date like 2018, 2018-05 or 2018-05-25."),
        (
            {"retailer": "alpa.example"},
            "The archive has no retailer alpa.example; it has 3 retailers.",
        ),
    ],
)
def test_wrong_input_shows_the_form_again(ask_told: Ask, query: dict[str, str], sentence: str) -> None:
    answer = ask_told(PANEL, params=query)
    assert (answer.status_code, words(one(document(answer), "//div[@role='alert']"))) == (400, sentence)
    assert ask_told(f"{PANEL}.json", params=query).status_code == 400


def test_an_archive_without_versions_has_an_empty_panel(tmp_path: Path, serve: Callable[..., Ask]) -> None:
    open_archive(tmp_path / "empty.db", create=True).close()
    answer = serve(tmp_path / "empty.db")("/empty/-/panel")
    assert answer.status_code == 200
    assert words(one(document(answer), "//p[@role='status']")) == "0 retailers."
