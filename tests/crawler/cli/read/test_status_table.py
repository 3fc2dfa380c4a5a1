"""The table of `status`: a line for each retailer, in the order that the user wants."""

from typing import Any

import pytest

from crawler.cli.read import status_table
from db.schema.views import NO_CAPTURE, SPAN
from tests.support.terminals import on_a_terminal


def retailer(domain: str, **more: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"pages": [], "gaps": [], "missing": [], "disagreements": [], "conflicts": []}
    counts = {"versions": 3, "changes": 2, "captures": {"fetched": 9}, "over_limit": {}, "underived": None}
    return {"domain": domain, "last_good": "2020-01-31T00:00:00Z", **nothing, **counts, **more}


def gap(months: int, kind: str = SPAN) -> dict[str, Any]:
    return {"kind": kind, "months": months, "days": 30 * months}


CALM = retailer("calm.example", last_good="2019-05-05T00:00:00Z")
BUSY = retailer("busy.example", changes=40, gaps=[gap(14)])
EMPTY = retailer(
    "empty.example", versions=0, changes=0, captures={}, last_good=None, gaps=[gap(0, NO_CAPTURE)]
)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, []),
        ({"captures": {}, "last_good": None, "gaps": [gap(0, NO_CAPTURE)]}, ["no capture"]),
        (
            {"captures": {}, "last_good": None, "pages": [{"listing": None, "reason": None}]},
            ["not listed yet"],
        ),
        ({"last_good": None}, ["no good capture"]),
        ({"underived": "over 60 s of processor time"}, ["history not derived"]),
        (
            {
                "pages": [
                    {"listing": listing, "reason": reason}
                    for listing, reason in (
                        ("excluded", "robots"),
                        ("failed", "503"),
                        ("failed", "503"),
                        ("complete", "2 of 6 rows could not be read"),
                        ("complete", None),
                        (None, None),
                    )
                ]
            },
            ["1 address excluded", "2 addresses not listed", "1 damaged list of captures"],
        ),
        (
            {
                "missing": [
                    {"state": state, "captures": count}
                    for state, count in (("listed", 5), ("fetched", 4), ("failed", 3), ("excluded", 2))
                ]
            },
            ["5 to fetch", "4 to judge", "3 failed", "2 excluded"],
        ),
        ({"over_limit": {"a": 1, "b": 2}}, ["3 captures over a limit"]),
        ({"disagreements": [{}], "conflicts": [{}]}, ["addresses disagree", "1 capture with two bodies"]),
        ({"gaps": [gap(12)]}, ["1 gap of 12 months"]),
        ({"gaps": [gap(12), gap(40), gap(13)]}, ["3 gaps, up to 40 months"]),
    ],
)
def test_what_is_missing_in_few_words(more: dict[str, Any], words: list[str]) -> None:
    assert status_table.missing(retailer("shop.example", **more)) == words


@pytest.mark.parametrize(
    ("order", "domains"),
    [
        ("domain", ["busy", "calm", "empty"]),
        ("changes", ["busy", "calm", "empty"]),
        ("seen", ["empty", "calm", "busy"]),
        ("missing", ["empty", "busy", "calm"]),
    ],
)
def test_the_order(order: str, domains: list[str]) -> None:
    lines = list(status_table.lines([CALM, EMPTY, BUSY], order, None))
    assert [line.partition(".")[0] for line in lines[1:]] == domains


def test_a_narrow_terminal_has_no_column_for_the_captures() -> None:
    assert list(status_table.lines([BUSY, EMPTY], "domain", 60)) == [
        "retailer       versions  changes  last seen",
        "busy.example          3       40  2020-01-31",
        "  1 gap of 14 months",
        "empty.example         0        0  never",
        "  no capture",
    ]
    assert list(status_table.lines([CALM, EMPTY], "domain", 60)) == [
        "retailer       versions  changes  last seen   missing",
        "calm.example          3        2  2019-05-05",
        "empty.example         0        0  never       no capture",
    ]
    assert list(status_table.lines([], "domain", 60)) == []


@pytest.mark.e2e
@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("command", ["status a.db", "status a.db shop.example", "log -p --evidence a.db"])
def test_lines_fit_a_terminal(archive: str, command: str, width: int) -> None:
    shown = on_a_terminal(*command.split(), width=width)
    assert (shown.status, shown.err) == (0, "")
    assert max(map(len, shown.out.splitlines())) <= width


@pytest.mark.e2e
@pytest.mark.usefixtures("archive")
def test_remarks_fit_a_terminal_too() -> None:
    shown = on_a_terminal("show", "a.db", "shop.example", "2016", width=60, err=True).out.splitlines()
    assert shown[0].startswith("no capture between ")
    assert max(map(len, shown)) <= 60


@pytest.mark.e2e
@pytest.mark.usefixtures("archive")
def test_lines_can_be_wider_than_the_terminal() -> None:
    line = "      20140101000000 http://shop.example/privacy (shop.warc.gz)"
    assert line not in on_a_terminal("log", "--evidence", "a.db", width=60).out.splitlines()
    assert line in on_a_terminal("--wide", "log", "--evidence", "a.db", width=60).out.splitlines()
