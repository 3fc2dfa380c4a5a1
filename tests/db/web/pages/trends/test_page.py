"""Trends: counted by the versions that held, over the retailers that were seen."""

import html
import re
from typing import Any

import pytest
from lxml import etree

from db.web.pages.trends.chart import chart
from tests.db.web.conftest import Ask

TRENDS = "/some+shops/-/trends"


def years(ask: Ask, **query: str) -> list[tuple[Any, ...]]:
    rows = ask(f"{TRENDS}.json", params=query).json()["rows"]
    return [(row["year"], row["retailers"], row["base"], row["share"]) for row in rows]


def test_a_retailer_counts_in_the_years_in_which_it_was_seen_and_a_version_with_the_phrase_held(
    ask_told: Ask,
) -> None:
    assert years(ask_told, q="do not sell") == [
        (2010, 0, 1, 0.0),
        (2011, 0, 1, 0.0),
        (2012, 2, 2, 1.0),
        (2013, 1, 1, 1.0),  # beta's version held, but nobody saw it in that year
        (2014, 1, 3, 0.3333),  # alpha's was last seen in 2013; gamma never had it
    ]


def test_of_one_retailer_also_the_years_without_a_capture(ask_told: Ask) -> None:
    assert years(ask_told, q="do not sell", retailer="beta.example") == [
        (2012, 1, 1, 1.0),
        (2013, 0, 0, None),
        (2014, 1, 1, 1.0),
    ]


def test_words_without_quotes_are_one_phrase(ask_told: Ask) -> None:
    assert ask_told(f"{TRENDS}.json", params={"q": "sell not do"}).json()["match"] == '"sell not do"'
    assert {row[1] for row in years(ask_told, q="sell not do")} == {0}
    assert max(row[1] for row in years(ask_told, q='"sell" "name"')) == 2


def test_nothing_is_counted_for_no_words(ask_told: Ask) -> None:
    assert years(ask_told, q="  ") == []
    assert years(ask_told, q='""') == []


def test_csv(ask_told: Ask) -> None:
    answer = ask_told(f"{TRENDS}.csv", params={"q": "do not sell", "retailer": "beta.example"})
    assert answer.text == "year,retailers,base,share\r\n2012,1,1,1.0\r\n2013,0,0,\r\n2014,1,1,1.0\r\n"


def test_several_phrases_are_rows_with_the_phrase(ask_told: Ask) -> None:
    query = {"q": ["do not sell", "cookies", "do not sell", " "], "retailer": "alpha.example"}
    answer = ask_told(f"{TRENDS}.json", params=query).json()
    assert answer["question"] == {"q": ["do not sell", "cookies"], "retailer": "alpha.example"}
    assert answer["match"] == ['"do not sell"', '"cookies"']
    assert [(row["phrase"], row["year"]) for row in answer["rows"] if row["share"]] == [
        ("do not sell", 2012),
        ("do not sell", 2013),
        ("cookies", 2013),
    ]
    assert ask_told(f"{TRENDS}.csv", params=query).text.startswith("phrase,year,retailers,base,share\r\n")


def test_the_page_has_a_chart_and_the_same_numbers_in_a_table(ask_told: Ask) -> None:
    page = ask_told(TRENDS, params={"q": ["do not sell", "name"]}).text
    assert re.findall(r"<title>(\d+: do not sell, \d+ of \d+)</title>", page) == [
        "2010: do not sell, 0 of 1",
        "2011: do not sell, 0 of 1",
        "2012: do not sell, 2 of 2",
        "2013: do not sell, 1 of 1",
        "2014: do not sell, 1 of 3",
    ]
    row = page.partition('<th scope="row">2014</th>')[2].partition("</tr>")[0]
    assert re.findall(r">([0-9]+(?: %)?)<", row) == ["3", "1", "33 %", "3", "100 %"]
    assert "<svg" in page
    assert "style=" not in page  # the policy of the page forbids it


def test_each_number_leads_to_as_many_retailers(ask_told: Ask) -> None:
    page = ask_told(TRENDS, params={"q": "do not sell", "retailer": "alpha.example beta.example"}).text
    table = page.partition("<tbody>")[2]
    links = re.findall(r'<a href="([^"]*)">(\d)<', table)
    assert [number for _, number in links] == ["2", "1", "1"]
    for address, number in links:
        found = ask_told(html.unescape(address)).text
        assert f'<p class="lead" role="status">{number} retailer' in found
        assert f'<a href="{address}" tabindex="-1">' in page  # from its point too


def test_the_picture_has_its_own_style_and_names_what_it_shows(ask_told: Ask) -> None:
    answer = ask_told(
        f"{TRENDS}.svg", params={"q": ["do not sell", "</svg><script>&"], "retailer": "beta.example"}
    )
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    tree = etree.fromstring(answer.content)
    texts = [element.text for element in tree.iter("{*}text")]
    assert {"do not sell", "</svg><script>&", "Source: policytrail, archive some shops"} <= set(texts)
    assert not list(tree.iter("{*}script"))
    assert list(tree.iter("{*}style"))
    assert not list(tree.iter("{*}a"))
    for words in (
        "",
        "\x02\x00\uffff name",
        "\ud7ff",
    ):  # also without a phrase, and characters that XML has not
        assert etree.fromstring(ask_told(f"{TRENDS}.svg", params={"q": words}).content).tag.endswith("svg")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"q": list("abcdef")}, "At most 5 phrases can be shown at once."),
        ({"q": "a", "retailer": "alfa.test"}, "The archive has no retailer alfa.test; it has 3 retailers."),
    ],
)
def test_a_wrong_value_leaves_the_form_as_it_was(ask_told: Ask, query: dict[str, Any], sentence: str) -> None:
    answer = ask_told(TRENDS, params=query)
    assert (answer.status_code, sentence in answer.text) == (400, True)
    assert f'value="{query["q"][0]}"' in answer.text
    assert ask_told(f"{TRENDS}.json", params=query).status_code in (400, 404)


ROWS: list[dict[str, Any]] = [
    {"year": 2019, "retailers": 5, "base": 10, "share": 0.5},
    {"year": 2020, "retailers": 10, "base": 10, "share": 1.0},
    {"year": 2021, "retailers": 0, "base": 0, "share": None},
    {"year": 2022, "retailers": 1, "base": 4, "share": 0.25},
]


def test_a_line_ends_where_nothing_is_known() -> None:
    drawn = chart([("a", ROWS)])
    (series,) = drawn.series
    assert [point.year for point in series.points] == [2019, 2020, 2022]
    assert len(series.segments) == 1
    assert [line.value for line in drawn.lines] == [0, 20, 40, 60, 80, 100]
    bottom, top = drawn.lines[0].y, drawn.lines[-1].y
    assert [round((bottom - point.y) / (bottom - top), 3) for point in series.points] == [0.5, 1.0, 0.25]


def test_bars_show_the_base() -> None:
    drawn = chart([("a", ROWS), ("b", ROWS)])
    assert [bar.height for bar in drawn.bars] == [60, 60, 0, 24]
    assert [line.value for line in drawn.base_lines] == [5, 10]
    assert [series.number for series in drawn.series] == [1, 2]
    assert chart([]).bars == chart([("a", [])]).bars == []
    assert [line.value for line in chart([("a", [{**ROWS[2]}])]).lines] == [0, 1]
