"""Two runs on one archive: the second ends or waits; readers never wait."""

import json
import re
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.demo.run import serving
from tests.support import archives
from tests.support.policies import policy
from tests.support.processes import POLICYTRAIL, RATES_OFF, SCRAPY, end_of, kill, policytrail, run, start
from tests.support.wayback.scenarios import write_retailers
from tests.support.wayback.standin import StandIn

MONTHS = [f"2001{month:02d}01000000" for month in range(1, 13)]
URL = "http://www.a.example/privacy"


@pytest.fixture
def wayback() -> Iterator[StandIn]:
    with StandIn() as standin:
        standin.add_captures(URL, *((month, policy(f"Revision {month}.")) for month in MONTHS))
        yield standin


@pytest.fixture
def crawl(wayback: StandIn, tmp_path: Path) -> tuple[object, ...]:
    csv = write_retailers(tmp_path / "retailers.csv", "a.example")
    return (
        "crawl",
        tmp_path / "archive.db",
        "--retailers",
        csv,
        "--source",
        wayback.address,
        *RATES_OFF,
        "--jobs",
        1,
    )


def in_the_middle(wayback: StandIn) -> None:
    """Stop the next crawl after it fetched a few captures."""
    wayback.stop_at(lambda seen: seen in wayback.asked("replay")[6:])


def test_a_second_run_of_any_kind_says_who_holds_the_archive(
    wayback: StandIn, tmp_path: Path, crawl: tuple[object, ...]
):
    in_the_middle(wayback)
    first = start(*POLICYTRAIL, *crawl)
    assert wayback.reached.wait(60)
    (tmp_path / "a.warc").touch()
    holder = (
        rf"archive\.db is in use by 'crawl [^']+', process {first.pid} on \S+, since \S+Z; "
        r"run this again when it has ended, "
    )
    for command in (
        crawl,
        ("import", tmp_path / "archive.db", tmp_path / "a.warc"),
        ("rebuild", tmp_path / "archive.db"),
    ):
        second = policytrail(*command)
        assert (second.status, second.out) == (3, "")
        assert re.fullmatch(rf"Error: {holder}or with --wait\n", second.err)
    arguments = {"db": tmp_path / "archive.db", "source": wayback.address}
    second = run(
        *SCRAPY,
        "crawl",
        "history",
        *(part for item in arguments.items() for part in ("-a", "=".join(map(str, item)))),
    )
    assert re.search(holder, second.err)
    assert len(wayback.asked("cdx")) == 1
    wayback.go_on()
    assert end_of(first).status == 0
    assert archives.rows(tmp_path / "archive.db", "select outcome from crawls") == [("done",)]


@pytest.mark.parametrize("by_scrapy", [False, True], ids=["policytrail", "scrapy"])
def test_one_that_waits_goes_on_when_the_other_is_killed(
    wayback: StandIn, tmp_path: Path, crawl: tuple[object, ...], by_scrapy: bool
):
    db = tmp_path / "archive.db"
    in_the_middle(wayback)
    first = start(*POLICYTRAIL, *crawl)
    assert wayback.reached.wait(60)
    arguments = {
        "db": db,
        "source": wayback.address,
        "cdx_per_minute": 0,
        "replay_per_minute": 0,
        "wait": "yes",
    }
    options = [part for item in arguments.items() for part in ("-a", "=".join(map(str, item)))]
    second = (
        start(*SCRAPY, "crawl", "history", *options) if by_scrapy else start(*POLICYTRAIL, *crawl, "--wait")
    )
    assert second.stderr
    waiting = next(line for line in second.stderr if "in use by" in line)
    assert re.search(
        rf"archive\.db is in use by .*process {first.pid} on .*: waiting for it to end$", waiting
    )
    kill(first)
    wayback.go_on()
    assert end_of(second).status == 0
    assert archives.rows(db, "select outcome from crawls order by id") == [("interrupted",), ("done",)]
    assert archives.rows(db, "select state, verdict from captures") == [("fetched", "policy")] * 12


def test_readers_are_not_blocked_and_block_nobody(
    wayback: StandIn, tmp_path: Path, crawl: tuple[object, ...]
):
    db = tmp_path / "archive.db"
    in_the_middle(wayback)
    first = start(*POLICYTRAIL, *crawl)
    assert wayback.reached.wait(60)
    query = "select count(*) from captures"
    with closing(sqlite3.connect(db, timeout=0, isolation_level=None)) as reader, serving(db) as address:
        reader.execute("begin")
        assert reader.execute(query).fetchone() == (12,)
        sql = "select+count(*)+as+n+from+captures+where+state+=+'fetched'"
        fetched = f"{address}/archive.json?sql={sql}&_shape=array"
        with urllib.request.urlopen(fetched.replace(" ", "+"), timeout=60) as response:
            (seen,) = json.load(response)
        assert 1 <= seen["n"] < 12
        assert policytrail("status", db).status == 0
        wayback.go_on()
        assert end_of(first).status == 0  # with the reader's transaction still open
        assert (
            reader.execute(f"{query} where state = 'fetched'").fetchone()[0] < 12
        )  # what it saw when it began
        reader.execute("commit")
        assert reader.execute(f"{query} where state = 'fetched'").fetchone() == (12,)
        with urllib.request.urlopen(fetched, timeout=60) as response:
            assert json.load(response) == [{"n": 12}]
