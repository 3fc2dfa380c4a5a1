"""Undoing the content encoding of a body, as it is met in the wild: named, misnamed, unnamed, or cut off."""

import zlib
from collections.abc import Callable

import brotli
import zstandard

from crawler.errors import CutOffError, TooLargeError

MAX_BYTES = 64 * 1024 * 1024  # no policy comes near; a bomb of a few kilobytes would fill the memory
MAX_MEMBERS = 100  # of one body; servers send one, and to undo millions of empty ones takes hours
_GZIP, _ZSTD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


def decode(body: bytes, encodings: str = "") -> bytes:
    """Give a body as the page's author wrote it.

    `encodings` is the Content-Encoding header, or several joined by commas; unknown and empty ones are passed over. Bodies
    that are gzip, zlib or zstandard by their first bytes are decoded without a header too (wayback.md section 2.3); where a
    header names an encoding that the body does not have, the body is taken as it is.

    Raises CutOffError where the body ends too early, TooLargeError where it would grow beyond MAX_BYTES.
    """
    for name in reversed([part.strip().lower() for part in encodings.split(",")]):
        if name == "br":
            body = _brotli(body)
        elif name in ("gzip", "x-gzip") and body.startswith(_GZIP):
            body = _inflate(body, 16 + zlib.MAX_WBITS)
        elif name == "deflate" and not body.startswith(_ZLIB):
            body = _raw_deflate(body)
    for _ in range(2):  # a body may be compressed twice; more is an attack
        decoder = _by_first_bytes(body)
        body = decoder(body) if decoder else body
    return body


def _by_first_bytes(body: bytes) -> Callable[[bytes], bytes] | None:
    if body.startswith(_GZIP):
        return lambda data: _inflate(data, 16 + zlib.MAX_WBITS)
    if body.startswith(_ZSTD):
        return _zstandard
    if body.startswith(_ZLIB) and len(body) > 8 and _is_zlib(body):
        return lambda data: _inflate(data, zlib.MAX_WBITS)
    return None


def _is_zlib(body: bytes) -> bool:
    """Tell zlib from a text that begins with "x^"."""
    try:
        zlib.decompressobj().decompress(body[:512], 64)
    except zlib.error:
        return False
    return True


def _inflate(body: bytes, window: int) -> bytes:
    """Decompress gzip or zlib, all members of it; what follows the last one is not the body's."""
    whole = bytearray()
    for _ in range(MAX_MEMBERS):
        if not body:
            break
        member = zlib.decompressobj(window)
        try:
            whole += member.decompress(body, MAX_BYTES + 1 - len(whole))
        except zlib.error as error:
            if whole:
                break
            raise CutOffError(f"the body is damaged ({error})") from error
        _check(len(whole))
        if not member.eof:
            raise CutOffError(f"the compressed body is cut off after {len(body)} bytes")
        body = member.unused_data if member.unused_data.startswith(_GZIP) else b""
    return bytes(whole)


def _raw_deflate(body: bytes) -> bytes:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        whole = stream.decompress(body, MAX_BYTES + 1)
    except zlib.error:
        return body
    _check(len(whole))
    return whole if stream.eof else body


def _brotli(body: bytes) -> bytes:
    stream = brotli.Decompressor()
    try:
        whole = bytes(stream.process(body, output_buffer_limit=MAX_BYTES + 1))
    except brotli.error:
        return body
    _check(len(whole))
    if body and not stream.is_finished():
        raise CutOffError(f"the compressed body is cut off after {len(body)} bytes")
    return whole


def _zstandard(body: bytes) -> bytes:
    whole = bytearray()
    for _ in range(MAX_MEMBERS):
        if not body.startswith(_ZSTD):
            break
        frame = zstandard.ZstdDecompressor().decompressobj()
        try:  # the stream keeps to a size, but takes a cut for an end; the frame knows its end, but no size
            _check(len(whole) + len(zstandard.ZstdDecompressor().stream_reader(body).read(MAX_BYTES + 1)))
            whole += frame.decompress(body)
        except zstandard.ZstdError as error:
            raise CutOffError(f"the body is damaged ({error})") from error
        if not frame.eof:
            raise CutOffError(f"the compressed body is cut off after {len(body)} bytes")
        body = frame.unused_data
    return bytes(whole)


def _check(size: int) -> None:
    if size > MAX_BYTES:
        raise TooLargeError(f"the body is larger than {MAX_BYTES // 1024 // 1024} MB once decompressed")
