"""A real pywb that serves a collection of WARC files, in its own environment.

`make .cache/pywb/done` installs it.
"""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.processes import AT_MOST

PYWB = ROOT / ".cache" / "pywb" / "bin"
needed = pytest.mark.skipif(
    not PYWB.is_dir(), reason="no pywb in .cache/pywb: 'make .cache/pywb/done' installs it"
)

# Captures of the bundled archive. pywb skips redirects from a page to itself (http to https) and shows the
# next capture, or the page of the same second.
NOT_REPLAYED = {
    (
        "20150107141108",
        "http://quietkettle.example/privacy",
    ): "the archive shows the capture at 20150107141109 instead",
    (
        "20180528015449",
        "https://www.velvetbyte.example/policies/privacy",
    ): "the archive shows the capture at 20180528015450 instead",
    (
        "20180601170940",
        "http://www.harbourlight.example/legal/privacy",
    ): "replay shows another capture of that second: status 200",
    ("20180607063628", "http://www.northfork-outfitters.example/privacy-policy"): (
        "replay shows another capture of that second: status 200"
    ),
}


@contextmanager
def collection(folder: Path, name: str, files: Sequence[Path]) -> Iterator[str]:
    """Serve a new collection of these files from a folder; yield its address."""
    for arguments in (["init", name], ["add", name, *files]):
        subprocess.run([PYWB / "wb-manager", *arguments], cwd=folder, check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [PYWB / "wayback", "--port", str(port), "-b", "127.0.0.1"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}/{name}"
        deadline = time.monotonic() + AT_MOST
        while not _answers(address):
            assert server.poll() is None and time.monotonic() < deadline, "pywb did not start"
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/cdx?url=http://nobody.example/", timeout=10):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
