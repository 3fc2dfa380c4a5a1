"""Extraction: the bytes of a captured page in, a document out. No network, no database, no clock."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extract.document import Document, extract_policy

__all__ = ["EXTRACTOR", "Document", "extract_policy"]

EXTRACTOR = "1"
"""The version of the extractor, raised whenever the same bytes result in another document."""


def __getattr__(name: str) -> Any:
    """Load the extractor when it is first used. Most commands only read archives and start faster without it."""
    if name not in ("Document", "extract_policy"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from extract import document  # noqa: PLC0415 - this is the point

    return getattr(document, name)
