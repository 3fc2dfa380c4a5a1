"""What all scenarios share: rows of the table, and processes with their time and memory."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
POLICYTRAIL = (sys.executable, "-m", "crawler.cli")
SECONDS = 120.0
"""No process may take longer, whatever it reads."""
MEGABYTES = 1024
"""No process may have more memory, whatever it reads. docs/extraction.md, "Limits", has the measured peak."""


@dataclass(frozen=True)
class Row:
    """One case: what was done, what is wrong with the result ("" for nothing), and what it cost."""

    scenario: str
    case: str
    wrong: str
    seconds: float = 0.0
    megabytes: int = 0


@dataclass(frozen=True)
class Ended:
    """How a process ended: exit status (negative for a signal), output, seconds and peak memory."""

    status: int
    output: str
    seconds: float
    megabytes: int

    @property
    def last_line(self) -> str:
        """The last line with text."""
        return next((line for line in reversed(self.output.splitlines()) if line.strip()), "")

    def wrong(self, *statuses: int, most: float = SECONDS) -> str:
        """Return what is wrong with this end, or "". ``statuses`` are those that are right."""
        if self.seconds > most:
            return f"took {self.seconds:.0f} s"
        if self.megabytes > MEGABYTES:
            return f"took {self.megabytes} MB"
        if "Traceback" in self.output:
            return f"traceback: {self.last_line[:100]}"
        return "" if self.status in statuses else f"status {self.status}: {self.last_line[:100]}"


@dataclass
class Place:
    """Where a scenario works: an empty folder, numbers from a seed, and the demonstration archive."""

    folder: Path
    rng: random.Random
    demo: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: object, kill_after: float | None = None, **options: object) -> Ended:
        """Run policytrail. ``kill_after`` seconds it gets ``sign``, SIGKILL without one."""
        return run(*POLICYTRAIL, *arguments, env=self.environment, kill_after=kill_after, **options)


def run(
    *command: object,
    env: Mapping[str, str] | None = None,
    kill_after: float | None = None,
    sign: int = signal.SIGKILL,
    most: float = SECONDS,
    **options: object,
) -> Ended:
    """Run a command in a process group of its own, and measure it."""
    process, started = start(*command, env=env, **options), time.monotonic()
    if kill_after is not None:
        try:
            process.wait(kill_after)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, sign)
    return end_of(process, started, most)


def start(*command: object, env: Mapping[str, str] | None = None, **options: object) -> subprocess.Popen[str]:
    """Start a command. Its output goes to a file in memory, so a full pipe never stops it."""
    output = os.fdopen(os.memfd_create("output"), "w+")
    process = subprocess.Popen(
        ["nice", "-n", "5", *map(str, command)],
        env={**os.environ, **(env or {})},
        cwd=options.pop("cwd", ROOT),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        text=True,
        start_new_session=True,
        **options,
    )
    process.output = output
    return process


def end_of(process: subprocess.Popen[str], started: float, most: float = SECONDS) -> Ended:
    """Wait for a process, at most ``most`` seconds, and return how it ended. Its children are ended too."""
    deadline = started + most + 1
    usage = None
    while usage is None:
        if process.returncode is None:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                usage, process.returncode = used, os.waitstatus_to_exitcode(status)
        else:  # `wait` has taken it already
            break
        if usage is None:
            if time.monotonic() > deadline:
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.02)
    seconds = time.monotonic() - started
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.output.seek(0)
    return Ended(process.returncode, process.output.read(), seconds, usage.ru_maxrss // 1024 if usage else 0)
