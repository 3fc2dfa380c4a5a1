"""The shared file: what it promises to any number of processes, whatever clocks and files do."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import LimitsError
from crawler.throttling import shared_limits
from crawler.throttling.shared_limits import BLOCK_SECONDS, LONGEST_SECONDS, PAUSES, SharedLimits, limits_file

ARCHIVE = "archive.example"


class Machine:
    """A file of limits and a clock; each `process` has an opening of its own."""

    def __init__(self, file: Path) -> None:
        self.file, self.now = file, 1_000_000.0
        self._opened: list[SharedLimits] = []

    def process(self, archive: str = ARCHIVE) -> SharedLimits:
        self._opened.append(SharedLimits(archive, self.file, lambda: self.now))
        return self._opened[-1]

    def close(self) -> None:
        for opened in self._opened:
            opened.close()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "state" / "limits.db")
    yield machine
    machine.close()


PROCESSES = st.lists(st.tuples(st.integers(0, 2), st.floats(0, 4)), min_size=20, max_size=70)


@given(asked=PROCESSES, rate=st.integers(4, 60))
def test_no_minute_holds_more_than_the_limit(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[int, float]], rate: int
):
    """Whoever of three processes asks when, and asks again at once or much later."""
    machine = Machine(tmp_path_factory.mktemp("state") / "limits.db")
    processes = [machine.process() for _ in range(3)]
    taken = []
    for number, later in asked:
        machine.now += later
        while wait := processes[number].take("cdx", 60 / rate).wait:
            machine.now += wait if number else max(wait / 2, 0.01)  # one asks again too early
        taken.append(machine.now)
    machine.close()
    assert all(later - earlier >= 60 / rate - 1e-6 for earlier, later in pairwise(taken))
    assert max(sum(begin <= at < begin + 60 - 1e-3 for at in taken) for begin in taken) <= rate


def test_archives_and_kinds_have_turns_of_their_own(machine: Machine):
    one, other = machine.process(), machine.process("other.example")
    waits = [each.take(kind, 60).wait for kind in ("cdx", "replay", "cdx") for each in (one, other)]
    assert waits == [0.0, 0.0, 0.0, 0.0, 60.0, 60.0]


def test_a_429_pauses_for_a_minute_and_twice_as_long_each_time_until_the_archive_is_taken_at_its_word(
    machine: Machine,
):
    pauses = []
    while (seconds := machine.process().pause(None, 60)) is not None:  # each time after a restart
        pauses.append(seconds)
        machine.now += seconds
    assert pauses == [60.0 * 2**n for n in range(PAUSES)]


def test_the_archives_own_word_on_how_long_is_kept(machine: Machine):
    process = machine.process()
    assert process.pause(90, 5) == 90
    machine.now += 90
    assert process.pause(None, 5) == 10
    machine.now += 10
    assert process.pause(0, 5) == 1.0
    machine.now += 1
    assert process.pause(BLOCK_SECONDS + 1, 5) is None


def test_pauses_after_which_the_archive_answers_do_not_add_up(machine: Machine):
    process = machine.process()
    for _ in range(3 * PAUSES):
        assert process.pause(2, 60) == 2
        assert not process.answered()  # an answer that was under way
        machine.now += 2
        assert process.answered()
    assert process.pause(None, 60) == 60


def test_a_block_lasts_no_longer_than_the_archive_asks(machine: Machine):
    process = machine.process()
    process.block("no")
    machine.now += 3600
    assert process.block("no", 4000) == 4000  # the second block of its own would last two hours
    machine.now += 4000
    assert process.block("no", 5) == 4 * 3600  # it asked for less, but does not answer after that


def test_answers_that_were_under_way_do_not_make_a_pause_longer_unless_they_say_so(machine: Machine):
    one, other = machine.process(), machine.process()
    assert one.pause(None, 60) == 60
    machine.now += 20
    assert [other.pause(asked, 60) for asked in (None, 5, 70, None)] == [40, 40, 70, 70]
    machine.now += 70
    assert one.pause(None, 60) == 120


def test_ten_minutes_without_a_429_take_one_doubling_back(machine: Machine):
    process = machine.process()
    lasted = []
    for peace in (0, 0, 599, 600, 1200, 6000):
        seconds = process.pause(None, 60)
        assert seconds is not None
        lasted.append(seconds)
        machine.now += seconds + peace
    assert lasted == [60, 120, 240, 480, 480, 240]
    assert process.pause(None, 60) == 60


def test_a_block_is_an_hour_and_doubles_up_to_a_week(machine: Machine):
    blocks = []
    for _ in range(10):
        blocks.append(machine.process().block("no"))
        machine.now += blocks[-1]
    assert blocks == [min(3600.0 * 2**n, LONGEST_SECONDS) for n in range(10)]


def test_requests_that_were_under_way_do_not_double_a_block(machine: Machine):
    one, other = machine.process(), machine.process()
    assert [one.block("no"), one.block("no"), other.block("no")] == [3600] * 3
    assert other.state() == (machine.now, 0.0, machine.now + 3600, "no")
    assert other.take("cdx", 1).wait == 3600
    machine.now += 3600
    assert other.state().blocked_until == 0
    assert other.take("cdx", 1).wait == 0


def test_a_day_after_a_block_takes_one_doubling_back(machine: Machine):
    process = machine.process()
    lasted = []
    for days in (0, 0, 0.9, 2, 9):
        lasted.append(process.block("no") / 3600)
        machine.now += lasted[-1] * 3600 + days * 24 * 3600
    assert lasted == [1, 2, 4, 8, 4]
    assert process.block("no") == 3600


def test_an_archive_may_say_itself_for_how_long_it_refuses_us(machine: Machine):
    assert machine.process().block("no", 5 * 3600) == 5 * 3600
    assert machine.process("other.example").block("no", 1e12) == LONGEST_SECONDS


@pytest.mark.parametrize("back", [0.001, 30, 3 * 365 * 24 * 3600])
def test_a_clock_that_is_set_back_makes_no_wait_longer(machine: Machine, back: float):
    process = machine.process()
    process.take("cdx", 60)
    process.block("no")
    process.pause(30, 60)
    machine.now -= back
    standing = machine.process().state()
    assert standing.blocked_until - machine.now == pytest.approx(3600)
    assert standing.paused_until - machine.now == pytest.approx(30)
    machine.now += 3600.01
    assert process.take("cdx", 60).wait == 0


def test_a_turn_is_not_further_away_after_the_clock_was_set_back(machine: Machine):
    machine.process().take("cdx", 60)
    machine.now -= 1e6
    assert machine.process().take("cdx", 60).wait == pytest.approx(60)


def test_moments_that_nobody_can_have_written_do_not_count(machine: Machine):
    process = machine.process()
    process.take("cdx", 60)
    process.pause(None, 60)
    process.block("no")
    with sqlite3.connect(machine.file) as db:
        db.execute("update archives set paused_until = 1e12, blocked_until = 1e12")
        db.execute("update turns set next = 1e12")
    assert process.state()[1:3] == (0.0, 0.0)
    assert process.take("cdx", 60).wait == 0


def test_to_look_makes_no_file(machine: Machine):
    assert machine.process().state() == (machine.now, 0.0, 0.0, "")
    assert not machine.file.parent.exists()


def test_a_damaged_file_is_named_with_what_to_do(machine: Machine):
    machine.file.parent.mkdir()
    machine.file.write_bytes(b"no database at all" * 100)
    process = machine.process()
    for use in (
        process.open,
        process.state,
        lambda: process.take("cdx", 1),
        lambda: process.pause(None, 60),
    ):
        with pytest.raises(
            LimitsError, match=r"limits\.db \(file is not a database\): delete that file if it is damaged, or"
        ):
            use()


def test_a_folder_that_cannot_be_had_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LimitsError, match="or name another folder in POLICYTRAIL_STATE"):
        SharedLimits(ARCHIVE, tmp_path / "file" / "limits.db").open()


def test_a_file_that_somebody_holds_is_named(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shared_limits, "LOCKED_SECONDS", 0.01)
    machine.process().open()
    with sqlite3.connect(machine.file) as holder:
        holder.execute("begin immediate")
        with pytest.raises(LimitsError, match="database is locked"):
            machine.process().take("cdx", 1)


def test_the_folder_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("POLICYTRAIL_STATE", str(tmp_path))
    assert limits_file() == tmp_path / "limits.db"
    monkeypatch.setenv("POLICYTRAIL_STATE", "")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert limits_file().parent.name == "policytrail"


HOLD = """
import sys, os
from pathlib import Path
from crawler.throttling.shared_limits import SharedLimits
budget = SharedLimits("archive.example", Path(sys.argv[1]))
with budget._row():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_who_is_killed_in_its_turn_holds_nobody_up(machine: Machine):
    machine.process().open()
    with subprocess.Popen([sys.executable, "-c", HOLD, machine.file], stdin=-1, stdout=-1) as holder:
        assert holder.stdout and holder.stdout.readline() == b"held\n"
        holder.kill()
        holder.wait()
    assert machine.process().take("cdx", 60).wait == 0


TAKE = """
import sys, time
from pathlib import Path
from crawler.throttling.shared_limits import SharedLimits
sys.stdin.readline()
budget = SharedLimits("archive.example", Path(sys.argv[1]))
for _ in range(10):
    while wait := budget.take("cdx", 0.02).wait:
        time.sleep(wait)
    print(budget.state().now, flush=True)
"""


def test_processes_that_make_the_file_at_the_same_moment_share_it(machine: Machine):
    command = [sys.executable, "-c", TAKE, str(machine.file)]
    processes = [subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, text=True) for _ in range(4)]
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60) for process in processes]
    assert [err for _, err in said] == [""] * 4
    taken = sorted(float(line) for out, _ in said for line in out.split())
    assert len(taken) == 40
    assert taken[-1] - taken[0] >= 38 * 0.02
