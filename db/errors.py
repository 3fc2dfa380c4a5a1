"""What can go wrong with an archive file. The message of each is one line that says what to do."""


class PolicytrailError(Exception):
    """Base of all errors of policytrail. Catch this one to catch them all."""

    exit_status = 2


class ArchiveError(PolicytrailError):
    """Base of the errors of an archive file."""


class NotAnArchiveError(ArchiveError):
    """The file is no SQLite database, or a database that policytrail did not make. It is left as it is."""


class NewerSchemaError(ArchiveError):
    """The archive was written by a newer policytrail.

    Reading it with this one could misread it, so it is refused.
    """


class NoArchiveError(ArchiveError):
    """A command that reads was given a path at which there is no file, one that writes a folder that is not there."""


class StoreError(ArchiveError):
    """SQLite could not write (full disk, no permission, damaged file).

    The open transaction was rolled back.
    """

    exit_status = 3


class DamagedBodyError(StoreError):
    """A stored body does not match its hash, or its base is missing.

    `decompresses`: whether the body gave any bytes at all.
    """

    def __init__(self, message: str, *, decompresses: bool = False) -> None:
        super().__init__(message)
        self.decompresses = decompresses


class ArchiveLockedError(ArchiveError):
    """Another run is writing to the archive; the message says which, and since when. Nothing was done."""

    exit_status = 3


class UnknownRetailerError(ArchiveError):
    """The archive holds no retailer of that domain."""


class ExportTargetError(ArchiveError):
    """The place to export to cannot be taken: a file for a folder, no folder around it, another's file, no permission."""


class ExportWriteError(StoreError):
    """A file of an export could not be written (full disk).

    What is there is whole, and the next export goes on from there.
    """


class MissingExtraError(ArchiveError):
    """An optional dependency is needed that is not installed; the message names the extra that brings it."""


class DamagedArchiveError(ArchiveError):
    """An archive that is to be merged cannot be read whole, or holds what no archive can hold.

    Nothing of it was taken.
    """


class MissingGitError(ArchiveError):
    """An export needs git, and there is none on the PATH."""


def one_line(error: BaseException) -> str:
    """Return the message of an error in one line of at most 200 characters; SQLite quotes damaged SQL with its lines."""
    return " ".join(str(error).split())[:200]
