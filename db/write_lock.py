"""The lock of an archive file: only one process at a time can write.

The kernel locks the file `archive.db.lock` next to the archive file, and releases the lock when the process
ends in any way. The lock file stays, and its text is only for people. Readers need no lock.
"""

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from db import new_files, times
from db.errors import ArchiveLockedError, NoArchiveError, StoreError

POLL_SECONDS = 0.2  # a waiting run tries again after this time


@dataclass(frozen=True)
class LockHolder:
    """The run that is writing to an archive file.

    `command` is its command line, and `since` the moment of the lock (ISO 8601).
    """

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
    """Lock an archive file for writing. The same process can lock it again inside.

    If another run has the lock, `waiting` is called with a line about that run, and this run then waits.
    Without `waiting`, ArchiveLockedError is raised. Also raises NoArchiveError (no such folder) and
    StoreError (the file system cannot lock, or the lock file cannot be written).
    """
    path = path.resolve()
    if not path.parent.is_dir():
        raise NoArchiveError(f"there is no folder {path.parent}")
    file = path.with_name(path.name + ".lock")
    # `fallback_to_soft` would use the existence of the file as lock, which a killed process leaves behind.
    lock = FileLock(file, is_singleton=True, fallback_to_soft=False)
    try:
        _acquire(lock, path, file, waiting)
    except Timeout:
        raise ArchiveLockedError(
            f"{path.name} is in use by {_holder(file)}; run this again when it has ended, or with --wait"
        ) from None
    except OSError as error:
        raise StoreError(f"{path} cannot be locked for writing: {error.strerror or error}") from error
    try:
        if lock.lock_counter == 1:
            _write(
                file, json.dumps(asdict(LockHolder(os.getpid(), socket.gethostname(), command, times.now())))
            )
        yield
    finally:
        if lock.lock_counter == 1:
            _write(file, "")
        lock.release()


def holder(path: Path) -> LockHolder | None:
    """Return the run that is writing to an archive file, or None if none is. Nothing is locked.

    A run that was killed on this machine counts as none.
    """
    found = _read(path.resolve().with_name(path.name + ".lock"))
    if found and found.host == socket.gethostname():
        try:
            os.kill(found.pid, 0)
        except ProcessLookupError:
            return None
        except PermissionError:  # of another user
            pass
    return found


def _acquire(lock: FileLock, path: Path, file: Path, waiting: Callable[[str], object] | None) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if waiting is None:
            raise
        waiting(f"{path.name} is in use by {_holder(file)}: waiting for it to end")
        lock.acquire(timeout=-1, poll_interval=POLL_SECONDS)


def _write(file: Path, text: str) -> None:
    # A full disk; or Windows, where the lock is also for the text of the file.
    with suppress(OSError), new_files.rewrite(file) as out:
        out.write(text)


def _holder(file: Path) -> str:
    return str(_read(file) or "another process")


def _read(file: Path) -> LockHolder | None:
    try:
        return LockHolder(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError):  # the text is missing, not complete, or locked too (Windows)
        return None
