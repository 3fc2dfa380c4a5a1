"""Body to source text: character set, and brotli that no header names."""

from __future__ import annotations

from extract.decoding.charset import decode
from extract.decoding.compression import unpack_brotli
from extract.decoding.file_type import is_garbled


def source_of(body: bytes, content_type: str | None) -> str | None:
    """Return the text of an unpacked body, or None if it is garbled.

    A garbled body is first tried as brotli, which has no mark to be recognised by.
    """
    source, _ = decode(body, content_type)
    if is_garbled(source) and (plain := unpack_brotli(body)):
        source, _ = decode(plain, content_type)
    return None if is_garbled(source) else source
