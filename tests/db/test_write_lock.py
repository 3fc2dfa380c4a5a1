"""One writer at a time: who has the lock, who may wait, and what a killed process leaves."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from db.errors import ArchiveLockedError, NoArchiveError, StoreError
from db.write_lock import exclusive_writer, holder

HOLDER = """
import sys
from pathlib import Path
from db.write_lock import exclusive_writer, holder
with exclusive_writer(Path(sys.argv[1]), "crawl archive.db rei.com"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def hold(archive: Path) -> "subprocess.Popen[str]":
    """Let another process hold an archive, until its standard input ends."""
    command = [sys.executable, "-c", HOLDER, str(archive)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_writer_hears_who_holds_the_archive_and_since_when(archive: Path) -> None:
    process = hold(archive)
    with pytest.raises(ArchiveLockedError) as caught, exclusive_writer(archive, "import"):
        pass
    host = re.escape(socket.gethostname())
    who = rf"'crawl archive.db rei.com', process {process.pid} on {host}, since \d{{4}}-\S+Z"
    assert re.fullmatch(
        rf"archive\.db is in use by {who}; run this again when it has ended, or with --wait",
        str(caught.value),
    )
    process.communicate()
    with exclusive_writer(archive, "import"):
        pass


def test_a_reader_hears_who_writes_and_that_a_killed_run_does_not(archive: Path) -> None:
    assert holder(archive) is None
    process = hold(archive)
    found = holder(archive)
    assert (found and (found.pid, found.command)) == (process.pid, "crawl archive.db rei.com")
    process.kill()
    process.communicate()
    assert archive.with_name("archive.db.lock").read_text()
    assert holder(archive) is None
    with exclusive_writer(archive, "import"):
        assert holder(archive)
    assert holder(archive) is None


def test_one_who_waits_hears_for_whom_and_goes_on_when_that_one_is_killed(archive: Path) -> None:
    process = hold(archive)
    heard = []

    def waiting(line: str) -> None:
        heard.append(line)
        process.kill()

    with exclusive_writer(archive, "import", waiting):
        holder = json.loads(archive.with_name("archive.db.lock").read_text())
        assert (holder["pid"], holder["command"]) == (os.getpid(), "import")
    assert len(heard) == 1
    assert heard[0].endswith(": waiting for it to end")
    process.communicate()


def test_one_process_may_hold_it_twice(archive: Path) -> None:
    with exclusive_writer(archive, "crawl"):
        with exclusive_writer(archive, "crawl"):
            pass
        assert json.loads(archive.with_name("archive.db.lock").read_text())["command"] == "crawl"
    assert archive.with_name("archive.db.lock").read_text() == ""


def test_another_name_of_the_file_is_the_same_archive(archive: Path) -> None:
    archive.touch()
    link = archive.with_name("latest.db")
    link.symlink_to(archive)
    process = hold(link)
    with pytest.raises(ArchiveLockedError), exclusive_writer(archive, "import"):
        pass
    process.communicate()


def test_a_holder_that_has_not_said_who_it_is_yet(archive: Path) -> None:
    process = hold(archive)
    archive.with_name("archive.db.lock").write_text('{"pid": 1')
    with (
        pytest.raises(ArchiveLockedError, match=r"archive\.db is in use by another process; run this again"),
        exclusive_writer(archive, "import"),
    ):
        pass
    process.communicate()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(NoArchiveError, match="there is no folder"),
        exclusive_writer(tmp_path / "none" / "archive.db", "import"),
    ):
        pass


def test_a_lock_that_cannot_be_made_is_an_error_of_the_store(archive: Path) -> None:
    archive.with_name("archive.db.lock").mkdir()
    with (
        pytest.raises(StoreError, match="cannot be locked for writing: "),
        exclusive_writer(archive, "import"),
    ):
        pass
