"""Bytes of a captured page in, document out: decoding, content, Markdown, verdict. No network, no database, no clock."""

from extract.document import EXTRACTOR, Document, extract_policy

__all__ = ["EXTRACTOR", "Document", "extract_policy"]
