"""Undo the chunked transfer of an answer (RFC 9112, section 7.1)."""

import re

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,99})?\r\n")
_END = b"\r\n"


def undone(payload: bytes) -> tuple[bytes, bool]:
    """Return a body without its chunks, and whether it ends before its last chunk.

    Bytes that are no chunk are returned as they are: some tools store a body without its chunks, and leave
    the header that speaks of them. Such a body is not cut off.
    """
    body, at = bytearray(), 0
    while found := _SIZE.match(payload, at):
        size, begin = int(found[1], 16), found.end()
        if not size:
            return bytes(body), False
        end = begin + size
        body += payload[begin:end]
        if end > len(payload):
            return bytes(body), True
        if payload[end : end + len(_END)] not in (_END, b""):
            return bytes(body + payload[end:]), False
        at = end + len(_END)
    return bytes(body + payload[at:]), at >= len(payload) > 0
