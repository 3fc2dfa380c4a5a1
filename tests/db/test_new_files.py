"""Temporary files are created anew; whatever has their name is never written to."""

import os
from pathlib import Path

import pytest

from db import new_files


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    file = tmp_path / "victim"
    file.write_bytes(b"keep")
    return file


@pytest.mark.parametrize("there", ["nothing", "file", "link", "dead link", "hard link", "pipe"])
def test_a_new_file_replaces_what_has_its_name(tmp_path: Path, victim: Path, there: str) -> None:
    part = tmp_path / ".out.part"
    if there == "file":
        part.write_bytes(b"from a killed run, longer than the new content")
    elif there == "link":
        part.symlink_to(victim)
    elif there == "dead link":
        part.symlink_to(tmp_path / "elsewhere")
    elif there == "hard link":
        part.hardlink_to(victim)
    elif there == "pipe":
        os.mkfifo(part)
    with new_files.create(part) as out:
        out.write(b"new")
    assert (part.read_bytes(), part.is_symlink()) == (b"new", False)
    assert victim.read_bytes() == b"keep"
    assert not (tmp_path / "elsewhere").exists()


def test_a_link_that_returns_at_once_is_not_written_through(
    tmp_path: Path, victim: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = tmp_path / ".out.part"
    part.symlink_to(victim)
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
    with pytest.raises(FileExistsError):
        new_files.create(part)
    assert victim.read_bytes() == b"keep"


def test_a_folder_of_that_name_is_left(tmp_path: Path) -> None:
    (tmp_path / ".out.part").mkdir()
    with pytest.raises(OSError, match=r"\.out\.part"):
        new_files.create(tmp_path / ".out.part")


def test_a_file_of_our_own_is_never_opened_through_a_link(tmp_path: Path, victim: Path) -> None:
    (tmp_path / "journal").symlink_to(victim)
    for open_ in (new_files.append, new_files.rewrite):
        with pytest.raises(OSError, match="symbolic links"):
            open_(tmp_path / "journal")
    assert victim.read_bytes() == b"keep"


def test_a_file_of_our_own_is_appended_to_and_rewritten(tmp_path: Path) -> None:
    file = tmp_path / "journal"
    for line in (b"one\n", b"two\n"):
        with new_files.append(file) as out:
            out.write(line)
    assert file.read_bytes() == b"one\ntwo\n"
    with new_files.rewrite(file) as text:
        text.write("ö")
    assert file.read_bytes() == "ö".encode()


def test_a_copy_is_a_new_file(tmp_path: Path, victim: Path) -> None:
    (tmp_path / "copy").symlink_to(victim)
    (tmp_path / "source").write_bytes(b"content")
    new_files.copy(tmp_path / "source", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"content"
    assert victim.read_bytes() == b"keep"
