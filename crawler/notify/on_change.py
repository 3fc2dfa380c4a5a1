"""Run a command of the user with the news, after a run that brought some."""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from crawler.errors import NotifierError
from crawler.notify.definitions import VARIABLE

SECONDS = 300.0
_GRACE = 5.0  # seconds between SIGTERM and SIGKILL


def words_of(command: str) -> list[str]:
    """Return the program and the arguments of a command. No shell reads it.

    Raises NotifierError if a quote is open, or the program does not exist.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise NotifierError(f"--on-change cannot be read as a command: {error}") from error
    if not words:
        raise NotifierError("--on-change is empty: name a program")
    if shutil.which(words[0]) is None:
        raise NotifierError(f"--on-change: there is no program {words[0]!r}; no shell reads the command")
    return words


def run(words: list[str], news: bytes, variables: Mapping[str, str]) -> str | None:
    """Run a command with `news` on its standard input. Return what went wrong in one line, or None.

    `variables` are added to its environment. After SECONDS it is ended, with all processes that it started.
    """
    inherited = {name: value for name, value in os.environ.items() if name != VARIABLE}
    with tempfile.TemporaryFile() as standard_input:
        standard_input.write(news)
        standard_input.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - the command is the user's
                words, stdin=standard_input, env={**inherited, **variables}, start_new_session=True
            )
        except OSError as error:
            return f"{Path(words[0]).name} cannot be started: {error.strerror}"
        try:
            status = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            _end(process)
            return f"{Path(words[0]).name} was ended after {SECONDS:g} s"
        except BaseException:
            _end(process)
            raise
    return None if status == 0 else f"{Path(words[0]).name} ended with status {status}"


def _end(process: "subprocess.Popen[bytes]") -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
            return
