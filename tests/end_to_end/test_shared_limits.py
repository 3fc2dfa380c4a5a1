"""Limits that outlive a process: several crawls at once, and one after another.

The archive's requests are the measure. Times have lower bounds only: a slow machine is never impolite.
"""

import re
import signal
import socket
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.throttling.shared_limits import SharedLimits, limits_file
from tests.support import archives
from tests.support.paths import ROOT
from tests.support.policies import policy
from tests.support.processes import (
    POLICYTRAIL,
    RATES_OFF,
    SCRAPY,
    Ended,
    end_of,
    kill,
    run,
    start,
    wait_until,
)
from tests.support.wayback.scenarios import write_retailers
from tests.support.wayback.standin import Answer, Seen, StandIn, html_page

SHOPS = ("a.example", "b.example", "c.example")
MONTHS = [f"2001{month:02d}01000000" for month in range(1, 13)]
AT_ONCE = 5  # requests of one process that may be under way when the archive says 429
NAMES = {"PYTHONPATH": f"{ROOT / 'tests' / 'support' / 'names'}:{ROOT}"}


@pytest.fixture
def wayback() -> Iterator[StandIn]:
    """A stand-in with three shops and twelve captures."""
    with StandIn() as standin:
        for number, domain in enumerate(SHOPS):
            months = MONTHS[4 * number : 4 * number + 4]
            bodies = [policy("We rent no lists.", domain) + f"<!-- {month} -->".encode() for month in months]
            standin.add_captures(f"http://www.{domain}/privacy", *zip(months, bodies, strict=True))
        yield standin


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return write_retailers(tmp_path / "retailers.csv", *SHOPS)


def crawl(source: str, csv: Path, *options: object, db: str = "archive.db") -> tuple[object, ...]:
    return (
        *POLICYTRAIL,
        "crawl",
        csv.with_name(db),
        "--retailers",
        csv,
        "--source",
        source,
        "--jobs",
        1,
        *options,
    )


def is_paused(address: str) -> bool:
    with closing(SharedLimits(address.removeprefix("http://"))) as budget:
        return bool(budget.state().paused_until)


def until(line: str) -> timedelta:
    """Return the seconds until the moment that a line names."""
    found = re.search(r"after (\S+Z)", line)
    assert found
    return datetime.fromisoformat(found[1]) - datetime.now(UTC)


def end_block_in(seconds: float) -> None:
    with closing(sqlite3.connect(limits_file())) as db, db:
        db.execute("update archives set blocked_until = ?", (time.time() + seconds,))


def is_complete(csv: Path, db: str = "archive.db") -> bool:
    return archives.rows(csv.with_name(db), "select state, attempts from captures") == [("fetched", 1)] * 12


def test_two_crawls_at_once_stay_together_under_the_limit(wayback: StandIn, csv: Path):
    rates = ("--replay-per-minute", 120)
    names = ("one", "other")
    both = [
        start(*crawl(wayback.address, csv, *rates, db=f"{name}.db"), env={"POLICYTRAIL_CONTACT": name})
        for name in names
    ]
    assert [end_of(process).status for process in both] == [0, 0]
    assert is_complete(csv, "one.db")
    assert is_complete(csv, "other.db")
    for kind, number, interval in (("cdx", 6, 2.5), ("replay", 24, 0.5)):
        asked = wayback.asked(kind)
        assert len(asked) == number
        # What a request takes to arrive differs; so the whole counts, with a little to spare.
        assert asked[-1].at - asked[0].at >= (number - 1) * interval - 1
    agents = [seen.headers["user-agent"] for seen in wayback.seen]
    assert agents not in (sorted(agents), sorted(agents, reverse=True))  # not one crawl after the other
    assert wayback.connections <= 2 * AT_ONCE


class Strict:
    """An archive that answers 429 now and then, and refuses every client that does not stop.

    `patience` is the number of requests that it accepts during the pause that it asked for.
    """

    def __init__(self, requests: int, seconds: int, patience: int) -> None:
        self.requests, self.seconds, self.patience = requests, seconds, patience
        self.times = 0  # that it said 429 to somebody who had kept the peace
        self.is_blocking = False
        self._answered = self._ignored = 0
        self._peace_until = 0.0
        self._lock = threading.Lock()

    def __call__(self, seen: Seen) -> Answer | None:
        with self._lock:
            if seen.at >= self._peace_until:
                self._answered += 1
                if self._answered % self.requests:
                    return None
                self.times, self._ignored = self.times + 1, 0
                self._peace_until = seen.at + self.seconds
            else:
                self._ignored += 1
                self.is_blocking = self.is_blocking or self._ignored > self.patience
            if self.is_blocking:
                return Answer(reset=True)
            return html_page("429 Too Many Requests", 429, ("Retry-After", str(self.seconds)))


@pytest.mark.parametrize("rates", [RATES_OFF, ("--cdx-per-minute", 600, "--replay-per-minute", 6000)])
def test_an_archive_that_blocks_who_ignores_a_429_never_blocks_us(
    wayback: StandIn, csv: Path, rates: tuple[object, ...]
):
    wayback.instead = strict = Strict(requests=12, seconds=2, patience=2 * AT_ONCE)
    both = [start(*crawl(wayback.address, csv, *rates, db=f"{name}.db")) for name in ("one", "other")]
    assert [end_of(process).status for process in both] == [0, 0]
    assert is_complete(csv, "one.db")
    assert is_complete(csv, "other.db")
    assert not strict.is_blocking
    assert strict.times == 2


def test_the_same_archive_blocks_who_ignores_it(wayback: StandIn):
    wayback.instead = strict = Strict(requests=12, seconds=60, patience=2 * AT_ONCE)
    for _ in range(12 + 2 * AT_ONCE + 1):
        try:
            urllib.request.urlopen(
                f"{wayback.address}/web/{MONTHS[0]}id_/http://www.a.example/privacy"
            ).close()
        except (urllib.error.HTTPError, OSError):
            continue
    assert strict.is_blocking


def test_a_pause_outlives_a_process_that_was_killed_in_it(wayback: StandIn, csv: Path):
    throttled = html_page("429 Too Many Requests", 429, ("Retry-After", "25"))
    wayback.instead = lambda seen: throttled if wayback.asked("replay")[4:5] == [seen] else None
    process = start(*crawl(wayback.address, csv, *RATES_OFF))
    wait_until(lambda: is_paused(wayback.address), "the pause is stored")
    kill(process)
    before = len(wayback.seen)
    ended = run(*crawl(wayback.address, csv, *RATES_OFF))
    assert ended.status == 0
    assert is_complete(csv)
    assert re.fullmatch(r".*the archive asked for a pause \(429\): nothing goes out before \S+Z\n", ended.err)
    (refused_at,) = [seen.at for seen in wayback.seen if seen.status == 429]
    assert wayback.seen[before].at - refused_at >= 25 - 0.1


def test_a_crawl_in_a_pause_can_be_stopped(wayback: StandIn, csv: Path):
    throttled = html_page("429 Too Many Requests", 429, ("Retry-After", "3000"))
    wayback.instead = lambda seen: throttled if wayback.asked("replay")[4:5] == [seen] else None
    process = start(*crawl(wayback.address, csv, *RATES_OFF))
    wait_until(lambda: is_paused(wayback.address), "the pause is stored")
    before = len(wayback.seen)
    process.send_signal(signal.SIGINT)
    ended = end_of(process)
    assert (ended.status, ended.out.splitlines()[-1]) == (3, "stopped: run the same command again to go on")
    assert len(wayback.seen) <= before + AT_ONCE
    states = archives.rows(csv.with_name("archive.db"), "select distinct state, attempts from captures")
    assert sorted(states) == [("fetched", 1), ("listed", 0)]


def refused(wayback: StandIn, csv: Path) -> None:
    """Crawl; the archive refuses us for two hours."""
    wayback.instead = lambda _: html_page("429 Too Many Requests", 429, ("Retry-After", "7200"))
    ended = run(*crawl(wayback.address, csv, *RATES_OFF))
    assert (ended.status, "Traceback" in ended.err) == (4, False)
    assert timedelta(minutes=115) < until(ended.out.splitlines()[-1]) <= timedelta(hours=2)
    wayback.instead = lambda _: None


def assert_turned_away(ended: Ended, why: str) -> None:
    assert (ended.status, ended.out) == (4, "")
    assert re.fullmatch(
        rf"Error: \S+ refuses us since an earlier crawl: {re.escape(why)}\. "
        r"Run this again after \S+Z, or wait with --wait\n",
        ended.err,
    )


def test_an_archive_that_refused_us_is_not_asked_again_before_its_time(wayback: StandIn, csv: Path):
    refused(wayback, csv)
    before = len(wayback.seen)
    ended = run(*crawl(wayback.address, csv, *RATES_OFF, db="other.db"))
    assert_turned_away(ended, "it still answers 429 (slow down)")
    assert timedelta(minutes=115) < until(ended.err) <= timedelta(hours=2)
    arguments = {"db": csv.with_name("third.db"), "retailers": csv, "source": wayback.address}
    options = [part for name, value in arguments.items() for part in ("-a", f"{name}={value}")]
    scrapy = run(*SCRAPY, "crawl", "history", *options)
    assert (
        "refuses us: it still answers 429 (slow down). Nothing is lost; run this again after " in scrapy.err
    )
    assert "Closing spider (refused)" in scrapy.err
    assert "Traceback" not in scrapy.err
    assert len(wayback.seen) == before
    end_block_in(25)
    ended = run(*crawl(wayback.address, csv, *RATES_OFF, "--wait"))
    assert ended.status == 0
    assert is_complete(csv)
    assert re.fullmatch(
        r"\S+ refuses us since an earlier crawl: .* \(slow down\)\. Waiting until \S+Z\n", ended.err
    )


def test_a_wait_can_be_interrupted(wayback: StandIn, csv: Path):
    refused(wayback, csv)
    process = start(*crawl(wayback.address, csv, *RATES_OFF, "--wait"))
    assert process.stderr
    printed = process.stderr.readline()
    assert "Waiting until" in printed
    process.send_signal(signal.SIGINT)
    ended = end_of(process)
    assert (ended.status, ended.out) == (4, "")
    assert ended.err.startswith("Error: ")
    assert "Run this again after" in ended.err


def test_a_block_outlives_the_crawl_and_doubles(csv: Path):
    """The archive is not known to the program, and has the name `archive.test`."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        command = crawl(f"http://archive.test:{unused.getsockname()[1]}", csv)
        first = run(*command, env=NAMES)
        again = run(*command, env=NAMES)
        end_block_in(2)
        waited = run(*command, "--wait", env=NAMES)
    why = "it refuses connections: it is down, or it blocks us"
    assert (first.status, waited.status) == (4, 4)
    assert f"refuses us: {why}. Nothing is lost" in first.out
    assert timedelta(minutes=55) < until(first.out) <= timedelta(hours=1)
    assert_turned_away(again, why)
    assert timedelta(minutes=115) < until(waited.out) <= timedelta(hours=2)
    assert archives.one(csv.with_name("archive.db"), "select count(*) from crawls") == 2


def test_a_server_of_our_own_that_does_not_run_is_asked_again_at_once(csv: Path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        command = crawl(f"http://127.0.0.1:{unused.getsockname()[1]}", csv)
        twice = [run(*command) for _ in range(2)]
    assert [ended.status for ended in twice] == [4, 4]
    assert all("Nothing is lost; run this again when it answers" in ended.out for ended in twice)


def test_limits_that_cannot_be_kept_stop_a_crawl_before_it_begins(wayback: StandIn, csv: Path):
    limits_file().write_bytes(b"no database at all" * 100)
    ended = run(*crawl(wayback.address, csv))
    assert (ended.status, ended.out) == (2, "")
    assert re.fullmatch(
        r"Error: the limits that all crawls share cannot be kept in \S+limits\.db "
        r"\(file is not a database\): "
        r"delete that file if it is damaged, or name another folder in POLICYTRAIL_STATE\n",
        ended.err,
    )
    assert wayback.seen == []


def test_limits_that_fail_on_the_way_stop_a_crawl_and_blame_no_capture(wayback: StandIn, csv: Path):
    wayback.stop_at(lambda seen: len(wayback.asked("replay")) > 3)
    process = start(*crawl(wayback.address, csv, "--cdx-per-minute", 600, "--replay-per-minute", 600))
    assert wayback.reached.wait(60)
    with closing(sqlite3.connect(limits_file())) as db, db:
        db.execute("drop table turns")
    wayback.go_on()
    ended = end_of(process)
    assert ended.status == 3
    assert "the limits that all crawls share cannot be kept in" in ended.out.splitlines()[-1]
    assert "Traceback" not in ended.err
    states = archives.rows(csv.with_name("archive.db"), "select distinct state, attempts from captures")
    assert sorted(states) == [("fetched", 1), ("listed", 0)]


def test_a_crawl_without_limits_needs_no_file(wayback: StandIn, csv: Path):
    assert run(*crawl(wayback.address, csv, *RATES_OFF)).status == 0
    assert not limits_file().exists()
