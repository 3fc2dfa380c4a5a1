"""`policytrail bulk --scheduler` with Dask's own programs: a scheduler, and two workers; one is killed."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.bulk.engines.cluster import LOST
from crawler.bulk.history import TABLES
from crawler.jobs.bulk_plan import BulkPlan
from crawler.jobs.run_bulk import run_bulk
from tests.support import bulk, shops
from tests.support.processes import kill, policytrail, start, wait_until

SCHEDULER = (sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0")
WORKER = (sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-dashboard")

# A module that Python imports at its start: there is no policytrail then.
HIDES = """
import sys
class Hides:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "crawler":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hides())
"""


@contextmanager
def processes() -> Iterator[list["subprocess.Popen[str]"]]:
    """A list of processes that are killed at the end."""
    started: list[subprocess.Popen[str]] = []
    try:
        yield started
    finally:
        for process in reversed(started):
            if process.poll() is None:
                kill(process)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Dask's scheduler: its file with its address, and the address."""
    file = tmp_path_factory.mktemp("dask") / "scheduler.json"
    with processes() as started:
        started.append(start_scheduler(file))
        yield file, json.loads(file.read_text())["address"]


def start_scheduler(file: Path) -> "subprocess.Popen[str]":
    """Start a scheduler, and wait until its file is written."""
    command = (*SCHEDULER, "--dashboard-address", "127.0.0.1:0", "--scheduler-file", file)
    started = start(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: file.exists() and file.read_text().endswith("}"), "the scheduler wrote its file")
    return started


def worker(file: Path, *options: str, daemon: bool = False, modules: str = "") -> "subprocess.Popen[str]":
    """Start a worker as docs/bulk.md says. `modules` is a folder whose modules come first."""
    return start(
        *WORKER,
        *options,
        "--scheduler-file",
        file,
        "--local-directory",
        file.parent,
        env={"DASK_DISTRIBUTED__WORKER__DAEMON": str(daemon), "PYTHONPATH": modules},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_two_workers_make_what_one_process_makes(scheduler: tuple[Path, str], tmp_path: Path):
    file, address = scheduler
    files = shops.write(tmp_path)
    run_bulk(BulkPlan(tuple(map(str, files)), str(tmp_path / "calm"), buckets=4, jobs=1), print)
    with processes() as started:
        started += [worker(file, "--no-nanny"), worker(file)]
        running = start(
            *(sys.executable, "-m", "crawler.cli", "bulk", *files, tmp_path / "out"),
            *("--buckets", "4", "--scheduler", address),
        )
        started.append(running)
        wait_until(lambda: list((tmp_path / "out").rglob("*.parquet")), "a worker wrote a file")
        os.kill(started[0].pid, signal.SIGKILL)
        out, err = running.communicate(timeout=300)
    assert running.returncode == 3, err  # of the damaged files
    assert err.startswith("Dask shows its work at http://127.0.0.1:")
    assert "2.warc is cut off within record 5" in err
    assert out.splitlines()[0] == "4 files: 15 records taken, 2 passed over, 3 failed"
    made, calm = bulk.parts(tmp_path / "out"), bulk.parts(tmp_path / "calm")
    assert made == calm
    assert len([path for path in made if path.startswith(tuple(TABLES))]) == 15


def test_schedulers_that_are_killed_end_a_run_with_a_line_and_the_next_run_goes_on(tmp_path: Path):
    files, out = shops.write(tmp_path), tmp_path / "out"
    run_bulk(BulkPlan(tuple(map(str, files)), str(tmp_path / "calm"), buckets=4, jobs=1), print)
    for number, pattern in enumerate(("records/*.parquet", "versions/*/*.parquet", "")):
        file = tmp_path / f"{number}.json"
        with processes() as started:
            started += [start_scheduler(file), worker(file, "--no-nanny")]
            address = json.loads(file.read_text())["address"]
            command = (sys.executable, "-m", "crawler.cli", "bulk", *files, out, "--buckets", "4")
            started.append(start(*command, "--scheduler", address))
            if pattern:
                wait_until(lambda: list(out.glob(pattern)), f"a worker wrote {pattern}")  # noqa: B023
                os.kill(started[0].pid, signal.SIGKILL)
            _, err = started[2].communicate(timeout=300)
            assert started[2].returncode == 3  # of the damaged files, at last
            assert ("Traceback" in err, f"Error: {LOST}\n" in err) == (False, bool(pattern)), err
    assert bulk.parts(out) == bulk.parts(tmp_path / "calm")


def test_a_worker_that_may_not_start_processes_is_told_how_to(scheduler: tuple[Path, str], tmp_path: Path):
    file, address = scheduler
    files = shops.write(tmp_path)
    with processes() as started:
        started.append(worker(file, daemon=True))
        ended = policytrail("bulk", files[3], tmp_path / "out", "--scheduler", address, "--every")
    assert ended.status == 3
    assert re.fullmatch(
        r"Error: the worker of Dask at tcp://\S+ may not start the process that extracts pages: set"
        " DASK_DISTRIBUTED__WORKER__DAEMON=False where 'dask worker' is started, or use --no-nanny",
        ended.err.splitlines()[-1],
    ), ended


def test_a_worker_without_policytrail_is_named(tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text(HIDES)
    file = tmp_path / "scheduler.json"
    with processes() as started:
        started += [start_scheduler(file), worker(file, modules=str(tmp_path))]
        address = json.loads(file.read_text())["address"]
        warc = shops.write(tmp_path)[3]
        ended = policytrail("bulk", warc, tmp_path / "out", "--scheduler", address, "--every")
    line = r"Error: the worker of Dask at tcp://\S+ has no policytrail: install it there\n"
    assert (ended.status, bool(re.search(line, ended.err))) == (3, True), ended
