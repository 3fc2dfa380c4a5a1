"""What can go wrong between the user, the archive on the web, and us. Each message is one line that says what to do.

`exit_status` follows design.md: 2 wrong use, 3 done in part (run again to go on), 4 the archive refuses us for now.
"""

from db.errors import PolicytrailError


class RetailerListError(PolicytrailError):
    """A list of retailers cannot be read, lacks a column, is empty, or has a bad row (named with its line)."""


class UnknownDomainError(PolicytrailError):
    """A domain is in no list, nor in the archive file, so that no address of its policy is known; `discover` may find one."""


class StrategyError(PolicytrailError):
    """An option names a discovery strategy that does not exist."""


class UnknownSourceError(PolicytrailError):
    """`--source` is neither a known archive's name nor an http address."""


class SelectionError(PolicytrailError):
    """`--select`, `--from` or `--to` is not of its form."""


class LimitsError(PolicytrailError):
    """The file of the limits that all crawls share is damaged, cannot be written, or is held by a process that hangs.

    A crawl does not start without it, nor go on: at a pace of its own it could be one too many for the archive.
    """


class RefusedError(PolicytrailError):
    """The archive has refused us, in this process or an earlier one, and the time that we are to stay away is not over."""

    exit_status = 4


class WarcError(PolicytrailError):
    """A file given to `import` is no WARC file, or cannot be read."""


class MarkdownError(PolicytrailError):
    """A Markdown file given to `import` is none, or does not say of which capture its text is, or says what cannot be."""


class CdxError(PolicytrailError):
    """The index answered something that is no list of captures: HTML, a short row, a repeated key, an error status.

    Never to be taken for "no captures".
    """

    exit_status = 3


class CutOffError(PolicytrailError):
    """A compressed body ends before its end: the capture was cut off on its way here or when it was archived."""

    exit_status = 3


class TooLargeError(PolicytrailError):
    """A body is, once decompressed, larger than `encoding.MAX_BYTES`: a mistake or an attack, no policy."""

    exit_status = 3


class NoTextError(PolicytrailError):
    """No good capture of a policy is as old as the day asked for."""


class AddressInUseError(PolicytrailError):
    """The address on which `serve` is to listen cannot be had."""


class NothingToDoError(PolicytrailError):
    """A crawl was given no retailers, and the archive file has none either."""


class SameArchiveError(PolicytrailError):
    """An archive is to be merged into itself."""


class ReportError(PolicytrailError):
    """The file of `--report` cannot be written."""


class ServerError(PolicytrailError):
    """The server that the demonstration crawls did not start."""

    exit_status = 3


class KeysError(PolicytrailError):
    """The keys of Save Page Now are missing from the environment, or cannot be keys."""


class NoSaveError(PolicytrailError):
    """The archive offers no Save Page Now, none to which keys could be sent safely, or does not accept the keys."""


class SaveOptionError(PolicytrailError):
    """An option of `save` is not of its form."""
