"""Decoders of compressed bodies with a limit for the output, and ``unpack`` for captured pages.

``unpack`` accepts damaged bodies. ``crawler/webarchive/content_encoding.py`` uses the same decoders before a
body is stored, and refuses damaged bodies.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import brotli
import zstandard

MAX_BODY = 16 * 1024 * 1024
"""At most this many bytes of a body are read, compressed or not. The largest policy page of the corpus has
0.8 MB. Pages above 16 MB are generated noise, and a gzip bomb could grow a thousand times."""

GZIP, ZSTANDARD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
"""The first bytes of compressed bodies (RFC 1952, RFC 8878, RFC 1950). Raw deflate and brotli have no such
bytes."""
GZIP_WINDOW, ZLIB_WINDOW, RAW_WINDOW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS

_LAYERS = 3  # a proxy can compress a compressed page again; more than three layers were never seen
_STEP = 64 * 1024  # bytes that are decoded in one step; all steps before a broken byte are readable


@dataclass(frozen=True)
class Decompressed:
    """The readable part of a compressed stream, and whether the stream is complete.

    If the output is larger than the decoder's limit, ``data`` is longer than the limit: by one byte, or by up
    to 128 KB for brotli. ``damage`` is the decoder's message about broken bytes, or "". ``cut_after`` is the
    length in bytes of a stream that ends too early, or 0 for a complete stream.
    """

    data: bytes
    damage: str = ""
    cut_after: int = 0


def inflate(body: bytes, window: int, limit: int, members: int = 1) -> Decompressed:
    """Decompress gzip, zlib or raw deflate, up to ``members`` gzip members.

    ``window`` chooses the format (``GZIP_WINDOW``, ``ZLIB_WINDOW``, ``RAW_WINDOW``), and ``limit`` is the
    most bytes of output. Bytes after the last member are ignored. If a later member is damaged, only the
    members before it are returned, without a report of damage.
    """
    data, position = bytearray(), 0
    for _ in range(members):
        start, size = position, len(data)
        stream = zlib.decompressobj(window)
        while position < len(body) and not stream.eof and len(data) <= limit:
            try:
                data += stream.decompress(body[position : position + _STEP], limit + 1 - len(data))
            except zlib.error as error:
                if size:
                    return Decompressed(bytes(data[:size]))
                return Decompressed(bytes(data), damage=str(error))
            position = min(position + _STEP, len(body))
        if len(data) > limit:
            break
        if not stream.eof:
            return Decompressed(bytes(data), cut_after=len(body) - start)
        position -= len(stream.unused_data)
        if not body.startswith(GZIP, position):
            break
    return Decompressed(bytes(data))


def unbrotli(body: bytes, limit: int) -> Decompressed:
    """Decompress a brotli stream, up to ``limit`` bytes of output.

    For bytes that are not brotli, ``damage`` is nearly always set. The output is made in steps: in one step,
    the decoder would make up to twice the limit.
    """
    stream, data = brotli.Decompressor(), bytearray()
    for start in range(0, len(body), _STEP):
        piece, has_more = body[start : start + _STEP], True
        while has_more:
            most = min(_STEP, limit + 1 - len(data))
            try:
                made = stream.process(piece, output_buffer_limit=most)
            except brotli.error as error:
                return Decompressed(bytes(data), damage=str(error) or "brotli")
            data += made
            if len(data) > limit:
                return Decompressed(bytes(data))
            piece, has_more = b"", len(made) >= most and not stream.is_finished()
    return Decompressed(bytes(data), cut_after=0 if stream.is_finished() else len(body))


def unzstd(body: bytes, limit: int, frames: int = 1) -> Decompressed:
    """Decompress up to ``frames`` zstandard frames of a body, up to ``limit`` bytes of output.

    Bytes after the last frame are ignored.
    """
    data = bytearray()
    for _ in range(frames):
        if not body.startswith(ZSTANDARD):
            break
        frame = zstandard.ZstdDecompressor().decompressobj()
        try:  # only the stream reader has a limit, and only the frame notices that the stream is cut off
            read = zstandard.ZstdDecompressor().stream_reader(body).read(limit + 1 - len(data))
            if len(data) + len(read) > limit:
                return Decompressed(bytes(data) + read)
            data += frame.decompress(body)
        except zstandard.ZstdError as error:
            return Decompressed(bytes(data), damage=str(error))
        if not frame.eof:
            return Decompressed(bytes(data), cut_after=len(body))
        body = frame.unused_data
    return Decompressed(bytes(data))


def unpack(body: bytes, content_encoding: str | None = None) -> bytes:
    """Return a body without its compression, at most ``MAX_BODY`` bytes.

    Gzip and zlib are recognised by their first bytes, whatever the header says. Raw deflate and brotli are
    tried only if ``content_encoding`` names them. If a stream is cut off, its readable beginning is returned.
    A body that is not compressed, or is damaged at the start, is returned as it is.
    """
    for _ in range(_LAYERS):
        if body.startswith(GZIP):
            plain = _readable(inflate(body, GZIP_WINDOW, MAX_BODY))
        elif body.startswith(ZLIB):
            plain = _readable(inflate(body, ZLIB_WINDOW, MAX_BODY))
        else:
            break
        if not plain:
            break
        body, content_encoding = plain, None
    named = (content_encoding or "").lower()
    if "br" in named and not _looks_like_html(body):
        body = unpack_brotli(body) or body
    elif "deflate" in named and not _looks_like_html(body):
        body = _readable(inflate(body, RAW_WINDOW, MAX_BODY)) or body
    return body[:MAX_BODY]


def unpack_brotli(body: bytes) -> bytes:
    """Return the readable content of a brotli stream, at most ``MAX_BODY`` bytes.

    Returns b"" for bytes that are not brotli.
    """
    return _readable(unbrotli(body, MAX_BODY))


def _readable(decompressed: Decompressed) -> bytes:
    return decompressed.data[:MAX_BODY]


def _looks_like_html(body: bytes) -> bool:
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
