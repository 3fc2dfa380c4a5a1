"""The Python interface of policytrail: read an archive file, extract a page, run a crawl, import or export.

Only the names in `__all__` are public. They are imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from db.errors import PolicytrailError
    from extract import Document, extract_policy
    from policytrail.archive import Archive
    from policytrail.jobs import RunError, RunResult, crawl, export, import_warc
    from policytrail.records import (
        Capture,
        Change,
        Diff,
        Finding,
        FindingTrend,
        Gap,
        Hit,
        ListedCapture,
        Mention,
        Place,
        Promise,
        Retailer,
        Text,
        Version,
        Wording,
    )

_MODULES = {
    "db.errors": ("PolicytrailError",),
    "extract": ("Document", "extract_policy"),
    "policytrail.archive": ("Archive",),
    "policytrail.jobs": ("RunError", "RunResult", "crawl", "export", "import_warc"),
    "policytrail.records": (
        "Capture",
        "Change",
        "Diff",
        "Finding",
        "FindingTrend",
        "Gap",
        "Hit",
        "ListedCapture",
        "Mention",
        "Place",
        "Promise",
        "Retailer",
        "Text",
        "Version",
        "Wording",
    ),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [  # noqa: RUF022 - by module
    "open",
    "Archive",
    "Retailer",
    "Version",
    "Change",
    "Capture",
    "ListedCapture",
    "Finding",
    "Promise",
    "Wording",
    "FindingTrend",
    "Text",
    "Diff",
    "Place",
    "Gap",
    "Hit",
    "Mention",
    "Document",
    "extract_policy",
    "crawl",
    "import_warc",
    "export",
    "RunResult",
    "RunError",
    "PolicytrailError",
]


def open(path: "Path | str") -> "Archive":
    """Open an archive file for reading.

    Nothing is written. Raises NoArchiveError (no such file), NotAnArchiveError, NewerSchemaError,
    OlderSchemaError (run `policytrail status` on it once), StoreError; all are PolicytrailError.
    """
    archive: type[Archive] = __getattr__("Archive")
    return archive(path)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used. Raises ShadowedPackageError."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from policytrail import own_packages  # noqa: PLC0415 - lazy, as everything here

    own_packages.check()
    return getattr(import_module(_MODULE_OF[name]), name)
