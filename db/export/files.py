"""Writing of exported files: completely, only if the content is new, and never over foreign files.

A file is written under a temporary name and then moved. So after a kill there is a complete file or none. A
folder contains a list of the files that exports wrote, in the format of `sha256sum -c`. As long as the hash
of a file is in that list, the file is ours and may be replaced.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from filelock import FileLock, Timeout

from db import new_files
from db.errors import ArchiveLockedError, ExportTargetError, ExportWriteError
from db.export import target

LIST = "policytrail.sha256"
_LINE = re.compile(r"([0-9a-f]{64})  ((?:[a-z0-9_][a-z0-9._~-]*/)*[a-z0-9_][a-z0-9._~-]*)\n", re.ASCII)
_BLOCK = 1 << 20


class ExportFolder:
    """A folder to export into. `foreign_files` are paths that were skipped because of foreign files."""

    def __init__(self, root: Path) -> None:
        """Read the folder's list of exported files.

        Raises ExportTargetError if the file with the list's name is something else.
        """
        self._root = root
        self._made: set[Path] = set()
        self._journal = root / f"{LIST}.part"
        self._ours: dict[str, set[str]] = {}
        self.foreign_files: list[str] = []
        for path in (root / LIST, self._journal):
            if path.is_symlink():
                raise ExportTargetError(f"{path} is a link, and an export makes none: move it away")
        for lines, is_journal in ((_lines(root / LIST), False), (_lines(self._journal), True)):
            for line in lines:
                if match := _LINE.fullmatch(line):
                    self._ours.setdefault(match[2], set()).add(match[1])
                elif not is_journal:  # a kill can cut off the last line of the journal
                    raise ExportTargetError(
                        f"{root / LIST} was not written by an export: choose another folder"
                    )
        if self._journal.exists():
            self.save()

    @property
    def paths(self) -> list[str]:
        """The paths of all files that exports wrote into the folder."""
        return list(self._ours)

    def put(self, path: PurePosixPath, data: bytes) -> bool:
        """Write a file if it is missing, or is ours with other content.

        Returns whether it was written. A foreign file is kept, and its path is added to `foreign_files`.
        """
        place, sha256 = self._root / path, hashlib.sha256(data).hexdigest()
        there = _hash(place)
        if there == sha256:
            self._ours[str(path)] = {sha256}
            return False
        if not self._may_write(path, there):
            return False
        with _beside(place) as part:
            with new_files.create(part) as out:
                out.write(data)
            self._move(part, path, sha256)
        return True

    def stream(
        self, path: PurePosixPath, write: Callable[[BinaryIO], object], is_there: Callable[[BinaryIO], bool]
    ) -> bool:
        """Write a large file like `put`, but without loading it into memory.

        `write` writes the content. `is_there` takes our existing file and returns whether it already has the
        content that `write` would write.
        """
        place = self._root / path
        there = _hash(place)
        if not self._may_write(path, there):
            return False
        if there is not None:
            with place.open("rb") as file:
                if is_there(file):
                    self._ours[str(path)] = {there}
                    return False
        with _beside(place) as part:
            with new_files.create(part) as out:
                write(out)
            self._move(part, path, sha256 := _hash(part) or "")
        return sha256 != there

    def _may_write(self, path: PurePosixPath, there: str | None) -> bool:
        """Return whether a file may be replaced. If not, add its path to `foreign_files`.

        `there` is the hash of the file, or None if there is no file.
        """
        is_ours = there is None or there in self._ours.get(str(path), ())
        if not is_ours or not self._has_folder((self._root / path).parent):
            self.foreign_files.append(str(path))
            return False
        return True

    def _move(self, part: Path, path: PurePosixPath, sha256: str) -> None:
        """Move a temporary file to its place.

        Its hash is written to the journal first. So after a kill in between, the file is still recognised as
        ours.
        """
        with new_files.append(self._journal) as journal:
            journal.write(f"{sha256}  {path}\n".encode())
        part.replace(self._root / path)
        self._ours[str(path)] = {sha256}

    def drop(self, path: str) -> bool:
        """Delete a file that is ours and unchanged, and the folders that become empty.

        Returns whether the file was deleted.
        """
        place = self._root / path
        if _hash(place) not in self._ours.pop(path, ()):
            return False
        place.unlink()
        with suppress(OSError):  # not empty
            for folder in place.relative_to(self._root).parents[:-1]:
                (self._root / folder).rmdir()
        return True

    def save(self) -> None:
        """Write the list of files.

        If a kill left two possible hashes for a file, the file is read to find out which one is right.
        """
        for path, hashes in self._ours.items():
            if len(hashes) > 1:
                hashes &= {_hash(self._root / path) or ""}
        lines = [f"{sha256}  {path}\n" for path, hashes in sorted(self._ours.items()) for sha256 in hashes]
        if lines != _lines(self._root / LIST):
            with _beside(self._root / LIST) as part:
                with new_files.create(part) as out:
                    out.write("".join(lines).encode())
                part.replace(self._root / LIST)
        self._journal.unlink(missing_ok=True)

    def _has_folder(self, folder: Path) -> bool:
        """Make a folder if it is missing, and return whether it can be used.

        It cannot be used if a foreign file has its name, or if it is a link that leads out of the export.
        """
        if folder not in self._made:
            if not folder.resolve().is_relative_to(self._root.resolve()):  # also if it does not exist yet
                return False
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except (FileExistsError, NotADirectoryError):
                return False
            self._made.add(folder)
        return True


@contextmanager
def folder(out: Path) -> Iterator[ExportFolder]:
    """Open a folder to export into. A missing folder is made, but not its parent.

    It is made if it is missing, but its parent is not. A link is followed.

    Raises ExportTargetError (a file, no parent folder, no permission), ArchiveLockedError, and
    ExportWriteError if a file cannot be written. Files that were written before stay, and the next export
    continues after them.
    """
    out = target.resolve(out)
    if out.exists() and not out.is_dir():
        raise ExportTargetError(f"{out} is a file: this format needs a folder")
    _check_around(out)
    with _file_errors(out):
        out.mkdir(exist_ok=True)
    with _alone(out / ".export.lock", out), _file_errors(out):
        opened = ExportFolder(out)
        yield opened
        opened.save()


class WholeFile:
    """A file that is written completely or not at all.

    The content is written to `stream`. At the end, `is_new` is True if the content differs from the old file.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.is_new = False


@contextmanager
def file(out: Path, called: str, is_ours: Callable[[Path], bool]) -> Iterator[WholeFile]:
    """Open one file to export into: `out`, or, if `out` is a folder, the file `called` in it.

    An existing file is replaced at the end. It must be empty, or `is_ours` must recognise it. If the path is
    a
    link, the file behind the link is replaced. Raises
    ExportTargetError, ArchiveLockedError (another export writes to it), ExportWriteError.
    """
    place = target.resolve(out / called if out.is_dir() else out)
    _check_around(place)
    if os.path.lexists(place) and not (place.is_file() and (place.stat().st_size == 0 or is_ours(place))):
        raise ExportTargetError(
            f"{place} was not written by this export: move it away, or choose another file"
        )
    with _alone(place.with_name(f".{place.name}.lock"), place), _file_errors(place), _beside(place) as part:
        with new_files.create(part) as stream:
            whole = WholeFile(stream)
            yield whole
        whole.is_new = not (place.exists() and _same(part, place))
        if whole.is_new:
            part.replace(place)


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """Yield a temporary path next to a file. If a file is there at the end, it is deleted."""
    part = place.with_name(f".{place.name}.part")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _file_errors(out: Path) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise ExportTargetError(f"{error.filename or out} cannot be written: {error.strerror}") from error
    except OSError as error:
        raise ExportWriteError(
            f"{out} could not be written: {error.strerror or error}; the files in it are complete"
        ) from error


@contextmanager
def _alone(lock: Path, out: Path) -> Iterator[None]:
    """Prevent other exports from writing to the same place.

    The kernel releases the lock when the process ends.
    """
    file_lock = FileLock(lock, fallback_to_soft=False)
    with _file_errors(out):
        try:
            file_lock.acquire(timeout=0)
        except Timeout:
            raise ArchiveLockedError(
                f"another export is writing to {out}: run this again when it has ended"
            ) from None
    try:
        yield
    finally:
        with suppress(OSError):  # Windows cannot delete an open file, so the lock file stays
            lock.unlink()
        file_lock.release()


def _check_around(out: Path) -> None:
    if not out.parent.is_dir():
        raise ExportTargetError(f"there is no folder {out.parent}")


def _lines(path: Path) -> list[str]:
    return path.read_text(errors="replace").splitlines(keepends=True) if path.is_file() else []


def _hash(place: Path) -> str | None:
    """Return the SHA-256 of a file: None if it does not exist, "" if it is no normal file."""
    if not os.path.lexists(place):
        return None
    if not place.is_file() or place.is_symlink():
        return ""
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        return all(block == right.read(_BLOCK) for block in iter(lambda: left.read(_BLOCK), b""))
