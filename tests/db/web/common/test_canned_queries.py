"""The questions that researchers ask: exact answers, defaults, and parameters that are nonsense."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from db.web.common import metadata
from tests.db.web.conftest import Ask

# SQLite reads some of these as a date, a time or a Julian day, and "" would be the default.
NO_DATES = (
    *("now", "0", "2456000", "20120301", "2012-3", "2012-02-30", "2012-13", "2012-00", "12:00", " 2012"),
    *("2012-03-01T00:00:00Z", "2012-03-01 12:00", "2012-0", "-2012", "2012-", "2012-03-", "2012\0"),
)
QUERIES = yaml.safe_load((Path(metadata.__file__).parents[1] / "queries.yaml").read_text())


def rows(ask: Ask, name: str, **parameters: str) -> list[dict[str, Any]]:
    answer = ask(f"/some+shops/{name}.json", params={"_shape": "array", **parameters})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def test_all_are_listed_with_titles(ask_told: Ask) -> None:
    page = ask_told("/some+shops").text
    for name, query in QUERIES.items():
        assert f'<a href="/some+shops/{name}" title="' in page
        assert query["title"] in page
        assert query["description_html"].split("<")[0][:40] in ask_told(f"/some+shops/{name}").text


@pytest.mark.parametrize("term", ["", '"do not sell"', "sell"])
def test_first_mention(ask_told: Ask, term: str) -> None:
    found = rows(ask_told, "first_mention", term=term)
    assert [(row["retailer"], row["version"], row["last_without"], row["first_with"]) for row in found] == [
        ("alpha.example", 2, "2011-01-01T00:00:00Z", "2012-03-01T00:00:00Z"),
        ("beta.example", 1, None, "2012-05-01T00:00:00Z"),
    ]
    assert [
        row["retailer"] for row in rows(ask_told, "first_mention", term=term, retailer="beta.example")
    ] == ["beta.example"]


@pytest.mark.parametrize(
    ("date", "days", "found"),
    [
        ("", "", []),
        ("2013-06-01", "", [(13, 0), (8, 0)]),
        ("2013-06-01", "365", [(13, 1), (8, 1)]),
        ("2012-03-01", "0", [(5, 0)]),
        ("2013", "0", [(13, 0), (8, 0)]),
        ("2012-03", "0", [(5, 0)]),
        ("2012-02", "0", [(5, 0)]),
        ("2012-04", "0", []),
        ("2012", "366", [(13, 0), (8, 1), (5, 1)]),
        ("nonsense", "many", []),
        ("2012-03-01", "many", []),
        ("2012-03-01", "-1", []),
        ("2012-03-01", "1e3", []),
        ("2012-03-01", "9999999", []),
        *((date, "3000", []) for date in NO_DATES),
    ],
)
def test_largest_changes(ask_told: Ask, date: str, days: str, found: list[tuple[int, int]]) -> None:
    told = rows(ask_told, "largest_changes", date=date, days=days)
    assert [(row["words"], row["certainly"]) for row in told] == found


@pytest.mark.parametrize(
    ("date", "days", "from_day", "to_day"),
    [
        ("", "3000", "2010-03-08", "2026-08-11"),
        ("2012-03-01", "1", "2012-02-29", "2012-03-02"),
        ("2012-02", "0", "2012-02-01", "2012-02-29"),
        ("2012-02", "", "2011-12-03", "2012-04-29"),
        ("2012", "0", "2012-01-01", "2012-12-31"),
    ],
)
def test_largest_changes_name_the_days_that_were_asked(
    ask_told: Ask, date: str, days: str, from_day: str, to_day: str
) -> None:
    told = rows(ask_told, "largest_changes", date=date, days=days)
    assert {(row["from_day"], row["to_day"]) for row in told} == {(from_day, to_day)}


def test_unchanged_policies(ask_told: Ask) -> None:
    assert rows(ask_told, "unchanged_policies") == []
    (beta,) = rows(ask_told, "unchanged_policies", years="1.5")
    assert (beta["retailer"], beta["since"], beta["until"], beta["years"]) == (
        "beta.example",
        "2012-05-01T00:00:00Z",
        "2014-05-01T00:00:00Z",
        2.0,
    )


def test_length_by_year(ask_told: Ask) -> None:
    assert [tuple(row.values()) for row in rows(ask_told, "length_by_year")] == [
        ("2010", 1, 9, 9, 9, 9),
        ("2011", 1, 9, 9, 9, 9),
        ("2012", 2, 14, 14, 14, 14),
        ("2013", 1, 22, 22, 22, 22),
        ("2014", 3, 9, 10, 9, 14),
    ]


def test_without_captures(ask_told: Ask) -> None:
    assert [tuple(row.values()) for row in rows(ask_told, "without_captures")] == [
        ("gamma.example", "2014-07-01T00:00:00Z", "2015-10-01T00:00:00Z", 15, 1),
    ]
    assert rows(ask_told, "without_captures", months="16") == []


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        *(("first_mention", {"term": term}) for term in (" ", '"', "\0", "…")),
        *(("unchanged_policies", {"years": years}) for years in ("-1", "one", "1.5.", ".", "1e-3", " 1")),
        *(("without_captures", {"months": months}) for months in ("-1", "one", "1.5", " 1")),
        *(("announced_or_silent", {"by": by}) for by in ("years", "retailer", " ")),
        ("announced_or_silent", {"weight": "-1"}),
        *(("text_on_day", {"day": day}) for day in NO_DATES),
        ("text_on_day", {"day": "2014", "text": "none"}),
        ("panel", {"every": "week"}),
    ],
)
def test_a_value_of_another_kind_finds_nothing(ask_told: Ask, name: str, parameters: dict[str, str]) -> None:
    assert rows(ask_told, name, **parameters) == []


@pytest.mark.parametrize(
    "nonsense", ["'", '"', "-1", "1e999", "x' or 1=1 --", "\0", "-", "NEAR(", "99999999999999999999"]
)
@pytest.mark.parametrize("name", QUERIES)
def test_nonsense_finds_something_or_nothing_and_never_fails(ask_told: Ask, name: str, nonsense: str) -> None:
    parameters = dict.fromkeys(("term", "retailer", "date", "days", "years", "months"), nonsense)
    rows(ask_told, name, **parameters)
