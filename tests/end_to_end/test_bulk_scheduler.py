"""`policytrail bulk --scheduler` with Dask's own programs: a scheduler, and two workers; one is killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.bulk.history import TABLES
from crawler.jobs.run_bulk import BulkPlan, run_bulk
from tests.support import bulk, shops
from tests.support.processes import kill, policytrail, start, wait_until

SCHEDULER = (sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0")
WORKER = (sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-dashboard")


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
        command = (*SCHEDULER, "--dashboard-address", "127.0.0.1:0", "--scheduler-file", file)
        started.append(start(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        wait_until(file.exists, "the scheduler wrote its file")
        yield file, json.loads(file.read_text())["address"]


def worker(file: Path, *options: str, daemon: bool = False) -> "subprocess.Popen[str]":
    """Start a worker as docs/bulk.md says."""
    return start(
        *WORKER,
        *options,
        "--scheduler-file",
        file,
        "--local-directory",
        file.parent,
        env={"DASK_DISTRIBUTED__WORKER__DAEMON": str(daemon)},
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


def test_a_worker_that_may_not_start_processes_is_told_how_to(scheduler: tuple[Path, str], tmp_path: Path):
    file, address = scheduler
    files = shops.write(tmp_path)
    with processes() as started:
        started.append(worker(file, daemon=True))
        ended = policytrail("bulk", files[3], tmp_path / "out", "--scheduler", address, "--every")
    assert ended.status == 2
    assert ended.err.splitlines()[1] == (
        f"Error: {files[3]}: a worker of Dask may not start the process that extracts pages: set"
        " DASK_DISTRIBUTED__WORKER__DAEMON=False where 'dask worker' is started, or use --no-nanny"
    )
