"""A crawl that is killed, stopped or runs out of disk, and the same command again.

The result is the same archive, and nothing is fetched twice.
"""

import os
import resource
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.database import open_archive
from tests.support import archives
from tests.support.processes import (
    POLICYTRAIL,
    RATES_OFF,
    Ended,
    commands,
    end_of,
    kill,
    run,
    start,
    wait_until,
)
from tests.support.wayback.standin import Seen, StandIn
from tests.support.wayback.worlds import REPLAYS, SHOPS, populate, retailers

AT_ONCE = 5  # requests that may be under way when the end comes
Content = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def wayback() -> Iterator[StandIn]:
    with StandIn() as standin:
        populate(standin)
        yield standin


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """The content of the archive after an undisturbed crawl."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with StandIn() as wayback:
        populate(wayback)
        ended = run(*crawl(wayback, folder / "archive.db"))
        counts = f"{6 + REPLAYS} requests, 52 captures new in the index, {REPLAYS - 1} fetched, 1 failed"
        assert (ended.status, ended.out.splitlines()[0], ended.err) == (0, counts, "")
        assert len(wayback.asked("replay")) == REPLAYS
    return archives.content(folder / "archive.db")


def crawl(wayback: StandIn, db: Path) -> tuple[object, ...]:
    csv = retailers(db.parent)
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


def assert_finishes(
    wayback: StandIn, db: Path, undisturbed: Content, interruptions: int = 1, not_stored: int = 0
) -> None:
    """Assert that the same command again ends with the same archive.

    Only requests that were under way are sent twice. `not_stored` answers had arrived, but could not be
    stored.
    """
    assert archives.is_intact(db)
    ended = run(*crawl(wayback, db))
    assert (ended.status, ended.err) == (0, "")
    assert archives.is_intact(db)
    assert archives.content(db) == undisturbed
    asked = Counter(seen.path for seen in wayback.asked("replay"))
    assert len(asked) == REPLAYS
    assert sum(asked.values()) - REPLAYS <= AT_ONCE * interruptions + not_stored
    before = len(wayback.seen)
    assert run(*crawl(wayback, db)).status == 0
    assert [seen.kind for seen in wayback.seen[before:]] == ["cdx"] * len(SHOPS)
    assert archives.content(db) == undisturbed


def nth(wayback: StandIn, kind: str, number: int) -> Callable[[Seen], bool]:
    return lambda seen: seen in wayback.asked(kind)[number - 1 :]


def kill_at(wayback: StandIn, db: Path, which: Callable[[Seen], bool]) -> None:
    """Start the crawl, and kill it while requests chosen by `which` wait for their answers."""
    wayback.stop_at(which)
    process = start(*crawl(wayback, db))
    assert wayback.reached.wait(60), end_of(process)
    kill(process)
    wayback.go_on()


@pytest.mark.parametrize(
    "kind, number",
    [("cdx", 1), ("cdx", 2), ("replay", 1), ("replay", 20), ("replay", REPLAYS)],
    ids=str,
)
def test_a_kill_in_the_middle_costs_only_what_was_under_way(
    wayback: StandIn, tmp_path: Path, undisturbed: Content, kind: str, number: int
):
    db = tmp_path / "archive.db"
    kill_at(wayback, db, nth(wayback, kind, number))
    assert_finishes(wayback, db, undisturbed)
    outcomes = archives.rows(db, "select outcome, finished_at is null from crawls order by id")
    assert outcomes == [("interrupted", 1), ("done", 0), ("done", 0)]


@pytest.mark.parametrize("hop", ["legal", "policies/privacy"])
def test_a_kill_between_a_redirect_and_its_target(
    wayback: StandIn, tmp_path: Path, undisturbed: Content, hop: str
):
    db = tmp_path / "archive.db"
    kill_at(
        wayback,
        db,
        lambda seen: seen.path.endswith(f"/{hop}") and seen.kind == "replay" and "moved" in seen.path,
    )
    assert_finishes(wayback, db, undisturbed)


def test_kills_one_after_the_other(wayback: StandIn, tmp_path: Path, undisturbed: Content):
    db = tmp_path / "archive.db"
    for number in (5, 17, 33):
        kill_at(wayback, db, nth(wayback, "replay", number))
    assert_finishes(wayback, db, undisturbed, interruptions=3)


def unjudged(db: Path) -> bool:
    """Return whether extraction is at work: some captures have a verdict, some fetched ones have none."""
    try:
        states = archives.rows(db, "select verdict is null from captures where state = 'fetched'")
    except archives.NOT_READY:
        return False
    return (1,) in states and (0,) in states


def test_a_kill_during_the_extraction(wayback: StandIn, tmp_path: Path, undisturbed: Content):
    db = tmp_path / "archive.db"
    process = start(*crawl(wayback, db))
    wait_until(
        lambda: len(wayback.asked("replay", about=SHOPS[3])) == 2 and unjudged(db), "extraction at work"
    )
    kill(process)
    assert archives.one(db, "select count(*) from captures where state = 'fetched' and verdict is null") > 0
    assert_finishes(wayback, db, undisturbed)


def test_no_worker_outlives_a_main_process_that_was_killed_alone(wayback: StandIn, tmp_path: Path):
    """The kernel kills like this when memory runs out: workers get no signal and must notice it."""
    db = tmp_path / "archive.db"
    process = start(*crawl(wayback, db))
    wait_until(lambda: unjudged(db), "extraction at work")
    children = group(process.pid) - {process.pid}
    assert children
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait_until(lambda: not group(process.pid), "the end of the workers")
    process.communicate()


def group(number: int) -> set[int]:
    """Return the living processes of a group."""
    found = subprocess.run(
        ["ps", "-o", "pid=,stat=", "-A", "-o", "pgid="], capture_output=True, text=True, check=True
    )
    lines = [line.split() for line in found.stdout.splitlines()]
    return {int(pid) for pid, state, pgid in lines if int(pgid) == number and not state.startswith("Z")}


# Ctrl-C, which a terminal sends to all processes


@pytest.mark.parametrize("kind, number", [("cdx", 2), ("replay", 9)])
def test_ctrl_c_ends_cleanly_and_the_next_run_goes_on(
    wayback: StandIn, tmp_path: Path, undisturbed: Content, kind: str, number: int
):
    db = tmp_path / "archive.db"
    wayback.stop_at(nth(wayback, kind, number))
    process = start(*crawl(wayback, db))
    assert wayback.reached.wait(60)
    os.killpg(process.pid, signal.SIGINT)
    wayback.go_on()
    ended = end_of(process)
    assert ended.status == 3
    assert ended.out.splitlines()[-1] == "stopped: run the same command again to go on"
    assert ended.err == ""
    assert archives.rows(db, "select outcome, finished_at is null from crawls") == [
        (ended.out.splitlines()[-1], 0)
    ]
    assert (
        archives.one(
            db, "select count(*) from captures where state = 'failed' and timestamp != '20030101000000'"
        )
        == 0
    )
    assert_finishes(wayback, db, undisturbed)


def test_ctrl_c_while_the_workers_start(wayback: StandIn, tmp_path: Path, undisturbed: Content):
    db = tmp_path / "archive.db"
    process = start(*crawl(wayback, db))
    wait_until(lambda: "forkserver" in commands(process.pid), "the start of the workers")
    os.killpg(process.pid, signal.SIGINT)
    ended = end_of(process)
    assert (ended.status, ended.err) == (3, "")
    assert_finishes(wayback, db, undisturbed)


def test_ctrl_c_during_the_extraction(wayback: StandIn, tmp_path: Path, undisturbed: Content):
    """The workers get the signal too, and must ignore it: the main process waits for their pages."""
    db = tmp_path / "archive.db"
    process = start(*crawl(wayback, db))
    wait_until(
        lambda: len(wayback.asked("replay", about=SHOPS[3])) == 2 and unjudged(db), "extraction at work"
    )
    os.killpg(process.pid, signal.SIGINT)
    ended = end_of(process)
    assert (ended.status, ended.err) == (3, "")
    assert archives.one(db, "select count(*) from captures where verdict = 'unreadable'") == 0
    assert_finishes(wayback, db, undisturbed)


def test_ctrl_c_during_the_extraction_of_what_an_earlier_run_left(
    wayback: StandIn, tmp_path: Path, undisturbed: Content
):
    db = tmp_path / "archive.db"
    process = start(*crawl(wayback, db))
    wait_until(
        lambda: len(wayback.asked("replay", about=SHOPS[3])) == 2 and unjudged(db), "extraction at work"
    )
    kill(process)
    wayback.stop_at(lambda seen: seen.kind == "cdx")
    process = start(*crawl(wayback, db))
    assert wayback.reached.wait(60)
    os.killpg(process.pid, signal.SIGINT)
    wayback.go_on()
    assert end_of(process).status == 3
    assert_finishes(wayback, db, undisturbed, interruptions=2)


# A full disk


def assert_full(ended: Ended, db: Path) -> None:
    assert ended.status == 3
    assert ended.out.splitlines()[-1].startswith("the archive could not be written: ")
    assert "\n" not in ended.err.strip()
    assert archives.is_intact(db)


def log_of_nothing(folder: Path) -> int:
    """Return the bytes of SQLite's log for an archive that has only its tables and views."""
    db = open_archive(folder / "empty.db", create=True)
    size = (folder / "empty.db-wal").stat().st_size
    db.close()
    return size


@pytest.mark.parametrize("kilobytes", [20, 120])
def test_a_file_that_may_not_grow_stops_the_run_and_loses_nothing(
    wayback: StandIn, tmp_path: Path, undisturbed: Content, kilobytes: int
):
    db = tmp_path / "archive.db"
    size = log_of_nothing(tmp_path) + kilobytes * 1024

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    assert_full(run(*crawl(wayback, db), preexec_fn=limit), db)
    # The answer that did not fit, and one for the request that took its place on the wire.
    assert_finishes(wayback, db, undisturbed, not_stored=2)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    # SQLite's log, the tables that it writes to the archive file, the index of the log, and some facts.
    size = 2 * log_of_nothing(tmp_path) + 300 * 1024
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_stops_the_run_and_loses_nothing(
    wayback: StandIn, small_disk: Path, undisturbed: Content
):
    db = small_disk / "archive.db"
    ended = run(*crawl(wayback, db))
    assert_full(ended, db)
    assert "full" in ended.out.splitlines()[-1]
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    # The answer that did not fit, and one for the request that took its place on the wire.
    assert_finishes(wayback, db, undisturbed, not_stored=2)
