"""Writing files whole, only where something is new, and never over a file that is not ours.

A file is written beside its place and moved there, so that whoever is killed leaves a whole file or none. A folder has a
list of what exports wrote into it, as `sha256sum -c` reads it; a file in it is ours while it has a hash from there.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from filelock import FileLock, Timeout

from db.errors import ArchiveLockedError, ExportTargetError, ExportWriteError

LIST = "policytrail.sha256"
_LINE = re.compile(r"([0-9a-f]{64})  ((?:[a-z0-9_][a-z0-9._~-]*/)*[a-z0-9_][a-z0-9._~-]*)\n", re.ASCII)
_BLOCK = 1 << 20


class ExportFolder:
    """A folder that is exported into; `left` collects files of others that stand where ours would."""

    def __init__(self, root: Path) -> None:
        """Read the list. Raises ExportTargetError where it is not one of ours."""
        self._root = root
        self._made: set[Path] = set()
        self._journal = root / f"{LIST}.part"
        self._ours: dict[str, set[str]] = {}
        self.foreign_files: list[str] = []
        for lines, is_journal in ((_lines(root / LIST), False), (_lines(self._journal), True)):
            for line in lines:
                if match := _LINE.fullmatch(line):
                    self._ours.setdefault(match[2], set()).add(match[1])
                elif not is_journal:  # whose last line a kill may have cut off
                    raise ExportTargetError(
                        f"{root / LIST} is there and is no list of an export: name another folder"
                    )
        if self._journal.exists():
            self.save()

    @property
    def paths(self) -> list[str]:
        """What exports wrote into the folder, now or earlier."""
        return list(self._ours)

    def put(self, path: PurePosixPath, data: bytes) -> bool:
        """Write a file where it is not there yet or is ours and other; whether it was written."""
        place, sha256 = self._root / path, hashlib.sha256(data).hexdigest()
        there = _hash(place)
        if there == sha256:
            self._ours[str(path)] = {sha256}
            return False
        if not self._may_write(path, there):
            return False
        with _beside(place) as part:
            part.write_bytes(data)
            self._move(part, path, sha256)
        return True

    def stream(
        self, path: PurePosixPath, write: Callable[[BinaryIO], object], is_there: Callable[[BinaryIO], bool]
    ) -> bool:
        """Write a file as `put` does, but not through memory; `is_there` looks whether ours already is what `write` writes."""
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
            with part.open("wb") as out:
                write(out)
            self._move(part, path, sha256 := _hash(part) or "")
        return sha256 != there

    def _may_write(self, path: PurePosixPath, there: str | None) -> bool:
        """Whether a file with this hash (None: there is none) may be replaced; if not, it counts as left."""
        is_ours = there is None or there in self._ours.get(str(path), ())
        if not is_ours or not self._has_folder((self._root / path).parent):
            self.foreign_files.append(str(path))
            return False
        return True

    def _move(self, part: Path, path: PurePosixPath, sha256: str) -> None:
        """Move a file to its place. The journal knows it before: a kill in between must not disown it."""
        with self._journal.open("a", newline="\n") as journal:
            journal.write(f"{sha256}  {path}\n")
        part.replace(self._root / path)
        self._ours[str(path)] = {sha256}

    def drop(self, path: str) -> bool:
        """Delete a file that is ours and unchanged, with the folders that it leaves empty; whether it was there."""
        place = self._root / path
        if _hash(place) not in self._ours.pop(path, ()):
            return False
        place.unlink()
        with suppress(OSError):  # not empty
            for folder in place.relative_to(self._root).parents[:-1]:
                (self._root / folder).rmdir()
        return True

    def save(self) -> None:
        """Write the list anew. Where a kill left it open which of two hashes a file has, it is looked at."""
        for path, hashes in self._ours.items():
            if len(hashes) > 1:
                hashes &= {_hash(self._root / path) or ""}
        lines = [f"{sha256}  {path}\n" for path, hashes in sorted(self._ours.items()) for sha256 in hashes]
        if lines != _lines(self._root / LIST):
            with _beside(self._root / LIST) as part:
                part.write_text("".join(lines), newline="\n")
                part.replace(self._root / LIST)
        self._journal.unlink(missing_ok=True)

    def _has_folder(self, folder: Path) -> bool:
        """Make a folder; False where a stranger's file, or a link that leads out of here, stands in the way."""
        if folder not in self._made:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except (FileExistsError, NotADirectoryError):
                return False
            if not folder.resolve().is_relative_to(self._root.resolve()):
                return False
            self._made.add(folder)
        return True


@contextmanager
def folder(out: Path) -> Iterator[ExportFolder]:
    """Open a folder to export into; it is made where it is not there, the one around it is not.

    Raises ExportTargetError (a file, no folder around it, no permission), ArchiveLockedError, and ExportWriteError where a file cannot be written;
    what was written until then stays, and the next export goes on from there.
    """
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
    """A file that is written at once, to `stream`; when it is closed, `is_new` says whether its bytes are other than before."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.is_new = False


@contextmanager
def file(out: Path, called: str, is_ours: Callable[[Path], bool]) -> Iterator[WholeFile]:
    """Open one file to export into: `out`, or, where that is a folder, the file `called` in it.

    One that is there is replaced when all is written, and only if `is_ours` knows it. Raises ExportTargetError, ArchiveLockedError,
    ExportWriteError.
    """
    place = out / called if out.is_dir() else out
    _check_around(place)
    if os.path.lexists(place) and not (place.is_file() and (place.stat().st_size == 0 or is_ours(place))):
        raise ExportTargetError(f"{place} is there and no such export: move it away, or name another file")
    with _alone(place.with_name(f".{place.name}.lock"), place), _file_errors(place), _beside(place) as part:
        with part.open("wb") as stream:
            whole = WholeFile(stream)
            yield whole
        whole.is_new = not (place.exists() and _same(part, place))
        if whole.is_new:
            part.replace(place)


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """A place to write at before a file is moved to its own; what is left there is deleted."""
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
            f"{out} could not be written: {error.strerror or error}; what is there is whole"
        ) from error


@contextmanager
def _alone(lock: Path, out: Path) -> Iterator[None]:
    """Keep other exports out while this one writes. The kernel ends the lock with its process, however that ends."""
    held = FileLock(lock, fallback_to_soft=False)
    with _file_errors(out):
        try:
            held.acquire(timeout=0)
        except Timeout:
            raise ArchiveLockedError(
                f"another export is writing to {out}: run this again when it has ended"
            ) from None
    try:
        yield
    finally:
        with suppress(OSError):  # Windows deletes no file that is open: there it stays, and does no harm
            lock.unlink()
        held.release()


def _check_around(out: Path) -> None:
    if not out.parent.is_dir():
        raise ExportTargetError(f"there is no folder {out.parent}")


def _lines(path: Path) -> list[str]:
    return path.read_text(errors="replace").splitlines(keepends=True) if path.is_file() else []


def _hash(place: Path) -> str | None:
    """The hash of what stands at a place: None for nothing, "" for what is no plain file."""
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
