import asyncio
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from crawler.errors import WorkersError
from crawler.workers import limits
from crawler.workers.processes import NoResultError, OverLimitError, Processes
from tests.support.paths import ROOT


def spin() -> None:
    while True:
        pass


def fill() -> int:
    return len(bytearray(1 << 45))


def crash() -> None:
    os._exit(1)


def be_ended(number: int) -> None:
    os.kill(os.getpid(), number)


def refuse(megabytes: int) -> None:
    """Stand in for the start of a worker on a machine that allows nothing."""
    raise OSError(12, "Cannot allocate memory")


@pytest.fixture
def processes() -> Iterator[Processes]:
    made = Processes(1, 2048)
    yield made
    made.close()


def test_no_process_starts_before_the_first_call() -> None:
    code = (
        "import asyncio; from multiprocessing.forkserver import _forkserver as server;"
        "from crawler.workers.processes import Processes; processes = Processes(1, 2048);"
        "before = server._forkserver_pid; asyncio.run(processes.call(60, len, 'four'));"
        "print(before, server._forkserver_pid is None); processes.close()"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ended.stdout == "None False\n"


def test_closed_processes_do_no_work(processes: Processes) -> None:
    processes.close()
    with pytest.raises(NoResultError, match=r"^the run was stopped$"):
        asyncio.run(processes.call(60, len, "four"))


def test_work_over_a_limit_ends_with_its_reason(processes: Processes) -> None:
    with pytest.raises(OverLimitError, match=r"^over 0\.5 s of processor time$"):
        asyncio.run(processes.call(0.5, spin))
    for work in (fill, crash):
        with pytest.raises(OverLimitError, match=r"^over 2048 MB of memory, or crashed$"):
            asyncio.run(processes.call(60, work))


def test_time_in_which_a_worker_waits_does_not_count(processes: Processes) -> None:
    assert asyncio.run(processes.call(0.3, time.sleep, 0.6)) is None


def test_a_worker_seldom_looks_for_unused_objects(processes: Processes) -> None:
    assert asyncio.run(processes.call(60, gc.get_threshold))[0] == 10_000


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
def test_a_worker_that_others_end_is_no_evidence(processes: Processes, number: int) -> None:
    with pytest.raises(NoResultError, match=r"^a worker process was ended from outside$"):
        asyncio.run(processes.call(60, be_ended, number))


def test_with_less_memory_than_due_nothing_is_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "allowed_memory", lambda megabytes: 1024)
    processes = Processes(1, 2048)
    assert processes.is_tight
    with pytest.raises(NoResultError, match=r"^the address space of a process is limited to 1024 MB here$"):
        asyncio.run(processes.call(60, fill))
    processes.close()


def test_where_no_worker_can_work_the_run_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.workers.processes._begin", refuse)
    processes = Processes(1, 2048)
    with pytest.raises(WorkersError, match=r"^no worker process can work on this machine, so nothing was"):
        asyncio.run(processes.call(60, time.sleep, 0))
    processes.close()


def test_the_end_of_the_workers_ends_work_under_way(processes: Processes) -> None:
    async def close_meanwhile() -> None:
        work = asyncio.create_task(processes.call(60, time.sleep, 3600))
        while not processes._awaited:
            await asyncio.sleep(0)
        processes.close()
        await work

    with pytest.raises(NoResultError, match=r"^the run was stopped$"):
        asyncio.run(close_meanwhile())


def test_after_the_end_nothing_has_a_result(processes: Processes) -> None:
    processes.close()
    with pytest.raises(NoResultError, match=r"^the run was stopped$"):
        asyncio.run(processes.call(60, time.sleep, 0))
