"""Show long output in the user's pager, as git does."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout, suppress
from typing import IO, cast


def command(environment: Mapping[str, str]) -> list[str] | None:
    """Return the command of the pager: the words of PAGER, else `less`; None for no pager.

    PAGER can be empty or `cat` for no pager. Return None also if the program is not installed.
    """
    words = shlex.split(environment.get("PAGER", "less"))
    return words if words and words != ["cat"] and shutil.which(words[0]) else None


@contextmanager
def paged(words: list[str]) -> Iterator[None]:
    """Send standard output to a pager until the end of the block, and wait for its end.

    The user can leave the pager early: the rest of the output is dropped, and the program exits with 0.
    `less` ends at once if the output fits on the screen, unless the user has set LESS.
    """
    environment = {"LESS": "FRX", **os.environ}
    with subprocess.Popen(  # noqa: S603 - the user's own pager
        words, stdin=subprocess.PIPE, text=True, encoding="utf-8", env=environment
    ) as process:
        pipe = cast("IO[str]", process.stdin)
        try:
            with redirect_stdout(pipe):
                yield
        except BrokenPipeError:
            sys.exit(0)
        finally:
            with suppress(BrokenPipeError):
                pipe.close()
            while process.poll() is None:
                with suppress(KeyboardInterrupt):  # Ctrl-C is a command of the pager
                    process.wait()
