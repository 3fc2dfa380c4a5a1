"""The folder of a bulk result. Each file in it appears whole or not at all, and says what it was made from.

A file is written under another name and then moved. Its metadata has a key: the hash of everything that its
content depends on. A file with the right key is never made again.
"""

import errno
import json
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BufferedWriter, FileIO
from pathlib import Path
from stat import S_ISREG
from typing import Any, BinaryIO, NamedTuple, Self, cast

import zstandard

from crawler.errors import SupersededError
from crawler.importing.warc_reader import BAD_DATA
from db import new_files
from db.export.writers.parquet import pyarrow

KEY, SUMMARY = b"policytrail_key", b"policytrail_summary"
RUN = "run.json"  # names the last run that began
_PART = ".part"  # the ending of a file that is being written
# Threads that read small files at once: at an address, each file takes a request or two. The number is chosen
# and not measured: few, because object stores refuse many requests at once.
READERS = 8


_UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


class UnwritableError(OSError):
    """The folder of the result cannot be written to: its disk is full, or can only be read."""


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _UNWRITABLE:
            raise UnwritableError(error.errno, error.strerror) from error
        raise


class _File(FileIO):
    """A file of a result. That of a temporary file beside it can be on another disk."""

    def write(self, data: Any, /) -> int:
        with _writing():
            return super().write(data)


class FileState(NamedTuple):
    """What a list of files says of one: its size in bytes, and what changes when it is written again."""

    size: int
    changed: str

    def is_unchanged(self, before: "FileState | None") -> bool:
        """Return whether the file is as it was before. If nothing shows a change, nobody knows: False."""
        return bool(self.changed) and self == before


@dataclass(frozen=True)
class Store:
    """A folder, named by its path. `crawler.bulk.storage.remote` has those at an address.

    `run` is the run that writes to it; "" for one that only reads. Only the last run that began writes: tasks
    of a run that was killed can still be at work on other machines.
    """

    root: str
    run: str = ""

    def begin(self) -> Self:
        """Return this folder for a new run, and note that this run has begun."""
        run = uuid.uuid4().hex
        self.put_json(RUN, {"run": run})
        return replace(self, run=run)

    def check(self) -> None:
        """Raise SupersededError if another run has begun since."""
        found = self.json(RUN) if self.run else None
        if isinstance(found, dict) and found.get("run") != self.run:
            raise SupersededError(f"another run has begun to write to {self.root}: this one ends")

    def address(self, name: str) -> str:
        """Return the path of a file, given by its name in the folder."""
        return str(self._place(name))

    def is_within(self, source: str) -> bool:
        """Return whether an input, at an absolute path or an address, is a file of this folder."""
        return real_place(source).is_relative_to(self.root)

    def open(self, name: str) -> BinaryIO:
        """Open a file. Raises FileNotFoundError."""
        return self._place(name).open("rb")

    def _place(self, name: str) -> Path:
        return Path(self.root, name)

    def put(self, name: str, write: Callable[[BinaryIO], object]) -> None:
        """Write a file as a whole, and replace an older one. `write` writes the content to a stream.

        Raises UnwritableError, SupersededError.
        """
        place = self._place(name)
        with _writing():
            place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.{uuid.uuid4().hex}{_PART}")
        try:
            with _writing():
                created = new_files.create(part)
            with created, BufferedWriter(_File(created.fileno(), "wb", closefd=False)) as stream:
                write(cast(BinaryIO, stream))
                stream.flush()
                with _writing():
                    os.fsync(stream.fileno())
            self.check()
            with _writing():
                part.replace(place)
                _sync(place.parent)
        finally:
            part.unlink(missing_ok=True)

    def put_json(self, name: str, content: Any) -> None:
        """Write a JSON file as a whole."""
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        self.put(name, lambda stream: stream.write(text.encode()))

    def json(self, name: str) -> Any:
        """Return the content of a JSON file; None if it is missing or is no JSON."""
        try:
            with self.open(name) as file:
                return json.loads(file.read())
        except (FileNotFoundError, ValueError, RecursionError):
            return None

    def files(self, folder: str) -> dict[str, FileState]:
        """Return the files below a folder by their names, in order, but not hidden ones."""
        found = {}
        for place in sorted(self._place(folder).rglob("*")):
            if not place.name.startswith("."):
                with suppress(FileNotFoundError):  # it is gone meanwhile
                    stat = place.stat()
                    if S_ISREG(stat.st_mode):
                        name = place.relative_to(self.root).as_posix()
                        found[name] = FileState(stat.st_size, str(stat.st_mtime_ns))
        return found

    def names(self, folder: str) -> Iterator[str]:
        """Return the names of the files below a folder, in order, but not hidden ones."""
        return iter(self.files(folder))

    def drop(self, name: str) -> None:
        """Delete a file; nothing happens if it is missing. Raises SupersededError."""
        self.check()
        self._place(name).unlink(missing_ok=True)

    def drop_unfinished(self) -> None:
        """Delete the files that processes were writing when they were killed. No other run may be at work."""
        for part in self._place(".").rglob(f".*{_PART}"):
            part.unlink(missing_ok=True)

    def has(self, name: str) -> bool:
        """Return whether a file is there."""
        return self._place(name).is_file()

    def summary(self, name: str, key: str) -> Any:
        """Return the summary in the metadata of a Parquet file.

        Return None if the file is missing, damaged, or has another key.
        """
        found, summary = self.key_and_summary(name)
        return summary if found == key else None

    def key_and_summary(self, name: str) -> tuple[str, Any]:
        """Return the key and the summary of a Parquet file; ("", None) if it is missing or damaged."""
        pa = pyarrow()
        try:
            with self.open(name) as file:
                found = pa.parquet.read_metadata(file).metadata or {}
            return found[KEY].decode(), json.loads(found[SUMMARY])
        except FileNotFoundError:
            return "", None
        except Exception as error:
            if not is_damage(error):
                raise
            return "", None


def real_place(path: str) -> Path:
    """Return the path of a file without links and `..` on the way to it; the file itself can be a link."""
    place = Path(path)
    return _real_folder(str(place.parent)) / place.name


@lru_cache(maxsize=1024)
def _real_folder(path: str) -> Path:
    """Return a folder without links on its way. Most files of a run are in few folders."""
    return Path(path).resolve()


def is_damage(error: BaseException) -> bool:
    """Return whether an error of reading a file is about its bytes, and not about the machine.

    A damaged file is made again; after an error of the machine, the file is left as it is. A missing file is
    not damaged.

    pyarrow's errors about bytes can be plain OSErrors without a number. Those of disks have a number, and
    those of servers a class of their own.
    """
    if isinstance(error, OSError):
        return type(error) is OSError and error.errno is None
    bad = (*BAD_DATA, zstandard.ZstdError, pyarrow().ArrowException)
    return isinstance(error, bad) and not isinstance(error, MemoryError)


def _sync(folder: Path) -> None:
    """Force the names in a folder to the disk: after a power cut, a file is there with all its bytes."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows opens no folders
        return
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def metadata(key: str, summary: Any) -> dict[bytes, bytes]:
    """Return the metadata of a Parquet file: its key, and a summary of its content as JSON."""
    return {KEY: key.encode(), SUMMARY: json.dumps(summary, ensure_ascii=False, sort_keys=True).encode()}
