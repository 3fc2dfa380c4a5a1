"""One writer at a time: the lock that a run holds on its archive, and who holds it.

The lock is the kernel's, on a file beside the archive (`archive.db.lock`, which stays): it ends with its
process, however that ends. What the file says is only for people. Readers ask for no lock, and SQLite never
makes them wait.
"""

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from db import times
from db.errors import ArchiveLockedError, NoArchiveError, StoreError

POLL_SECONDS = 0.2  # how often a run that waits looks again


@dataclass(frozen=True)
class LockHolder:
    """The run that writes to an archive: its process, and since when it holds the archive (ISO 8601)."""

    pid: int
    host: str
    command: str
    since: str

    def __str__(self) -> str:
        return f"'{self.command}', process {self.pid} on {self.host}, since {self.since}"


@contextmanager
def exclusive_writer(
    path: Path, command: str, waiting: Callable[[str], object] | None = None
) -> Iterator[None]:
    """Hold an archive for writing; inside, the same process may hold it once more.

    Where another run holds it, `waiting` hears who, in a line, and then we wait; without it,
    ArchiveLockedError is raised. Raises NoArchiveError (no such folder), StoreError (the lock cannot be made,
    or the file system has none).
    """
    path = path.resolve()
    if not path.parent.is_dir():
        raise NoArchiveError(f"there is no folder {path.parent}")
    file = path.with_name(path.name + ".lock")
    # A lock by mere existence would outlive a killed process: where the kernel has none, better say so.
    lock = FileLock(file, is_singleton=True, fallback_to_soft=False)
    try:
        _acquire(lock, path, file, waiting)
    except Timeout:
        raise ArchiveLockedError(
            f"{path.name} is held by {_who(file)}; run this again when it has ended, or with --wait"
        ) from None
    except OSError as error:
        raise StoreError(f"{path} cannot be locked for writing: {error.strerror or error}") from error
    try:
        if lock.lock_counter == 1:
            _say(
                file, json.dumps(asdict(LockHolder(os.getpid(), socket.gethostname(), command, times.now())))
            )
        yield
    finally:
        if lock.lock_counter == 1:
            _say(file, "")
        lock.release()


def _acquire(lock: FileLock, path: Path, file: Path, waiting: Callable[[str], object] | None) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if waiting is None:
            raise
        waiting(f"{path.name} is held by {_who(file)}: waiting for it to end")
        lock.acquire(timeout=-1, poll_interval=POLL_SECONDS)


def _say(file: Path, text: str) -> None:
    with suppress(OSError):  # a full disk, or Windows, which locks the text as well: it is only for people
        file.write_text(text)


def _who(file: Path) -> str:
    return str(_read(file) or "another process")


def _read(file: Path) -> LockHolder | None:
    try:
        return LockHolder(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError):  # none, being written, or not readable while it is locked
        return None
