"""Bodies that are still compressed: archives keep what the server sent, often without the header that says how."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import brotli

MAX_BODY = 16 * 1024 * 1024
"""Bytes of a body that are read, compressed or not. The largest policy page of the corpus has 0.8 MB; pages beyond
16 MB are generated noise, and a gzip bomb would otherwise grow a thousandfold."""

_GZIP = b"\x1f\x8b"
_ZLIB_HEADERS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_LAYERS = 3  # a proxy may compress what the shop had compressed; more layers have not been seen
_BROTLI_STEP = 64 * 1024


def unpack(body: bytes, content_encoding: str | None = None) -> bytes:
    """Return the body without its compression, at most ``MAX_BODY`` bytes of it.

    gzip and zlib are known by their first bytes, whatever the header says; raw deflate and brotli carry no mark and are
    tried only where ``content_encoding`` names them. A stream cut off in the middle gives what came before the cut;
    a body that is not compressed, or whose compression is broken at its start, comes back as it is.
    """
    for _ in range(_LAYERS):
        if body[:2] == _GZIP:
            plain = _inflate(body, 16 + zlib.MAX_WBITS)
        elif body[:2] in _ZLIB_HEADERS:
            plain = _inflate(body, zlib.MAX_WBITS)
        else:
            break
        if not plain:
            break
        body, content_encoding = plain, None
    named = (content_encoding or "").lower()
    if "br" in named and not _looks_like_html(body):
        body = unbrotli(body) or body
    elif "deflate" in named and not _looks_like_html(body):
        body = _inflate(body, -zlib.MAX_WBITS) or body
    return body[:MAX_BODY]


def _inflate(body: bytes, wbits: int) -> bytes:
    stream, plain = zlib.decompressobj(wbits), bytearray()
    return _in_steps(body, plain, lambda part: stream.decompress(part, MAX_BODY - len(plain)))


def unbrotli(body: bytes) -> bytes:
    """Return a brotli stream's content, what can be read of it; b"" for what is none."""
    stream, plain = brotli.Decompressor(), bytearray()
    return _in_steps(body, plain, stream.process)


def _in_steps(body: bytes, plain: bytearray, step: Callable[[bytes], bytes]) -> bytes:
    for start in range(0, len(body), _BROTLI_STEP):
        if len(plain) >= MAX_BODY:
            break
        try:
            plain += step(body[start : start + _BROTLI_STEP])
        except (zlib.error, brotli.error):
            break
    return bytes(plain)


def _looks_like_html(body: bytes) -> bool:
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
