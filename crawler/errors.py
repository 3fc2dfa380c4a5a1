"""Errors between the user, the web archive and this program. Each message is one line that says what to do.

`exit_status` is the exit status of a command that ends with the error (docs/contracts.md "Exit status"): 2
for wrong use, 3 for a job that is done in part, 4 where the archive refuses requests for now.
"""

from db.errors import PolicytrailError


class RetailerListError(PolicytrailError):
    """A list of retailers cannot be read, or has a bad row; or a text is no domain.

    `line` is the number of the bad row's line in the file; None where the error is not about a row.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class UnknownDomainError(PolicytrailError):
    """A domain is neither in a list nor in the archive file, so that no address of its policy is known."""


class StrategyError(PolicytrailError):
    """An option names a discovery strategy that does not exist."""


class UnknownSourceError(PolicytrailError):
    """`--source` is neither the name of a known archive nor an http address."""


class SelectionError(PolicytrailError):
    """`--select`, `--from` or `--to` has a wrong form, or `--from` is after `--to`."""


class LimitsError(PolicytrailError):
    """The file of the limits that all crawls share is damaged, not writable, or locked for too long.

    A crawl neither starts nor continues without it: at a pace of its own it could exceed the archive's
    limits.
    """


class RefusedError(PolicytrailError):
    """The archive has refused requests, now or in an earlier run, and the time to stay away is not over.

    `retry_at` is the moment when the archive may be asked again, as `times.iso` writes it; None where it is
    unknown.
    """

    exit_status = 4

    def __init__(self, message: str, retry_at: str | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class WarcError(PolicytrailError):
    """A file for `import` is no WARC file, is damaged, or cannot be read."""


class MarkdownError(PolicytrailError):
    """A Markdown file for `import` cannot be read, or its first line does not name a possible capture."""


class CdxError(PolicytrailError):
    """The index answered with something that is no list of captures: HTML, a short row, an error status.

    It never means "no captures". `status` is the HTTP status of the answer; None where the status is not the
    error.
    """

    exit_status = 3

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class CutOffError(PolicytrailError):
    """A compressed body is cut off or damaged, on its way here or since it was archived."""

    exit_status = 3


class TooLargeError(PolicytrailError):
    """A decompressed body is larger than `content_encoding.MAX_BYTES`, so it is no policy."""

    exit_status = 3


class NoTextError(PolicytrailError):
    """A retailer has no good capture on or before the given day, or no change."""


class AddressInUseError(PolicytrailError):
    """`serve` cannot listen on its address."""


class NothingToDoError(PolicytrailError):
    """No retailers are named, and the archive file has none."""


class SameArchiveError(PolicytrailError):
    """An archive is to be merged into itself."""


class ReportError(PolicytrailError):
    """The file of `--report` cannot be written."""


class ServerError(PolicytrailError):
    """The server of the demonstration did not start."""

    exit_status = 3


class KeysError(PolicytrailError):
    """The keys of Save Page Now are missing from the environment, or cannot be keys."""


class NoSaveError(PolicytrailError):
    """The archive has no Save Page Now, or does not accept the keys, or keys cannot be sent to it safely."""


class SaveOptionError(PolicytrailError):
    """An option of `save` has a wrong form."""
