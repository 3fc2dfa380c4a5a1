"""Files of exports: whole, written only where something is new, never over what others put there."""

import hashlib
import io
from pathlib import Path, PurePosixPath

import pytest
from filelock import FileLock

from db import new_files
from db.errors import ArchiveLockedError, ExportTargetError, ExportWriteError, StoreError
from db.export import files

ONE, TWO = PurePosixPath("a/one.md"), PurePosixPath("a/b/two.md")


def content(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()
    }


def listed(**texts: bytes) -> bytes:
    return b"".join(f"{hashlib.sha256(text).hexdigest()}  {path}\n".encode() for path, text in texts.items())


def put(root: Path, *pairs: tuple[PurePosixPath, bytes]) -> tuple[list[bool], list[str]]:
    with files.folder(root) as folder:
        return [folder.put(path, data) for path, data in pairs], folder.foreign_files


def test_files_are_written_once_and_listed(tmp_path: Path):
    out = tmp_path / "out"
    assert put(out, (TWO, b"2"), (ONE, b"1")) == ([True, True], [])
    expected = {
        "a/b/two.md": b"2",
        "a/one.md": b"1",
        files.LIST: listed(**{"a/b/two.md": b"2", "a/one.md": b"1"}),
    }
    assert content(out) == expected
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    assert put(out, (TWO, b"2"), (ONE, b"1")) == ([False, False], [])
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*") if path != out} == {
        path: time for path, time in before.items() if path != out
    }


def test_what_is_ours_is_updated(tmp_path: Path):
    put(tmp_path, (ONE, b"1"))
    assert put(tmp_path, (ONE, b"new")) == ([True], [])
    assert content(tmp_path) == {"a/one.md": b"new", files.LIST: listed(**{"a/one.md": b"new"})}


@pytest.mark.parametrize("theirs", [b"theirs", b""])
def test_what_is_anothers_is_left_and_told(tmp_path: Path, theirs: bytes):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.md").write_bytes(theirs)
    assert put(tmp_path, (ONE, b"1"), (TWO, b"2")) == ([False, True], ["a/one.md"])
    assert content(tmp_path)["a/one.md"] == theirs


def test_what_somebody_changed_is_no_longer_ours(tmp_path: Path):
    put(tmp_path, (ONE, b"1"))
    (tmp_path / ONE).write_bytes(b"with notes")
    assert put(tmp_path, (ONE, b"new")) == ([False], ["a/one.md"])
    assert content(tmp_path)["a/one.md"] == b"with notes"


def test_the_same_bytes_are_ours_whoever_wrote_them(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / ONE).write_bytes(b"1")
    assert put(tmp_path, (ONE, b"1")) == ([False], [])
    assert put(tmp_path, (ONE, b"new")) == ([True], [])


@pytest.mark.parametrize("thing", ["folder", "link", "dead link"])
def test_what_is_no_plain_file_is_anothers(tmp_path: Path, thing: str):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    (out / "a").mkdir(parents=True)
    if thing == "folder":
        (out / ONE).mkdir()
    else:
        (out / ONE).symlink_to(elsewhere)
        if thing == "link":
            elsewhere.write_bytes(b"1")
    assert put(out, (ONE, b"1")) == ([False], ["a/one.md"])
    assert not elsewhere.exists() or elsewhere.read_bytes() == b"1"


def test_no_link_leads_out_of_the_folder(tmp_path: Path):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (out / "a").symlink_to(elsewhere)
    assert put(out, (TWO, b"2")) == ([False], [str(TWO)])
    assert put(out, (ONE, b"1")) == ([False], ["a/one.md"])
    assert list(elsewhere.iterdir()) == []


def test_a_file_where_a_folder_must_be_is_left(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"theirs")
    assert put(tmp_path, (ONE, b"1"), (TWO, b"2")) == ([False, False], ["a/one.md", "a/b/two.md"])
    assert content(tmp_path)["a"] == b"theirs"


def test_only_what_is_ours_and_unchanged_is_deleted_with_the_folders_it_leaves_empty(tmp_path: Path):
    put(tmp_path, (ONE, b"1"), (TWO, b"2"))
    (tmp_path / "a" / "theirs.md").write_bytes(b"theirs")
    (tmp_path / ONE).write_bytes(b"with notes")
    with files.folder(tmp_path) as folder:
        assert sorted(folder.paths) == ["a/b/two.md", "a/one.md"]
        assert [folder.drop(path) for path in ("a/b/two.md", "a/one.md", "a/theirs.md", "nothing.md")] == [
            True,
            False,
            False,
            False,
        ]
    assert content(tmp_path) == {"a/theirs.md": b"theirs", "a/one.md": b"with notes", files.LIST: b""}
    assert not (tmp_path / "a" / "b").exists()


def test_a_list_cannot_name_what_lies_elsewhere(tmp_path: Path):
    out, victim = tmp_path / "out", tmp_path / "victim"
    out.mkdir()
    victim.write_bytes(b"1")
    (out / f"{files.LIST}").write_bytes(listed(**{"../victim": b"1"}))
    with pytest.raises(ExportTargetError, match="was not written by an export"), files.folder(out):
        pass
    assert victim.exists()


def test_a_kill_after_the_journal_and_before_the_file(tmp_path: Path):
    put(tmp_path, (ONE, b"1"))
    (tmp_path / f"{files.LIST}.part").write_bytes(listed(**{"a/one.md": b"new"}))
    assert put(tmp_path, (ONE, b"newer")) == ([True], [])
    assert content(tmp_path) == {"a/one.md": b"newer", files.LIST: listed(**{"a/one.md": b"newer"})}


def test_a_kill_after_the_file_and_before_the_list(tmp_path: Path):
    put(tmp_path, (ONE, b"1"))
    (tmp_path / f"{files.LIST}.part").write_bytes(listed(**{"a/one.md": b"new"}))
    (tmp_path / ONE).write_bytes(b"new")
    assert put(tmp_path) == ([], [])
    assert content(tmp_path) == {"a/one.md": b"new", files.LIST: listed(**{"a/one.md": b"new"})}


def test_a_kill_in_the_midst_of_a_line_of_the_journal(tmp_path: Path):
    (tmp_path / f"{files.LIST}.part").write_bytes(listed(**{"a/one.md": b"1"})[:-1])
    assert put(tmp_path, (ONE, b"1"), (TWO, b"2")) == ([True, True], [])
    assert content(tmp_path)[files.LIST] == listed(**{"a/b/two.md": b"2", "a/one.md": b"1"})


def test_a_folder_is_made_but_not_the_one_around_it(tmp_path: Path):
    with (
        pytest.raises(ExportTargetError, match=r"there is no folder .*missing"),
        files.folder(tmp_path / "missing" / "out"),
    ):
        pass
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(ExportTargetError, match="file is a file: this format needs a folder"),
        files.folder(tmp_path / "file"),
    ):
        pass
    with (
        pytest.raises(ExportTargetError, match="there is no folder "),
        files.file(tmp_path / "missing" / "x.jsonl", "x", lambda _: True),
    ):
        pass


def test_no_temporary_file_is_written_through_a_link(tmp_path: Path):
    out, victim = tmp_path / "out", tmp_path / "victim"
    victim.write_bytes(b"keep")
    (out / "a").mkdir(parents=True)
    for part in (out / "a" / ".one.md.part", out / f".{files.LIST}.part", tmp_path / ".x.jsonl.part"):
        part.symlink_to(victim)
    assert put(out, (ONE, b"1")) == ([True], [])
    assert content(out) == {"a/one.md": b"1", files.LIST: listed(**{"a/one.md": b"1"})}
    with files.file(tmp_path / "x.jsonl", "x", lambda _: True) as whole:
        whole.stream.write(b"{}")
    assert ((tmp_path / "x.jsonl").read_bytes(), victim.read_bytes()) == (b"{}", b"keep")


@pytest.mark.parametrize("name", [f"{files.LIST}.part", ".export.lock"])
def test_a_link_in_the_place_of_a_file_that_stays_is_refused(tmp_path: Path, name: str):
    out, victim = tmp_path / "out", tmp_path / "victim"
    victim.write_bytes(b"keep")
    out.mkdir()
    (out / name).symlink_to(victim)
    with pytest.raises((ExportTargetError, ExportWriteError), match=rf"{name}|symbolic links"):
        put(out, (ONE, b"1"))
    assert victim.read_bytes() == b"keep"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OSError(5, "Input/output error")])
def test_a_full_disk_is_told_and_leaves_no_piece_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
):
    put(tmp_path, (ONE, b"1"))

    class FullDisk(io.BytesIO):
        def write(self, data: object) -> int:
            raise error

    monkeypatch.setattr(new_files, "create", lambda _: FullDisk())
    with pytest.raises(
        ExportWriteError, match=f"could not be written: {error.strerror}; the files in it are complete"
    ):
        put(tmp_path, (ONE, b"other"), (TWO, b"2"))
    monkeypatch.undo()
    assert (tmp_path / ONE).read_bytes() == b"1"
    assert put(tmp_path, (ONE, b"other"), (TWO, b"2")) == ([True, True], [])
    assert sorted(content(tmp_path)) == ["a/b/two.md", "a/one.md", files.LIST]
    assert issubclass(ExportWriteError, StoreError)  # which ends a command with status 3


def test_no_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def forbidden(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(new_files, "create", forbidden)
    with pytest.raises(ExportTargetError, match="cannot be written: Permission denied"):
        put(tmp_path, (ONE, b"1"))


def test_two_exports_do_not_write_to_one_place_at_once(tmp_path: Path):
    with (
        files.folder(tmp_path),
        pytest.raises(ArchiveLockedError, match="another export is writing to "),
        files.folder(tmp_path),
    ):
        pass
    with (
        FileLock(tmp_path / ".x.lock"),
        pytest.raises(ArchiveLockedError),
        files.file(tmp_path / "x", "x", lambda _: True),
    ):
        pass


def write(out: Path, data: bytes, ours: bytes = b"ours") -> bool:
    with files.file(out, "called", lambda place: place.read_bytes().startswith(ours)) as whole:
        whole.stream.write(data)
    return whole.is_new


def test_one_file_is_replaced_where_it_is_ours_and_other(tmp_path: Path):
    out = tmp_path / "x"
    assert write(out, b"ours 1")
    time = out.stat().st_mtime_ns
    assert not write(out, b"ours 1")
    assert out.stat().st_mtime_ns == time
    assert write(out, b"ours 2")
    assert content(tmp_path) == {"x": b"ours 2"}


def test_one_file_has_its_own_name_in_a_folder(tmp_path: Path):
    assert write(tmp_path, b"ours")
    assert content(tmp_path) == {"called": b"ours"}


def test_one_file_of_another_is_left(tmp_path: Path):
    (tmp_path / "x").write_bytes(b"theirs")
    with pytest.raises(
        ExportTargetError, match="was not written by this export: move it away, or choose another file"
    ):
        write(tmp_path / "x", b"ours")
    assert content(tmp_path) == {"x": b"theirs"}
    (tmp_path / "called").mkdir()
    with pytest.raises(ExportTargetError):
        write(tmp_path, b"ours")


def test_an_empty_file_holds_nothing_to_lose(tmp_path: Path):
    (tmp_path / "x").touch()
    assert write(tmp_path / "x", b"ours")


def test_one_file_that_is_broken_off_is_not_there(tmp_path: Path):
    write(tmp_path / "x", b"ours 1")
    with pytest.raises(ZeroDivisionError), files.file(tmp_path / "x", "x", lambda _: True) as whole:
        whole.stream.write(b"ours 2")
        raise ZeroDivisionError
    assert content(tmp_path) == {"x": b"ours 1"}
