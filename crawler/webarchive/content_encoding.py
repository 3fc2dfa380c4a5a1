"""Strict decoding of a body's content encoding, whether its header is right, wrong or missing."""

import zlib

from crawler.errors import CutOffError, TooLargeError
from extract.decoding.compression import (
    GZIP,
    GZIP_WINDOW,
    RAW_WINDOW,
    ZLIB,
    ZLIB_WINDOW,
    ZSTANDARD,
    Decompressed,
    inflate,
    unbrotli,
    unzstd,
)

MAX_BYTES = 64 * 1024 * 1024
"""Bytes of a decoded body. No policy is nearly as large; a bomb of a few kilobytes would fill the memory."""
MAX_MEMBERS = 100
"""Members of one body that are read. Servers send one; decoding millions of empty ones takes hours."""


def decode(body: bytes, encodings: str = "") -> bytes:
    """Return a body as the author of the page wrote it.

    `encodings` is the Content-Encoding header, or several joined by commas; unknown names are skipped.
    Bodies that are gzip, zlib or zstandard by their first bytes are decoded without a header too
    (docs/wayback.md "Content encoding"). A body that does not have the named encoding stays as it is.

    Raises CutOffError for a body that is cut off or damaged, and TooLargeError for more than MAX_BYTES.
    """
    for name in reversed([part.strip().lower() for part in encodings.split(",")]):
        if name == "br":
            body = _if_readable(body, unbrotli(body, MAX_BYTES))
        elif name in ("gzip", "x-gzip") and body.startswith(GZIP):
            body = _whole(inflate(body, GZIP_WINDOW, MAX_BYTES, MAX_MEMBERS))
        elif name == "deflate" and not body.startswith(ZLIB):
            read = inflate(body, RAW_WINDOW, MAX_BYTES)
            body = body if read.cut_after else _if_readable(body, read)
    for _ in range(2):  # a body may be compressed twice; more is an attack
        body = _by_first_bytes(body)
    return body


def _by_first_bytes(body: bytes) -> bytes:
    if body.startswith(GZIP):
        return _whole(inflate(body, GZIP_WINDOW, MAX_BYTES, MAX_MEMBERS))
    if body.startswith(ZSTANDARD):
        return _whole(unzstd(body, MAX_BYTES, MAX_MEMBERS))
    if body.startswith(ZLIB) and len(body) > 8 and _is_zlib(body):
        return _whole(inflate(body, ZLIB_WINDOW, MAX_BYTES, MAX_MEMBERS))
    return body


def _is_zlib(body: bytes) -> bool:
    """Return whether a body is zlib and not a text that begins with "x^"."""
    try:
        zlib.decompressobj().decompress(body[:512], 64)
    except zlib.error:
        return False
    return True


def _if_readable(body: bytes, read: Decompressed) -> bytes:
    """Return the decoded bytes, or the body itself where it does not have the encoding."""
    return body if read.damage else _whole(read)


def _whole(read: Decompressed) -> bytes:
    if len(read.data) > MAX_BYTES:
        raise TooLargeError(f"the body is larger than {MAX_BYTES // 1024 // 1024} MB once decompressed")
    if read.damage:
        raise CutOffError(f"the body is damaged ({read.damage})")
    if read.cut_after:
        raise CutOffError(f"the compressed body is cut off after {read.cut_after} bytes")
    return read.data
