"""The errors about archive files.

The message of each error is one line that states what to do.
"""

import shlex
import sys


class PolicytrailError(Exception):
    """Base of all errors of policytrail. `exit_status` is the exit status of the command."""

    exit_status = 2


class ArchiveError(PolicytrailError):
    """Base of the errors about archive files."""


class NotAnArchiveError(ArchiveError):
    """The file is not an archive file of policytrail. It was not changed."""


class NewerSchemaError(ArchiveError):
    """A newer policytrail wrote the archive file, and this one could misread it."""


class OlderSchemaError(ArchiveError):
    """An older policytrail wrote the archive file, and it was opened for reading only."""


class NoArchiveError(ArchiveError):
    """The archive file to read, or the folder to write to, does not exist."""


class ServedNameError(ArchiveError):
    """The server's own addresses would hide the pages of a file with this name."""


class StoreError(ArchiveError):
    """SQLite could not write (full disk, no permission, damaged file).

    The open transaction was rolled back.
    """

    exit_status = 3


class MissingBodyError(StoreError):
    """The archive file has no body with this id."""


class DamagedBodyError(StoreError):
    """A stored body is damaged: it does not match its hash, or its base body is missing.

    `decompresses` is True if decompression returned any bytes.
    """

    def __init__(self, message: str, *, decompresses: bool = False) -> None:
        super().__init__(message)
        self.decompresses = decompresses


class OverTimeError(PolicytrailError):
    """Work on strangers' texts took more processor time than `db.processor_time` allows."""


class ArchiveLockedError(ArchiveError):
    """Another run is writing to the archive file, so nothing was done.

    The message names the other run and when it started.
    """

    exit_status = 3


class UnknownRetailerError(ArchiveError):
    """The archive file has no retailer with this domain. `near` are similar domains that it has, or ()."""

    def __init__(self, message: str, near: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.near = near


class ExportTargetError(ArchiveError):
    """The export cannot be written to the given path.

    The path is a file instead of a folder, its parent folder does not exist, it belongs to another program,
    or it is not writable.
    """


class ReportError(ArchiveError):
    """A table, a group or a question of a report that does not exist."""


class ExportWriteError(StoreError):
    """A file of an export could not be written, for example to a full disk.

    Files that exist are complete. The next export continues after them.
    """


class MissingExtraError(ArchiveError):
    """An optional package is needed but not installed. The message is the command that installs it.

    `need` says what needs which package, and `extra` is its name in `pyproject.toml`.
    """

    def __init__(self, need: str, extra: str) -> None:
        super().__init__(f"{need}: {shlex.quote(sys.executable)} -m pip install 'policytrail[{extra}]'")
        self._made_of = need, extra

    def __reduce__(self) -> tuple[type["MissingExtraError"], tuple[str, str]]:
        """Return how pickle makes the error again: it can be raised in another process."""
        return type(self), self._made_of


class DamagedArchiveError(ArchiveError):
    """An archive file to merge is damaged, or has impossible rows.

    Nothing was merged from it.
    """


class MissingGitError(ArchiveError):
    """The export needs git, but git is not installed (not on the PATH)."""


def one_line(error: BaseException) -> str:
    """Return the message of an error as one line of at most 200 characters.

    A message of SQLite can have several lines, because it quotes damaged SQL.
    """
    return " ".join(str(error).split())[:200]
