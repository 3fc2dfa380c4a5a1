"""A command that is stopped, or cannot write its output, ends with one line and a documented status."""

import os
import signal
from pathlib import Path

import pytest

from db.database import open_archive
from tests.support import archives
from tests.support.commands import RECORDS, Run
from tests.support.processes import POLICYTRAIL, commands, end_of, run, start, wait_until
from tests.support.warcs import zipped

STOPPED = "stopped: run the same command again to go on"


@pytest.mark.e2e
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_an_import_with_one_line(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "shop.warc.gz").write_bytes(zipped(*RECORDS))
    process = start(*POLICYTRAIL, "import", tmp_path / "a.db", tmp_path / "shop.warc.gz")
    wait_until(lambda: "forkserver" in commands(process.pid), "the start of the workers")
    os.killpg(process.pid, number)
    assert end_of(process) == (3, "", f"{STOPPED}\n")
    assert archives.rows(tmp_path / "a.db", "select outcome, finished_at is null from crawls") == [
        (STOPPED, 0)
    ]


@pytest.mark.e2e
def test_a_signal_that_is_ignored_stays_so(tmp_path: Path) -> None:
    (tmp_path / "shop.warc.gz").write_bytes(zipped(*RECORDS))
    process = start("nohup", *POLICYTRAIL, "import", tmp_path / "a.db", tmp_path / "shop.warc.gz")
    wait_until(lambda: "forkserver" in commands(process.pid), "the start of the workers")
    os.kill(process.pid, signal.SIGHUP)
    assert end_of(process).status == 0


@pytest.mark.e2e
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_server_that_starts(tmp_path: Path, number: signal.Signals) -> None:
    open_archive(tmp_path / "a.db", create=True).close()
    process = start(*POLICYTRAIL, "serve", tmp_path / "a.db", "--port", "0")
    assert process.stdout and process.stdout.readline().startswith("Serving ")
    os.killpg(process.pid, number)
    ended = end_of(process)
    assert (ended.status, ended.out) == (0, "")
    assert [line for line in ended.err.splitlines() if not line.startswith("INFO: ")] == ["stopped"]


def test_a_reader_that_is_stopped_says_so(policytrail: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("crawler.cli.read.status.open_archive", stop)
    assert policytrail("status", "a.db") == (3, "", "stopped\n")


@pytest.mark.e2e
@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "command", ["show a.db shop.example", "log a.db --json", "retailers --csv", "--help"]
)
def test_an_output_that_cannot_be_written_is_an_error(command: str, unbuffered: str) -> None:
    with Path("/dev/full").open("w") as full:
        ended = run(
            *POLICYTRAIL, *command.split(), stdout=full, cwd=Path.cwd(), env={"PYTHONUNBUFFERED": unbuffered}
        )
    assert (ended.status, ended.err) == (
        3,
        "Error: standard output cannot be written: No space left on device\n",
    )


@pytest.mark.e2e
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_may_close_the_output(unbuffered: str) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    ended = run(*POLICYTRAIL, "retailers", stdout=theirs, env={"PYTHONUNBUFFERED": unbuffered})
    os.close(theirs)
    assert (ended.status, ended.err) == (1, "")


@pytest.mark.parametrize(
    "arguments",
    [["import", "a.db", "no\x1b[31m.warc"], ["sta\x1b[31mtus"], ["status", "a.db", "--sort", "\x1b[31m"]],
)
def test_wrong_use_is_repeated_escaped(policytrail: Run, arguments: list[str]) -> None:
    said = policytrail(*arguments)
    assert (said.status, said.out) == (2, "")
    assert "\x1b" not in said.err
    assert r"\x1b[31m" in said.err
