"""Get a Chromium for the browser tests, for `make test`: the system's, else Debian's, else Playwright's own.

Prints the result in one line. It succeeds even without a browser: then the tests are skipped with a reason.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from tests.support.browser.chromium import of_the_system

AT_MOST = 600  # seconds for one way; a machine without a network must not hold `make test` for ever
APT = ("apt-get", "-q", "-o", "DPkg::Lock::Timeout=300")
DEBIANS = ((*APT, "update"), (*APT, "install", "-y", "--no-install-recommends", "chromium"))
PLAYWRIGHTS = ((sys.executable, "-m", "playwright", "install", "chromium"),)


def get() -> str:
    """Get a Chromium; return the line to print."""
    if found := of_the_system():
        return f"{found}, which was here already"
    for name, commands in _ways():
        if all(_done(command) for command in commands):
            return name
    return "none could be had, their tests will be skipped; any Chromium on the PATH will do"


def _ways() -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    if shutil.which("apt-get") and os.geteuid() == 0:
        yield "Debian's package chromium", DEBIANS
    yield "Playwright's own", PLAYWRIGHTS


def _done(command: tuple[str, ...]) -> bool:
    """Run a command; if it fails or hangs, print its last lines."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=AT_MOST, env=quiet, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return False
    if ended.returncode:
        print(f"{' '.join(command)}: {(ended.stderr or ended.stdout).strip()[-300:]}", file=sys.stderr)
    return ended.returncode == 0


if __name__ == "__main__":
    print(f"Chromium for the browser tests: {get()}")
