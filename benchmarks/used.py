"""What a command and the processes that it leaves behind use. Linux only."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Collection
from typing import NamedTuple

_PR_SET_CHILD_SUBREAPER = 36  # <sys/prctl.h>: processes left behind by their parent are waited for here


class Used(NamedTuple):
    """What a command used.

    `seconds` are those of the clock, until its main process ended. `main` and `others` are seconds of
    processor time: of the main process, and of its children with those of the workers' server. `megabytes`
    and `largest` are the most memory of the main process and of any of its processes.
    """

    seconds: float
    main: float
    others: float
    megabytes: float
    largest: float

    @property
    def cpu(self) -> float:
        """The processor time of all processes in seconds."""
        return self.main + self.others


def run(*command: object, allowed: Collection[int] = (0,)) -> Used:
    """Run a command without its output, and return what it used.

    Raises CalledProcessError for an exit status that is not `allowed`.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.DEVNULL,
        process_group=0,
    )
    try:
        return _wait(process, start, allowed)
    except BaseException:  # Ctrl-C does not reach the group
        os.killpg(process.pid, signal.SIGTERM)
        raise


def _wait(process: "subprocess.Popen[bytes]", start: float, allowed: Collection[int]) -> Used:
    seconds = main = others = megabytes = largest = 0.0
    while True:
        try:
            pid, status, used = os.wait4(-process.pid, 0)  # any process of its group
        except ChildProcessError:
            return Used(seconds, main, others, megabytes, largest)
        cpu, memory = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
        largest = max(largest, memory)
        if pid != process.pid:
            others += cpu
            continue
        seconds, main, megabytes = time.perf_counter() - start, cpu, memory
        if (code := os.waitstatus_to_exitcode(status)) not in allowed:
            raise subprocess.CalledProcessError(code, process.args)
