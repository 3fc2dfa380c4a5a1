"""A command of the user gets the news, and has a time limit."""

import json
import os
import shlex
import sys
from pathlib import Path

import pytest

from crawler.errors import NotifierError
from crawler.notify import on_change
from crawler.notify.definitions import VARIABLE


def script(folder: Path, *lines: str) -> list[str]:
    file = folder / "a script.py"
    file.write_text("\n".join(("import json, os, sys, time", *lines)))
    return on_change.words_of(f"{shlex.quote(sys.executable)} {shlex.quote(str(file))} '$HOME; echo'")


def test_news_on_standard_input_and_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "team=slack://secret")
    out = tmp_path / "out.json"
    words = script(
        tmp_path,
        "news = json.load(sys.stdin)",
        f"json.dump([news, sys.argv[1:], dict(os.environ)], open({str(out)!r}, 'w'))",
    )
    news = json.dumps({"changes": ["é" * 200_000]}).encode()
    assert on_change.run(words, news, {"POLICYTRAIL_CHANGES": "1"}) is None
    found, arguments, environment = json.loads(out.read_text())
    assert found == {"changes": ["é" * 200_000]}
    assert arguments == ["$HOME; echo"]
    assert environment["POLICYTRAIL_CHANGES"] == "1"
    assert VARIABLE not in environment


def test_one_that_reads_nothing(tmp_path: Path) -> None:
    assert on_change.run(script(tmp_path), b"x" * 1_000_000, {}) is None


def test_one_that_fails(tmp_path: Path) -> None:
    problem = on_change.run(script(tmp_path, "sys.exit(7)"), b"{}", {})
    assert problem == f"{Path(sys.executable).name} ended with status 7"


def test_one_that_hangs_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_change, "SECONDS", 3)
    monkeypatch.setattr(on_change, "_GRACE", 0.2)
    os.mkfifo(fifo := tmp_path / "fifo")
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    words = script(
        tmp_path,
        "import signal, subprocess",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        f"writer = os.open({str(fifo)!r}, os.O_WRONLY)",
        "waits = [sys.executable, '-c', 'input()']",
        "subprocess.Popen(waits, stdin=subprocess.PIPE, pass_fds=[writer])",
        "time.sleep(3600)",
    )
    problem = on_change.run(words, b"{}", {})
    assert problem == f"{Path(sys.executable).name} was ended after 3 s"
    os.set_blocking(reader, True)
    assert os.read(reader, 1) == b""  # the end: no process has the pipe open any more
    os.close(reader)


def test_one_that_cannot_be_started(tmp_path: Path) -> None:
    file = tmp_path / "tool"
    file.write_bytes(b"\x7fELF of another machine")
    file.chmod(0o755)
    problem = on_change.run(on_change.words_of(shlex.quote(str(file))), b"{}", {})
    assert problem == "tool cannot be started: Exec format error"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("", "--on-change is empty: name a program"),
        ("'open", "--on-change cannot be read as a command: No closing quotation"),
        ("no-such-tool x", "--on-change: there is no program 'no-such-tool'; no shell reads the command"),
        ("./no-such-tool", "--on-change: there is no program './no-such-tool'; no shell reads the command"),
    ],
)
def test_wrong_commands(command: str, message: str) -> None:
    with pytest.raises(NotifierError) as failed:
        on_change.words_of(command)
    assert str(failed.value) == message
