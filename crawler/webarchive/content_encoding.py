"""Strict decompression of captured bodies, whatever their Content-Encoding header says."""

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
"""The maximum size of a decompressed body in bytes. No policy is nearly as large.

Without a limit, a malicious body of a few kilobytes could fill the memory.
"""
MAX_MEMBERS = 100
"""The maximum number of members (parts) of a compressed body. Servers send one.

Without a limit, a malicious body with millions of empty members would take hours.
"""
MAX_ENCODINGS = 10
"""The maximum number of encodings in the header. Servers name one, and a proxy can add another.

Without a limit, a body that is packed ten thousand times without becoming shorter would take hours.
"""


def decode(body: bytes, encodings: str = "") -> bytes:
    """Return a body without its content encodings, as the author of the page wrote it.

    `encodings` is the value of the Content-Encoding header; several headers are joined by commas. Unknown
    encodings are ignored. A body that does not have the encoding in the header stays as it is. A body that
    begins like a gzip, zlib or zstandard file is decompressed without a header too (docs/wayback.md "Content
    encoding").

    Raises CutOffError for an incomplete or damaged body, and TooLargeError for more than MAX_BYTES bytes or
    MAX_ENCODINGS encodings.
    """
    names = [part.strip().lower() for part in encodings.split(",")]
    if len(names) > MAX_ENCODINGS:
        raise TooLargeError(f"the answer names more than {MAX_ENCODINGS} content encodings")
    for name in reversed(names):
        if name == "br":
            body = _if_readable(body, unbrotli(body, MAX_BYTES))
        elif name in ("gzip", "x-gzip") and body.startswith(GZIP):
            body = _whole(inflate(body, GZIP_WINDOW, MAX_BYTES, MAX_MEMBERS))
        elif name == "deflate" and not body.startswith(ZLIB):
            read = inflate(body, RAW_WINDOW, MAX_BYTES)
            body = body if read.cut_after else _if_readable(body, read)
    for _ in range(2):  # a body may be compressed twice; more is an attack
        body = _by_first_bytes(body)
    if len(body) > MAX_BYTES:
        raise TooLargeError(f"the body is larger than {MAX_BYTES // 1024 // 1024} MB")
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
    """Return whether a body is zlib data, and not a text that begins with "x^"."""
    try:
        zlib.decompressobj().decompress(body[:512], 64)
    except zlib.error:
        return False
    return True


def _if_readable(body: bytes, read: Decompressed) -> bytes:
    """Return the decompressed bytes, or the body itself if it is not compressed this way."""
    return body if read.damage else _whole(read)


def _whole(read: Decompressed) -> bytes:
    if len(read.data) > MAX_BYTES:
        raise TooLargeError(f"the body is larger than {MAX_BYTES // 1024 // 1024} MB once decompressed")
    if read.damage:
        raise CutOffError(f"the body is damaged ({read.damage})")
    if read.cut_after:
        raise CutOffError(f"the compressed body is cut off after {read.cut_after} bytes")
    return read.data
