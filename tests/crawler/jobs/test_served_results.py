"""Bulk results are imported into temporary archive files, which do not stay, however the command ends."""

import os
import signal
import sys
from pathlib import Path

import pytest

from crawler.jobs import served_results
from tests.support.processes import IN_BACKGROUND, IN_FRONT, end_of, in_shell, start

# `serve` whose import only waits for a signal, and says so.
WAITING = """
import sys
from crawler.cli.main import main
from crawler.jobs import served_results

wait = "import signal, sys; print('importing', file=sys.stderr, flush=True); signal.pause()"
served_results._IMPORT = (sys.executable, "-c", wait)
main()
"""


def a_result(folder: Path) -> Path:
    """Make a folder that looks like a bulk result."""
    folder.mkdir()
    (folder / "_manifest.json").touch()
    return folder


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("shell", "number"),
    [
        (IN_FRONT, signal.SIGINT),
        (IN_FRONT, signal.SIGTERM),
        (IN_FRONT, signal.SIGHUP),
        (IN_BACKGROUND, signal.SIGTERM),
    ],
)
def test_a_signal_to_serve_alone_ends_its_import(tmp_path: Path, shell: str, number: signal.Signals) -> None:
    result = a_result(tmp_path / "result")
    (tmp_path / "t").mkdir()
    command = in_shell(shell, sys.executable, "-c", WAITING, "serve", result, "--port", "0")
    process = start(*command, env={"TMPDIR": str(tmp_path / "t")})
    assert process.stderr and process.stderr.readline() == "importing\n"
    os.kill(process.pid, number)
    assert end_of(process) == (3, "", "stopped\n")  # the import has closed standard error, too
    assert list((tmp_path / "t").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "file"),
    [("shops", "shops.db"), ("web", "result.db"), ("cdx", "result.db"), ("a b", "result.db")],
)
def test_the_name_of_a_result_is_that_of_its_archive_file_if_it_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, file: str
) -> None:
    result = a_result(tmp_path / name)
    monkeypatch.setattr(served_results, "_IMPORT", (sys.executable, "-c", ""))
    monkeypatch.setattr(served_results, "_has_captures", lambda _: True)
    with served_results.archives_of([result], ()) as (files, _):
        assert files[result].name == file
