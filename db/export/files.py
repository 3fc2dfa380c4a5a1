"""Writing files whole, only where something is new, and never over a file that is not ours.

A file is written beside its place and moved there, so that whoever is killed leaves a whole file or none. A folder has a
list of what exports wrote into it, `SHA256SUMS`, as `sha256sum -c` reads it; a file is ours while it has a hash from there.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from filelock import FileLock, Timeout

from db.errors import HeldError, OutError, UnwrittenError

SUMS = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64})  ((?:[a-z0-9_][a-z0-9._~-]*/)*[a-z0-9_][a-z0-9._~-]*)", re.ASCII)
_BLOCK = 1 << 20


class Folder:
    """A folder that is exported into; `left` collects files of others that stand where ours would."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._made: set[Path] = set()
        self._journal = root / f"{SUMS}.part"
        self._ours: dict[str, set[str]] = {}
        for path, sha256 in (*_read(root / SUMS), *_read(self._journal)):
            self._ours.setdefault(path, set()).add(sha256)
        self.left: list[str] = []

    @property
    def paths(self) -> list[str]:
        """What exports wrote into the folder, now or earlier."""
        return list(self._ours)

    def put(self, path: PurePosixPath, data: bytes) -> bool:
        """Write a file where it is not there yet or is ours and other; whether it was written."""
        place, sha256 = self._root / path, hashlib.sha256(data).hexdigest()
        there = self._hash(place)
        if there == sha256:
            self._ours[str(path)] = {sha256}
            return False
        if there is not None and there not in self._ours.get(str(path), ()):
            self.left.append(str(path))
            return False
        if not self._has_folder(place.parent):
            self.left.append(str(path))
            return False
        with self._journal.open("a") as journal:  # before the file: one that is there without it would be a stranger's
            journal.write(f"{sha256}  {path}\n")
        part = place.with_name(f".{place.name}.part")
        part.write_bytes(data)
        part.replace(place)
        self._ours[str(path)] = {sha256}
        return True

    def stream(self, path: PurePosixPath, write: Callable[[BinaryIO], object], is_there: Callable[[BinaryIO], bool]) -> bool:
        """Write a file as `put` does, but not through memory; `is_there` looks whether ours already is what `write` writes."""
        place = self._root / path
        there, known = self._hash(place), self._ours.get(str(path), ())
        if (there is not None and there not in known) or not self._has_folder(place.parent):
            self.left.append(str(path))
            return False
        if there is not None:
            with place.open("rb") as file:
                if is_there(file):
                    self._ours[str(path)] = {there}
                    return False
        part = place.with_name(f".{place.name}.part")
        with part.open("wb") as out:
            write(out)
        sha256 = self._hash(part) or ""
        with self._journal.open("a") as journal:
            journal.write(f"{sha256}  {path}\n")
        part.replace(place)
        self._ours[str(path)] = {sha256}
        return sha256 != there

    def drop(self, path: str) -> bool:
        """Delete a file that is ours and unchanged, with the folders that it leaves empty; whether it was there."""
        place = self._root / path
        known = self._ours.pop(path, set())
        if self._hash(place) not in known:
            return False
        place.unlink()
        with suppress(OSError):  # not empty
            for folder in place.relative_to(self._root).parents[:-1]:
                (self._root / folder).rmdir()
        return True

    def close(self) -> None:
        """Write the list of what is ours."""
        lines = [f"{sha256}  {path}\n" for path, hashes in sorted(self._ours.items()) for sha256 in sorted(hashes)]
        sums = self._root / SUMS
        if "".join(lines) != (sums.read_text() if sums.is_file() else ""):
            part = self._root / f".{SUMS}.part"
            part.write_text("".join(lines))
            part.replace(sums)
        self._journal.unlink(missing_ok=True)

    def _hash(self, place: Path) -> str | None:
        """The hash of what stands at a place: None for nothing, "" for what is no plain file."""
        if not os.path.lexists(place):
            return None
        if not place.is_file() or place.is_symlink():
            return ""
        with place.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

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


def _read(sums: Path) -> Iterator[tuple[str, str]]:
    """The paths and hashes of a list; what is no line of ours, or was cut off by a kill, says nothing."""
    if sums.is_file():
        for line in sums.read_text(errors="replace").split("\n")[:-1]:
            if match := _LINE.fullmatch(line):
                yield match[2], match[1]


@contextmanager
def folder(out: Path) -> Iterator[Folder]:
    """Open a folder to export into; it is made where it is not there, the one around it is not.

    Raises OutError (a file, no folder around it, no permission), HeldError, and UnwrittenError where a file cannot be written;
    what was written until then stays, and the next export goes on from there.
    """
    if out.exists() and not out.is_dir():
        raise OutError(f"{out} is a file: this format needs a folder")
    _check_around(out)
    with _told(out):
        out.mkdir(exist_ok=True)
    with _alone(out / ".export.lock", out), _told(out):
        opened = Folder(out)
        yield opened
        opened.close()


@contextmanager
def file(out: Path, called: str, is_ours: Callable[[Path], bool]) -> Iterator[tuple[BinaryIO, "Whole"]]:
    """Open one file to export into: `out`, or, where that is a folder, the file `called` in it.

    Gives what is to be written to, and what says at the end whether anything is new. A file that is there is replaced when all
    is written, and only where `is_ours` knows it. Raises OutError, HeldError, UnwrittenError.
    """
    place = out / called if out.is_dir() else out
    _check_around(place)
    if os.path.lexists(place) and not (place.is_file() and (place.stat().st_size == 0 or is_ours(place))):
        raise OutError(f"{place} is there and was not written by such an export: move it away, or name another file")
    part = place.with_name(f".{place.name}.part")
    with _alone(place.with_name(f".{place.name}.lock"), place), _told(place):
        whole = Whole(place)
        with part.open("wb") as written:
            yield written, whole
        whole.is_new = not (place.exists() and _same(part, place))
        if whole.is_new:
            part.replace(place)
        part.unlink(missing_ok=True)


class Whole:
    """A file that is written at once: where it is, and, when it is closed, whether it has other bytes than before."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.is_new = False


def _check_around(out: Path) -> None:
    if not out.parent.is_dir():
        raise OutError(f"there is no folder {out.parent}")


@contextmanager
def _told(out: Path) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise OutError(f"{error.filename or out} cannot be written: {error.strerror}") from error
    except OSError as error:
        raise UnwrittenError(f"{out} could not be written: {error.strerror or error}; what is there is whole") from error


@contextmanager
def _alone(lock: Path, out: Path) -> Iterator[None]:
    """Keep other exports out while this one writes. The kernel ends the lock with its process; its file goes with the last."""
    with _told(out):
        held = FileLock(lock, fallback_to_soft=False)
        try:
            held.acquire(timeout=0)
        except Timeout:
            raise HeldError(f"another export is writing to {out}: run this again when it has ended") from None
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
        held.release()


def _same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        return all(block == right.read(_BLOCK) for block in iter(lambda: left.read(_BLOCK), b""))
