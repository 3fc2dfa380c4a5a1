"""Kills at random moments, a power cut, and an archive that misbehaves in every way.

The power cut loses the end of the log. After any disturbance the same command again ends with the archive of
an undisturbed run, and fetches nothing twice.
"""

import json
import os
import random
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.throttling.fault_row import PROBE_AFTER
from tests.support import archives
from tests.support.files import size_of
from tests.support.policies import policy
from tests.support.processes import POLICYTRAIL, RATES_OFF, SCRAPY, end_of, kill, run, start, wait_until
from tests.support.wayback.scenarios import write_retailers
from tests.support.wayback.standin import Answer, Seen, StandIn, html_page, memento
from tests.support.wayback.worlds import REPLAYS, populate, retailers

SEED = 20180525
KILLS = 30
AT_ONCE = 5  # requests that may be under way when the end comes
SHOPS = [f"{name}.example" for name in ("a", "b", "c", "d")]
MONTHS = [f"{year}{month:02d}01000000" for year in (2001, 2002) for month in range(1, 13)]
PAGE = 4096 + 24  # bytes of a page in SQLite's write-ahead log
Content = dict[str, list[tuple[object, ...]]]


def hold_small_captures(wayback: StandIn) -> None:
    for domain in SHOPS:
        bodies = [
            policy(f"Revision {number // 4}.", domain) + f"<!-- {month} -->".encode()
            for number, month in enumerate(MONTHS)
        ]
        wayback.add_captures(f"http://www.{domain}/privacy", *zip(MONTHS, bodies, strict=True))


@pytest.fixture
def wayback() -> Iterator[StandIn]:
    with StandIn() as standin:
        hold_small_captures(standin)
        yield standin


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Content:
    folder = tmp_path_factory.mktemp("undisturbed")
    with StandIn() as wayback:
        hold_small_captures(wayback)
        assert run(*crawl(wayback, folder / "archive.db")).status == 0
    return archives.content(folder / "archive.db")


def crawl(wayback: StandIn, db: Path) -> tuple[object, ...]:
    csv = write_retailers(db.parent / "retailers.csv", *SHOPS)
    return (
        *POLICYTRAIL,
        "crawl",
        db,
        "--retailers",
        csv,
        "--source",
        wayback.address,
        *RATES_OFF,
        "--jobs",
        1,
    )


def log_of(db: Path) -> Path:
    return db.with_name(db.name + "-wal")


def log_size(db: Path) -> int:
    return size_of(log_of(db))  # whoever closes an archive takes its log away


def end_at_random(wayback: StandIn, db: Path, chance: random.Random) -> bool:
    """Start the crawl and kill it at a request, or during a write; return whether it was still running."""
    asked, size = len(wayback.seen) + chance.randrange(1, 9), log_size(db) + PAGE * chance.randrange(1, 40)
    while_writing, all_at_once = chance.random() < 0.5, chance.random() < 0.8
    process = start(*crawl(wayback, db))
    wait_until(
        lambda: (
            process.poll() is not None
            or (log_size(db) >= size if while_writing else len(wayback.seen) >= asked)
        ),
        "the moment to kill",
    )
    if process.poll() is not None:
        assert end_of(process).status == 0
        return False
    if all_at_once:
        kill(process)
    else:  # as the kernel does when memory runs out: the workers have to find out
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    return True


def test_thirty_kills_at_random_moments_lose_nothing_and_fetch_nothing_twice(
    wayback: StandIn, tmp_path: Path, undisturbed: Content
):
    db, chance, kills = tmp_path / "archive.db", random.Random(SEED), 0
    while kills < KILLS:
        kills += end_at_random(wayback, db, chance)
        assert size_of(db) == 0 or archives.is_intact(db)
    ended = run(*crawl(wayback, db))
    assert (ended.status, ended.err) == (0, "")
    assert archives.is_intact(db)
    assert archives.content(db) == undisturbed
    assert archives.rows(db, "select distinct attempts from captures") == [(1,)]
    asked = Counter(seen.path for seen in wayback.asked("replay"))
    assert len(asked) == len(SHOPS) * len(MONTHS)
    assert sum(asked.values()) - len(asked) <= AT_ONCE * kills


def test_a_power_cut_may_lose_the_end_of_the_log_and_never_the_archive(
    wayback: StandIn, tmp_path: Path, undisturbed: Content
):
    """Wherever the log is cut, the archive is that of a moment before."""
    db, chance = tmp_path / "archive.db", random.Random(SEED)
    wayback.stop_at(lambda seen: len(wayback.asked("replay")) > 40)
    process = start(*crawl(wayback, db))
    assert wayback.reached.wait(60)
    kill(process)
    wayback.go_on()
    size = log_size(db)
    assert (
        PAGE * 50 < size < PAGE * 1000
    )  # beyond that SQLite takes the log into the file, and waits for the disk before it
    for number, length in enumerate(sorted(chance.randrange(size) for _ in range(20))):
        cut = tmp_path / str(number) / "archive.db"
        cut.parent.mkdir()
        for file in (db, log_of(db)):
            shutil.copy(file, cut.with_name(file.name))
        os.truncate(log_of(cut), length)
        assert archives.one(cut, "pragma integrity_check") == "ok"
        if number in (0, 10, 19):
            assert run(*crawl(wayback, cut)).status == 0
            assert archives.content(cut) == undisturbed


QUICK = ("reset", "cut", "503", "page")


class Disturbance:
    """Faults of the first answers for each address, always the same ones, and no more later."""

    def __init__(self, wayback: StandIn) -> None:
        self.wayback, self.asked, self.over = wayback, Counter[str](), threading.Event()
        self.faults, self.whole = Counter[str](), Counter[str]()
        wayback.instead = self.answer

    def answer(self, seen: Seen) -> Answer | None:
        path = seen.path.replace(self.wayback.address, "")
        chance = random.Random(f"{SEED} {path}")
        faults = [chance.choice((*QUICK, *QUICK, "hang")) for _ in range(chance.randrange(5))]
        with self.wayback.lock:
            turn, self.asked[path] = self.asked[path], self.asked[path] + 1
        if turn >= len(faults):
            self.whole.update([path] if seen.kind == "replay" else [])
            return None
        self.faults[f"{seen.kind} {faults[turn]}"] += 1
        return self._fault(faults[turn], seen)

    def _fault(self, fault: str, seen: Seen) -> Answer:
        if fault == "503":
            return html_page("Service Unavailable", 503)
        if fault == "page":
            return html_page("Internet Archive services are temporarily offline.")
        if fault == "cut":
            whole = (
                memento(seen.path[5:19], policy("Cut."))
                if seen.kind == "replay"
                else Answer(200, (), b"[" + b" " * 999 + b"]")
            )
            return Answer(200, whole.headers, whole.body, cut=300)
        if fault == "hang":
            self.over.wait(60)
        return Answer(reset=True)


def test_an_archive_that_misbehaves_in_every_way_at_last_gives_all(tmp_path: Path):
    """Scrapy's own command runs the crawl, because it accepts a shorter time-out."""
    with StandIn() as calm:
        populate(calm)
        db = tmp_path / "calm.db"
        csv = retailers(tmp_path)
        assert (
            run(*POLICYTRAIL, "crawl", db, "--retailers", csv, "--source", calm.address, *RATES_OFF).status
            == 0
        )
        expected = archives.content(db)
    db, report = tmp_path / "archive.db", tmp_path / "report.json"
    statuses: list[int] = []
    with StandIn() as wayback:
        populate(wayback)
        disturbance = Disturbance(wayback)
        arguments = {"db": db, "retailers": csv, "source": wayback.address, "report": report}
        arguments |= {"cdx_per_minute": 0, "replay_per_minute": 0}
        options = [part for name, value in arguments.items() for part in ("-a", f"{name}={value}")]
        while statuses[-1:] != [0]:
            assert run(*SCRAPY, "crawl", "history", *options, "-s", "DOWNLOAD_TIMEOUT=4").status == 0
            statuses.append(json.loads(report.read_text())["exit_status"])
            assert len(statuses) <= 6
        disturbance.over.set()
    assert set(disturbance.faults) == {
        f"{kind} {fault}" for kind in ("cdx", "replay") for fault in (*QUICK, "hang")
    }
    assert archives.content(db) == expected
    assert len(disturbance.whole) == REPLAYS
    # After five faults in a row one request is repeated, to see whether the archive answers at all.
    assert disturbance.whole.total() - REPLAYS <= disturbance.faults.total() / PROBE_AFTER
