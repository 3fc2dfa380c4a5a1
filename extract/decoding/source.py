"""Decoding of a body from bytes to characters. Brotli is undone even if no header names it."""

from __future__ import annotations

from extract.decoding.charset import decode
from extract.decoding.compression import unpack_brotli
from extract.decoding.file_type import is_garbled


def source_of(body: bytes, content_type: str | None) -> str | None:
    """Return the text of a body, or None if the text is not readable.

    ``body`` has no other compression any more. If its text is not readable, it is decompressed as brotli,
    which cannot be recognised by its first bytes.
    """
    source, _ = decode(body, content_type)
    if is_garbled(source) and (plain := unpack_brotli(body)):
        source, _ = decode(plain, content_type)
    return None if is_garbled(source) else source
