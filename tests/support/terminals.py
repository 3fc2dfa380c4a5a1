"""A command with a pseudo terminal as its standard output."""

import fcntl
import os
import struct
import subprocess
import termios
from collections.abc import Mapping

from tests.support.processes import AT_MOST, POLICYTRAIL, Ended


def on_a_terminal(
    *arguments: object, width: int = 200, env: Mapping[str, str] | None = None, err: bool = False
) -> Ended:
    """Run policytrail with a terminal of `width` columns as standard output, without colours and a pager.

    `env` adds to the environment. With `err`, standard error is that terminal too; else it is returned apart.
    """
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    environment = {**os.environ, "PAGER": "", "NO_COLOR": "1", **(env or {})}
    environment.pop("COLUMNS", None)
    with subprocess.Popen(
        [*POLICYTRAIL, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs if err else subprocess.PIPE,
        env=environment,
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while block := os.read(ours, 65536):
                shown += block
        except OSError:  # the other end is closed
            pass
        finally:
            os.close(ours)
        errors = process.stderr.read().decode() if process.stderr else ""
        return Ended(process.wait(AT_MOST), shown.decode().replace("\r\n", "\n"), errors)
