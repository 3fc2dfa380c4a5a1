"""Servers of archives: `policytrail serve` and plain `datasette`, each in its own process on loopback."""

import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from crawler.demo.run import serving

__all__ = ["datasette", "serving"]

AT_MOST = 60  # seconds to start in


@contextmanager
def datasette(*arguments: object, folder: Path) -> Iterator[str]:
    """Run `datasette serve` without any option of policytrail; yield the address when it answers."""
    command = [sys.executable, "-m", "datasette", "serve", *map(str, arguments), "--port", "0"]
    with tempfile.TemporaryFile("w+") as said:
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=said)
        try:
            address = _address(server, said)
            with urllib.request.urlopen(f"{address}/-/versions.json", timeout=AT_MOST):
                yield address
        finally:
            server.terminate()
            server.wait()


def _address(server: "subprocess.Popen[bytes]", said: IO[str]) -> str:
    """Return the address that the server prints, as soon as it prints it."""
    deadline = time.monotonic() + AT_MOST
    while True:
        said.seek(0)
        log = said.read()
        if found := re.search(r"running on (http://\S+)", log):
            return found[1]
        assert server.poll() is None and time.monotonic() < deadline, f"the server did not start: {log}"
        time.sleep(0.02)
