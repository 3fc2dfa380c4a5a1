"""The extractor: turns the bytes of a captured page into a document.

It uses no network, no database and no clock, so the same bytes always become the same document.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extract.document import Document, extract_policy

__all__ = ["EXTRACTOR", "Document", "extract_policy"]

EXTRACTOR = "4"
"""The version of the extractor. It is raised whenever the extractor returns another document for the same
bytes."""


def __getattr__(name: str) -> Any:
    """Import ``Document`` or ``extract_policy`` when it is first used.

    Most commands only read archive files, and start faster without the extractor.
    """
    if name not in ("Document", "extract_policy"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from extract import document  # noqa: PLC0415 - this is the point

    return getattr(document, name)
