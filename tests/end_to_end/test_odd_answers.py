"""Damaged rows, short timestamps, odd redirects and international names, over real HTTP."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import archives
from tests.support.policies import policy
from tests.support.processes import RATES_OFF, Ended, policytrail
from tests.support.wayback.standin import StandIn, memento, row

U = "http://www.shop-c.example/privacy"


@dataclass
class Stage:
    """A stand-in and an archive file."""

    wayback: StandIn
    db: Path

    def crawl(self, *options: object) -> Ended:
        source = ("--source", self.wayback.address, "--jobs", 1, *RATES_OFF)
        return policytrail("crawl", self.db, *options, *source)

    def read(self, command: str, *options: object) -> Ended:
        return policytrail(command, self.db, *options)


@pytest.fixture
def wayback() -> Iterator[StandIn]:
    with StandIn() as started:
        yield started


@pytest.fixture
def empty(wayback: StandIn, tmp_path: Path) -> Stage:
    return Stage(wayback, tmp_path / "archive.db")


def captures(stage: Stage, columns: str = "timestamp, replay_key, state") -> list[tuple[Any, ...]]:
    return archives.rows(stage.db, f"select {columns} from captures order by timestamp, original")


def test_a_damaged_row_costs_itself_and_is_reported(wayback: StandIn, empty: Stage):
    times = [f"20{year:02d}0601120000" for year in range(1, 4)]
    rows = [row(time, U, f"{time:A>32}") for time in times]
    damaged = [*rows[0][:3], "text/html;", "charset=utf-8", "200", "A" * 32]
    odd = row("20040601120000", U, "B" * 32, status="html&gt;")
    wayback.list_pages(U, [rows[0], damaged], [[""]], [*rows[1:], odd])
    for time in (*times, "20040601120000"):
        wayback.replay(time, U, memento(time, policy(f"As of {time}.")))
    report = empty.db.with_name("report.json")
    run = empty.crawl(U, "--report", report)
    assert run.status == 0
    assert "2 of 6 rows could not be read" in run.out
    assert [state for *_, state in captures(empty)] == ["fetched"] * 4
    written = json.loads(report.read_text())
    assert (written["index_rows"], written["damaged_rows"]) == (6, 2)
    assert written["retailers"][0]["listings"] == [
        {"url": U, "listing": "complete", "reason": "2 of 6 rows could not be read"}
    ]
    again = empty.crawl(U)
    assert "nothing new" in again.out
    assert "2 of 6 rows could not be read" in empty.read("status", "shop-c.example").out


def test_short_timestamps_are_asked_for_as_the_archive_writes_them(wayback: StandIn, empty: Stage):
    written = ["20140601", "201506011230", "20160601123005"]
    padded = ["20140601000000", "20150601123000", "20160601123005"]
    wayback.list_pages(U, [row(time, U, f"{time:A>32}") for time in written])
    for key, time in zip(written, padded, strict=True):
        wayback.replay(key, U, memento(time, policy(f"As of {time}.")))
    assert empty.crawl(U).status == 0
    assert captures(empty) == [
        (padded[0], written[0], "fetched"),
        (padded[1], written[1], "fetched"),
        (padded[2], None, "fetched"),
    ]
    before = len(wayback.asked("cdx"))
    assert "nothing new" in empty.crawl(U).out
    assert len(wayback.asked("cdx")) == before + 1
    assert empty.read("verify").status == 0


@pytest.mark.parametrize(
    "location",
    [
        "http:/www.shop-c.example/datenschutzerklärung",
        "//www.shop-c.example/datenschutzerklärung",
        "www.shop-c.example/datenschutzerklärung",
        "http%3A%2F%2Fwww.shop-c.example%2Fdatenschutzerkl%C3%A4rung",
    ],
)
def test_a_redirect_with_an_odd_location_is_followed(wayback: StandIn, empty: Stage, location: str):
    time, target = "20140601120000", "http://www.shop-c.example/datenschutzerkl%C3%A4rung"
    wayback.list_pages(U, [row(time, U, "A" * 32, status="301")])
    wayback.replay(time, U, memento(time, b"", 301, ("Location", location.encode().decode("latin-1"))))
    wayback.replay(time, target, memento(time, policy("Moved.")))
    empty.crawl(U)
    assert {seen.path for seen in wayback.asked("replay")} == {f"/web/{time}id_/{url}" for url in (U, target)}
    assert [state for *_, state in captures(empty)] == ["fetched"] * 2


def test_an_international_shop_is_found_by_both_names(wayback: StandIn, empty: Stage):
    page = "http://www.xn--spa-7ka.example/privacy"
    wayback.list_pages("http://www.spaß.example/privacy", [row("20140601120000", page, "A" * 32)])
    wayback.replay("20140601120000", page, memento("20140601120000", policy("Spaß GmbH respects you.")))
    assert empty.crawl("http://www.spaß.example/privacy").status == 0
    for domain in ("spaß.example", "xn--spa-7ka.example", "www.SPAẞ.example"):
        assert empty.read("log", domain).out.startswith("spaß.example\n")
        assert empty.read("show", domain).status == 0
    assert empty.read("log", "spass.example").status == 2
