"""Extraction: the bytes of a captured page in, a document out. No network, no database, no clock."""

from extract.document import EXTRACTOR, Document, extract_policy

__all__ = ["EXTRACTOR", "Document", "extract_policy"]
