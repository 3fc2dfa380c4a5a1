"""Trends: counted by the versions that held, over the retailers that were seen."""

import re
from typing import Any

import pytest

from db.web.pages.trends.bar_chart import chart, round_step
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


def test_the_page_has_a_chart_and_the_same_numbers_in_a_table(ask_told: Ask) -> None:
    page = ask_told(TRENDS, params={"q": "do not sell"}).text
    assert re.findall(r"<title>(\d+: \d+ of \d+)</title>", page) == [
        "2010: 0 of 1",
        "2011: 0 of 1",
        "2012: 2 of 2",
        "2013: 1 of 1",
        "2014: 1 of 3",
    ]
    cells = re.findall(
        r'<th scope="row">2014</th><td class="number">(\d)</td><td class="number">(\d)</td>', page
    )
    assert cells == [("1", "3")]
    assert "<svg" in page
    assert "style=" not in page  # the policy of the page forbids it


@pytest.mark.parametrize(
    ("largest", "step"), [(0, 1), (1, 1), (5, 1), (6, 2), (10, 2), (11, 5), (26, 10), (2000, 500)]
)
def test_lines_stand_at_round_numbers(largest: int, step: int) -> None:
    assert round_step(largest) == step


def test_bars_are_as_high_as_their_numbers() -> None:
    drawn = chart([{"year": 2020, "retailers": 5, "base": 10}, {"year": 2021, "retailers": 0, "base": 0}])
    assert drawn.bars[0].height * 2 == pytest.approx(drawn.bars[0].base_height, abs=0.2)
    assert (drawn.bars[1].height, drawn.bars[1].base_height) == (0, 0)
    assert [line.value for line in drawn.lines] == [0, 2, 4, 6, 8, 10]
    assert chart([]).bars == []
    assert len(chart([{"year": 2020, "retailers": 0, "base": 0}]).lines) == 2
