"""Errors that a user sees. Each message is one line that says what to do.

`exit_status` is the exit status of the command after the error (docs/contracts.md "Exit status"): 2 for wrong
use, 3 for work that is done in part, 4 if the web archive refuses requests for now.
"""

from db.errors import PolicytrailError, StoreError

GO_ON = "run the same command again to go on"  # the end of the line about a run that was stopped
STOPPED_RUN = f"stopped: {GO_ON}"


class RetailerListError(PolicytrailError):
    """A list of retailers is unreadable or has a bad row.

    A text that is no domain raises this error too. `line` is the line number of the bad row in the file,
    counted from 1. It is None if the error is not about one row.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class UnknownDomainError(PolicytrailError):
    """A domain is neither in a list nor in the archive file.

    Therefore no address of its policy is known.
    """


class StrategyError(PolicytrailError):
    """An option names a discovery strategy that does not exist."""


class ConfigError(PolicytrailError):
    """`policytrail.toml` cannot be read, or names a command or an option that does not exist."""


class NotifierError(PolicytrailError):
    """A notifier is not defined or has a wrong form, or the command of `--on-change` cannot be run.

    The message never shows an address, because addresses hold secrets.
    """


class UnknownSourceError(PolicytrailError):
    """`--source` is neither the name of a known archive nor an http address."""


class SelectionError(PolicytrailError):
    """`--select`, `--from` or `--to` has a wrong form, or `--from` is after `--to`."""


class LimitsError(PolicytrailError):
    """The file with the shared request limits is damaged, not writable, or locked too long.

    A crawl does not start or continue without this file, because several crawls together could then send more
    requests than the web archive allows.
    """


class RefusedError(PolicytrailError):
    """The web archive refuses requests, and the time of this block is not over.

    The block began in this run or in an earlier one. `retry_at` is the moment when the block ends, such as
    `2026-01-01T12:00:00Z`. It is None if that moment is unknown.
    """

    exit_status = 4

    def __init__(self, message: str, retry_at: str | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class WarcError(PolicytrailError):
    """A file for `import` is no WARC file, is damaged, or cannot be read."""


class WarcReadError(WarcError):
    """A file cannot be read on this machine now, whatever its bytes are. Another attempt can succeed."""

    exit_status = 3


class MarkdownError(PolicytrailError):
    """A Markdown file for `import` cannot be read, or its first line does not name a possible capture."""


class CdxError(PolicytrailError):
    """The web archive's index answered with something that is not a list of captures.

    Examples are an HTML page, a row with too few fields, or an error status. The error never means "no
    captures". `status` is the HTTP status of the answer, or None if the status was not the problem.
    """

    exit_status = 3

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class CutOffError(PolicytrailError):
    """A compressed body is incomplete or damaged: by this transfer, or already in the web archive."""

    exit_status = 3


class TooLargeError(PolicytrailError):
    """A body has more than `content_encoding.MAX_BYTES` bytes after decompression, so it is no policy."""

    exit_status = 3


class NoTextError(PolicytrailError):
    """A retailer has no text to show: no good capture on or before the day, or no change.

    A good capture is a capture with the verdict `policy`.
    """


class UnseenDayError(PolicytrailError):
    """With `--strict`: no capture shows the policy on the day, so nothing is known of it."""


class AddressInUseError(PolicytrailError):
    """The command `serve` cannot listen on its address, because another program uses the address."""


class WorkersError(PolicytrailError):
    """No worker process can work on this machine, so nothing was judged.

    The reason is never a page: memory is missing, or a limit of the system is too low.
    """

    exit_status = 3


class SchedulerError(PolicytrailError):
    """The scheduler of Dask cannot be reached, or was lost. What is written stays."""

    exit_status = 3


class BulkTargetError(PolicytrailError):
    """The folder for a bulk result is something else, or has another number of buckets."""


class ResultError(PolicytrailError):
    """The folder of a bulk result cannot be read or written now. What is written stays."""

    exit_status = 3


class SupersededError(PolicytrailError):
    """Another run has begun to write to the same bulk result."""

    exit_status = 3


class DamagedResultError(PolicytrailError):
    """A file of a bulk result is damaged or missing. The same 'policytrail bulk' makes it again."""

    exit_status = 3


MACHINE_ERRORS = (StoreError, WorkersError, MemoryError)
"""The errors for what this machine lacks. They end a run, and nothing is judged by them."""


def machine_problem(error: BaseException) -> str:
    """Return the line of text about one of MACHINE_ERRORS for the user."""
    if isinstance(error, MemoryError):
        return "this process may not use enough memory: see 'ulimit -v'"
    return str(error)


class OverOwnLimitError(PolicytrailError):
    """A command that only reads went over its limit of processor time or memory."""

    exit_status = 3


class NothingToDoError(PolicytrailError):
    """The command names no retailers, and the archive file contains none."""


class SameArchiveError(PolicytrailError):
    """The user asked to merge an archive file into itself."""


class LogFileError(PolicytrailError):
    """The file of `--log-file` cannot be written."""


class ReportError(PolicytrailError):
    """The file of `--report` cannot be written."""


class OutputError(PolicytrailError):
    """Standard output cannot be written, for example to a full disk."""

    exit_status = 3


class ServerError(PolicytrailError):
    """The web server of the command `demo` did not start."""

    exit_status = 3


class KeysError(PolicytrailError):
    """The keys for Save Page Now are missing or have a wrong form.

    They are read from environment variables.
    """


class NoSaveError(PolicytrailError):
    """Captures cannot be requested from this web archive.

    It has no Save Page Now, or it does not accept the keys, or the keys cannot be sent to it safely.
    """


class SaveOptionError(PolicytrailError):
    """An option of the command `save` has a wrong form."""
