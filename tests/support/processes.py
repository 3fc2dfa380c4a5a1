"""`policytrail` started as users start it: a process with output, exit status and kills."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from tests.support.paths import ROOT
from tests.support.warm import Warm

POLICYTRAIL = (sys.executable, "-m", "crawler.cli")
# How a shell starts a command: in the front, or in the background of a script, where it ignores Ctrl-C.
IN_FRONT, IN_BACKGROUND = "exec", "trap '' INT; exec"
SCRAPY = (sys.executable, "-m", "scrapy")
# Seconds after which a process hangs. An import of the real pages takes 300 of them on a busy machine.
AT_MOST = 1200
RATES_OFF = ("--cdx-per-minute", "0", "--replay-per-minute", "0")


class Ended(NamedTuple):
    """How a process ended."""

    status: int
    out: str
    err: str


def start(*command: object, env: Mapping[str, str] | None = None, **options: Any) -> "subprocess.Popen[str]":
    """Start a command in its own process group, in the project's folder unless `cwd` is another."""
    return subprocess.Popen(
        [str(part) for part in command],
        env={**os.environ, **(env or {})},
        text=True,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        **{"cwd": ROOT, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )


def in_shell(how: str, *command: object) -> tuple[object, ...]:
    """Return a command as a shell starts it. `how` is IN_FRONT or IN_BACKGROUND."""
    return ("sh", "-c", f'{how} "$@"', "sh", *command)


def end_of(process: "subprocess.Popen[str]") -> Ended:
    """Wait for the end of a process and return it.

    A process that hangs is killed with all its children, and the test fails.
    """
    try:
        out, err = process.communicate(timeout=AT_MOST)
    except subprocess.TimeoutExpired:
        kill(process)
        raise
    return Ended(process.returncode, out, err)


def run(*command: object, **options: Any) -> Ended:
    return end_of(start(*command, **options))


def policytrail(*arguments: object, **options: Any) -> Ended:
    """Run a command to its end.

    Without options, and in the environment of the test run, this is a copy of a process that has imported the
    commands (`tests.support.warm`): most of the time of a short command are its imports.
    """
    if options or _others(os.environ) != _AT_BEGIN or "COVERAGE_PROCESS_CONFIG" in os.environ:
        return run(*POLICYTRAIL, *arguments, **options)
    status, out, err = _warm().run([str(one) for one in arguments], os.environ, AT_MOST)
    return Ended(int(status), out, err)


@cache
def _warm() -> Warm:
    return Warm(ROOT, _AT_BEGIN)


def _others(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables but for those that a command reads late, or not at all."""
    return {name: value for name, value in environment.items() if name not in _LATE}


_LATE = ("POLICYTRAIL_STATE", "PYTEST_CURRENT_TEST")
_AT_BEGIN = _others(os.environ)


def kill(process: "subprocess.Popen[str]") -> None:
    """Kill a process and all its children with SIGKILL."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=AT_MOST)


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Wait until a condition holds; fail after AT_MOST seconds."""
    deadline = time.monotonic() + AT_MOST
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.01)


def commands(group: int) -> str:
    """Return the command lines of the processes of a group."""
    return subprocess.run(
        ["ps", "-o", "args=", "-g", str(group)], capture_output=True, text=True, check=False
    ).stdout
