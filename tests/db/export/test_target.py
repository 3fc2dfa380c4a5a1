"""The place that a user names: a link is followed, a device is never replaced."""

import os
import socket
import stat
from pathlib import Path, PurePosixPath

import pytest

from db.errors import ExportTargetError
from db.export import files, target

NO_FILE = "is a device, a pipe or an open file, which is never replaced: name a file"


def link(place: Path, to: Path | str) -> Path:
    place.symlink_to(to)
    return place


def write(out: Path, data: bytes) -> None:
    with files.file(out, "called", lambda place: place.read_bytes().startswith(b"ours")) as whole:
        whole.stream.write(data)


def test_what_is_no_link_is_the_place_itself(tmp_path: Path):
    (tmp_path / "there").write_bytes(b"")
    for place in (
        tmp_path,
        tmp_path / "there",
        tmp_path / "missing",
        Path("relative"),
        tmp_path / "no" / "x",
    ):
        assert target.resolve(place) == place


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_is_followed_whether_its_file_is_there_or_not(tmp_path: Path, is_there: bool):
    disk = tmp_path / "disk"
    disk.mkdir()
    if is_there:
        (disk / "x.jsonl").write_bytes(b"ours 1")
    out = link(tmp_path / "out.jsonl", "disk/x.jsonl")
    chained = link(tmp_path / "chained.jsonl", out)
    assert target.resolve(chained) == disk / "x.jsonl"
    write(chained, b"ours 2")
    assert (out.is_symlink(), chained.is_symlink()) == (True, True)
    assert (disk / "x.jsonl").read_bytes() == b"ours 2"
    assert sorted(path.name for path in disk.iterdir()) == ["x.jsonl"]


def test_a_link_with_dots_leads_where_the_system_says(tmp_path: Path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "x").write_bytes(b"ours")
    folder = link(tmp_path / "folder", tmp_path / "a" / "b")
    link(tmp_path / "a" / "b" / "up", "../x")
    assert target.resolve(folder / "up").samefile(tmp_path / "a" / "x")


def test_a_link_to_a_folder_is_that_folder(tmp_path: Path):
    disk = tmp_path / "disk"
    disk.mkdir()
    write(link(tmp_path / "out", disk), b"ours")
    assert (disk / "called").read_bytes() == b"ours"
    with files.folder(tmp_path / "out") as folder:
        folder.put(PurePosixPath("a.md"), b"1")
    assert (disk / "a.md").read_bytes() == b"1"
    assert (tmp_path / "out").is_symlink()


def test_a_link_in_a_folder_to_the_file_of_the_export_is_followed(tmp_path: Path):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.write_bytes(b"ours 1")
    link(out / "called", elsewhere)
    write(out, b"ours 2")
    assert ((out / "called").is_symlink(), elsewhere.read_bytes()) == (True, b"ours 2")


def test_a_folder_is_made_where_a_dead_link_leads(tmp_path: Path):
    out = link(tmp_path / "out", tmp_path / "disk")
    with files.folder(out) as folder:
        folder.put(PurePosixPath("a.md"), b"1")
    assert (out.is_symlink(), (tmp_path / "disk" / "a.md").read_bytes()) == (True, b"1")
    nowhere = link(tmp_path / "nowhere", tmp_path / "no" / "folder")
    with pytest.raises(ExportTargetError, match="there is no folder "), files.folder(nowhere):
        pass
    with pytest.raises(ExportTargetError, match="there is no folder "):
        write(nowhere, b"ours")


def test_the_file_of_another_is_left_also_behind_a_link(tmp_path: Path):
    (tmp_path / "theirs").write_bytes(b"theirs")
    out = link(tmp_path / "out", "theirs")
    with pytest.raises(ExportTargetError, match="was not written by this export"):
        write(out, b"ours")
    assert ((tmp_path / "theirs").read_bytes(), out.is_symlink()) == (b"theirs", True)


@pytest.mark.parametrize("length", [1, 2, 50])
def test_links_in_a_circle_are_refused(tmp_path: Path, length: int):
    for number in range(length):
        link(tmp_path / str(number), str((number + 1) % length))
    with pytest.raises(ExportTargetError, match="0 cannot be written: "):
        target.resolve(tmp_path / "0")
    with pytest.raises(ExportTargetError, match="0 cannot be written: "), files.folder(tmp_path / "0"):
        pass
    assert all((tmp_path / str(number)).is_symlink() for number in range(length))


def test_devices_and_links_to_them_are_never_replaced(tmp_path: Path):
    null = Path("/dev/null").stat()
    for out in (Path("/dev/null"), link(tmp_path / "null", "/dev/null"), link(tmp_path / "again", "null")):
        with pytest.raises(ExportTargetError, match=NO_FILE):
            write(out, b"ours")
        with pytest.raises(ExportTargetError, match=NO_FILE), files.folder(out):
            pass
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert Path("/dev/null").stat().st_ino == null.st_ino
    assert not list(Path("/dev").glob(".null*"))


@pytest.mark.parametrize("is_linked", [True, False])
def test_pipes_and_sockets_are_never_replaced(tmp_path: Path, is_linked: bool):
    os.mkfifo(tmp_path / "pipe")
    listening = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(tmp_path)
    listening.bind("socket")
    os.chdir(here)
    for name in ("pipe", "socket"):
        out = link(tmp_path / f"to-{name}", name) if is_linked else tmp_path / name
        before = os.lstat(out).st_ino
        with pytest.raises(ExportTargetError, match=NO_FILE):
            write(out, b"ours")
        assert os.lstat(out).st_ino == before
    listening.close()


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/stderr", "/dev/fd/{}", "/proc/self/fd/{}"])
def test_an_open_file_is_never_replaced(tmp_path: Path, name: str):
    """The program that opened it would not see the new file."""
    with (tmp_path / "open").open("wb") as opened:
        for out in (Path(name.format(opened.fileno())), tmp_path / "link"):
            if out.name == "link":
                link(out, name.format(opened.fileno()))
            with pytest.raises(ExportTargetError, match=NO_FILE):
                write(out, b"ours")
        opened.write(b"of the program")
    assert (tmp_path / "open").read_bytes() == b"of the program"
    assert (tmp_path / "link").is_symlink()


def test_a_link_with_the_name_of_the_temporary_file_is_not_written_to(tmp_path: Path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"theirs")
    link(tmp_path / ".x.part", victim)
    write(tmp_path / "x", b"ours")
    assert ((tmp_path / "x").is_symlink(), (tmp_path / "x").read_bytes()) == (False, b"ours")
    assert victim.read_bytes() == b"theirs"


@pytest.mark.parametrize("name", [files.LIST, f"{files.LIST}.part"])
def test_a_link_with_the_name_of_the_list_is_refused(tmp_path: Path, name: str):
    out, victim = tmp_path / "out", tmp_path / "victim"
    out.mkdir()
    victim.write_bytes(b"")
    link(out / name, victim)
    with pytest.raises(ExportTargetError, match="is a link, and an export makes none"), files.folder(out):
        pass
    assert ((out / name).is_symlink(), victim.read_bytes()) == (True, b"")
