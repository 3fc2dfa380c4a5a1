"""docs/seeding.md and the recipes of docs/exports.md, executed: `sh` and `python` in their order.

Their output is compared with the `text` block below each. A section has a folder with the demonstration, and
one Python for all its blocks, as a notebook has. In the expected output `…` stands for any text within a
line.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support import loaders, pywbs
from tests.support.paths import ROOT
from tests.support.processes import AT_MOST, wait_until

PAGE = ROOT / "docs" / "seeding.md"
PORTS = ("8001", "8080")  # in the document; the tests take free ones

# A notebook's Python: takes code as lines of JSON, and speaks to nobody beyond this machine.
KERNEL = """
import contextlib, io, json, socket, sys, traceback
connect = socket.socket.connect
def here_alone(self, address):
    if not str(address[0]).startswith("127."):
        raise AssertionError(f"asked for {address}: this page needs no network")
    return connect(self, address)
socket.socket.connect = here_alone
answers, shared = sys.stdout, {"__name__": "__main__"}
for line in sys.stdin:
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            exec(json.loads(line), shared)
        problem = ""
    except BaseException:
        problem = traceback.format_exc()
    print(json.dumps([out.getvalue(), problem]), file=answers, flush=True)
"""


class Block(NamedTuple):
    language: str
    text: str


def blocks(text: str) -> list[Block]:
    return [Block(*match) for match in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


def sections(page: Path = PAGE) -> dict[str, str]:
    """Return the sections of a page by their headings; "" is the part before the first."""
    parts = re.split(r"^## (.*)\n", page.read_text(), flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def matches(expected: str, printed: str) -> bool:
    return bool(re.fullmatch(re.escape(expected.strip()).replace("…", ".*"), printed.strip()))


class Reader:
    """A reader who follows a section step by step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        commands = folder / "bin"
        commands.mkdir()
        shim = commands / "policytrail"
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m crawler.cli "$@"\n')
        shim.chmod(0o755)
        path = os.pathsep.join(
            map(str, (commands, Path(sys.executable).parent, os.environ["PATH"], pywbs.PYWB))
        )
        self.environment = {
            **os.environ,
            **loaders.OFFLINE,
            "HF_HOME": str(folder / "home"),
            "PATH": path,
            "PYTHONPATH": str(ROOT),
            "TZ": "UTC",
        }
        self.ports = {port: free_port() for port in PORTS}
        self.started: list[subprocess.Popen[str]] = []
        self.kernel = self.start(
            [str(loaders.PYTHON), "-c", KERNEL], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def start(self, command: list[str], **streams: Any) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            text=True,
            start_new_session=True,
            **{"stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL, **streams},
        )
        self.started.append(process)
        return process

    def do(self, block: Block) -> str:
        """Return the output of a block; a block that fails fails the test."""
        text = block.text
        for port, free in self.ports.items():
            text = text.replace(port, free)
        return self.sh(text) if block.language == "sh" else self.python(text)

    def sh(self, text: str) -> str:
        if text.startswith("pip install"):
            return ""  # what the tests' environment has
        if text.endswith(" &\n"):
            self.start(["bash", "-c", text.removesuffix(" &\n")], stdout=subprocess.DEVNULL)
            port = int(re.findall(r"--port (\d+)", text)[0])
            wait_until(lambda: is_open(port), f"an answer of {text}")
            return ""
        done = self.start(
            ["bash", "-euo", "pipefail", "-c", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, err = done.communicate(timeout=AT_MOST)
        assert done.returncode == 0, f"{text}\n{err}"
        return out

    def python(self, text: str) -> str:
        assert self.kernel.stdin and self.kernel.stdout
        self.kernel.stdin.write(json.dumps(text) + "\n")
        self.kernel.stdin.flush()
        out, problem = json.loads(self.kernel.stdout.readline())
        assert not problem, problem
        return str(out)

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    stream.close()


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def follow(reader: Reader, section: str) -> int:
    """Execute a section; return the number of outputs that were compared."""
    compared, printed = 0, ""
    for block in blocks(section):
        if block.language in ("sh", "python"):
            printed = reader.do(block)
        elif block.language == "text":
            assert matches(block.text, printed), f"expected:\n{block.text}\nprinted:\n{printed}"
            compared += 1
    return compared


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder after the first section."""
    folder = tmp_path_factory.mktemp("demo")
    reader = Reader(folder)
    try:
        follow(reader, sections()[""])
    finally:
        reader.end()
    return folder / "demo"


@pytest.fixture
def reader(demo: Path, tmp_path: Path) -> Iterator[Reader]:
    shutil.copytree(demo, tmp_path / "demo")
    reader = Reader(tmp_path)
    yield reader
    reader.end()


@pytest.mark.parametrize("heading", [heading for heading in sections() if heading])
def test_the_page_does_what_it_says(reader: Reader, heading: str):
    section = sections()[heading]
    if "wb-manager" in section and not pywbs.PYWB.is_dir():
        pytest.skip("no pywb in .cache/pywb: 'make .cache/pywb/done' installs it")
    assert follow(reader, section) >= 1


def test_the_recipes_for_duckdb_do_what_they_say(reader: Reader):
    assert follow(reader, sections(ROOT / "docs" / "exports.md")["Recipes for DuckDB"]) == 4


def test_every_consumer_has_its_section():
    consumers = ["pandas", "Hugging Face datasets", "DuckDB", "git", "pywb"]
    assert list(sections()) == ["", *consumers, "A static site", "Datasette"]


def test_every_block_is_run_compared_or_shown():
    assert {block.language for block in blocks(PAGE.read_text())} == {"sh", "python", "text", "console"}


def test_what_is_not_as_the_page_says_fails(reader: Reader):
    with pytest.raises(AssertionError, match=r"expected:\s+2\s+printed:\s+1\s"):
        follow(reader, "```python\nprint(1)\n```\n\n```text\n2\n```\n")
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        follow(reader, "```python\n1 / 0\n```\n")
    with pytest.raises(AssertionError, match=r"there is no archive at no\.db"):
        follow(reader, "```sh\npolicytrail log no.db\n```\n")
    with pytest.raises(AssertionError, match="this page needs no network"):
        follow(reader, "```python\nimport socket\nsocket.create_connection(('192.0.2.1', 80))\n```\n")
