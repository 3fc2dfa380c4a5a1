"""The errors of an archive file. The message of each is one line that says what to do."""


class PolicytrailError(Exception):
    """Base of all errors of policytrail."""

    exit_status = 2


class ArchiveError(PolicytrailError):
    """Base of the errors of an archive file."""


class NotAnArchiveError(ArchiveError):
    """The file is not a database of policytrail. It is not changed."""


class NewerSchemaError(ArchiveError):
    """The archive was written by a newer policytrail, and this one could misread it."""


class NoArchiveError(ArchiveError):
    """The archive to read, or the folder to write to, does not exist."""


class StoreError(ArchiveError):
    """SQLite could not write (full disk, no permission, damaged file).

    The open transaction was rolled back.
    """

    exit_status = 3


class DamagedBodyError(StoreError):
    """A stored body does not match its hash, or its base is missing.

    `decompresses`: whether decompression returned any bytes.
    """

    def __init__(self, message: str, *, decompresses: bool = False) -> None:
        super().__init__(message)
        self.decompresses = decompresses


class ArchiveLockedError(ArchiveError):
    """Another run is writing to the archive. Nothing was done.

    The message names the run and its start.
    """

    exit_status = 3


class UnknownRetailerError(ArchiveError):
    """The archive has no retailer of that domain."""


class ExportTargetError(ArchiveError):
    """The export cannot be written to this place.

    It is a file instead of a folder, has no parent folder, belongs to another program, or is not writable.
    """


class ExportWriteError(StoreError):
    """A file of an export could not be written (full disk).

    The files that exist are complete; the next export continues from there.
    """


class MissingExtraError(ArchiveError):
    """A required optional dependency is not installed. The message names the extra to install."""


class DamagedArchiveError(ArchiveError):
    """An archive to merge is damaged, or has rows that no archive can have.

    Nothing of it was merged.
    """


class MissingGitError(ArchiveError):
    """The export needs git, but no git is on the PATH."""


def one_line(error: BaseException) -> str:
    """Return the message of an error in one line of at most 200 characters.

    SQLite quotes damaged SQL with its line breaks.
    """
    return " ".join(str(error).split())[:200]
