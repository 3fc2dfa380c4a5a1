"""The bytes of a WARC file as one stream, whether the file is plain or has gzip members of any size.

A gzip member may have one record, a part of a record, or many records: the borders of members mean nothing
here. So a file that was compressed as a whole or in blocks is read like any other.
"""

import zlib
from collections import deque
from dataclasses import dataclass
from typing import IO, Any, NamedTuple

GZIP = b"\x1f\x8b"
MAX_LINE = 1 << 20  # bytes; a longer line is returned in parts
# How many times larger than its compressed bytes a file may be, if it has more than MIN_BOMB bytes. Pages do
# not reach this factor, so a larger file is malicious.
MAX_GROWTH, MIN_BOMB = 100, 1 << 28
_CHUNK = 1 << 16  # bytes that are read from the file at once
_MAX_OUT = 1 << 20  # bytes that are decompressed at once: a bomb does not fill the memory
_BEGINS = 4096  # begins of gzip members that are known at once; those of records are among the last ones


class RecordPlace(NamedTuple):
    """Where a record is: the name of its file, and its first byte and number of bytes in it.

    The name is "" for the file that is read; that of a member of a WACZ is seen from the WACZ.
    """

    file: str
    offset: int
    length: int


@dataclass
class Growth:
    """How many bytes became of compressed ones, of a file or of all files in a WACZ."""

    compressed: int = 0
    made: int = 0

    @property
    def is_too_large(self) -> bool:
        """Whether no page grows like this."""
        return self.made > max(MIN_BOMB, MAX_GROWTH * self.compressed)


class ByteStream:
    """Reads a file forwards, decompressed.

    `growth` is that of the WACZ in which the file is, whose size is known before. `damage` says why
    compressed bytes are not read to their end ("cut off", "damaged", or too large for them); "" where they
    are. The stream ends there.
    """

    def __init__(self, file: IO[bytes], growth: Growth | None = None) -> None:
        self._file = file
        self._growth, self._is_shared = growth or Growth(), growth is not None
        self._buffer, self._at = file.read(_CHUNK), 0
        self._member: Any = None  # the decompressor of the open gzip member
        self._compressed = b""
        self._taken = self._made = 0  # compressed bytes that were read, and bytes that they became
        self._filled = len(self._buffer)  # bytes that came into the buffer
        # Where members begin: in this stream, and in the file.
        self._begins: deque[tuple[int, int]] = deque([(0, 0)], _BEGINS)
        self.damage = ""
        if self._buffer.startswith(GZIP):
            self._compressed, self._buffer = self._buffer, b""
            self._taken, self._filled, self._member = len(self._compressed), 0, _gzip()

    def read(self, size: int) -> bytes:
        """Return the next bytes; fewer than `size` only at the end."""
        parts = []
        while size > 0 and self._fill(1):
            part = self._buffer[self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def readline(self, size: int = MAX_LINE) -> bytes:
        """Return the next line with its line feed, or its first `size` bytes; b"" at the end."""
        parts = []
        while size > 0 and self._fill(1):
            end = self._buffer.find(b"\n", self._at, self._at + size) + 1
            part = self._buffer[self._at : end or self._at + size]
            self._at += len(part)
            size -= len(part)
            parts.append(part)
            if end:
                break
        return b"".join(parts)

    def peek(self, size: int) -> bytes:
        """Return the next bytes and leave them in the stream; fewer than `size` only at the end."""
        self._fill(size)
        return self._buffer[self._at : self._at + size]

    @property
    def offset(self) -> int | None:
        """Where in the file the next byte is, if a reader can begin there, or the file ends there.

        None within a gzip member.
        """
        position = self._filled - (len(self._buffer) - self._at)
        if self._member is None:
            return position
        for begin, place in reversed(self._begins):
            if begin <= position:
                return place if begin == position else None
        return None

    def unread(self, content: bytes) -> None:
        """Put bytes back, before those that come next."""
        self._buffer, self._at = content + self._buffer[self._at :], 0

    def _fill(self, size: int) -> bool:
        """Read on until `size` bytes are in the buffer, or the stream ends. Return whether there are any."""
        while len(self._buffer) - self._at < size:
            more = self._file.read(_CHUNK) if self._member is None else self._decompressed()
            if not more:
                break
            self._filled += len(more)
            self._buffer, self._at = self._buffer[self._at :] + more, 0
        return len(self._buffer) > self._at

    def _decompressed(self) -> bytes:
        """Return the next decompressed bytes; b"" at the end or where the file is damaged."""
        while not self.damage:
            if self._member.eof:
                self._compressed = self._member.unused_data or self._more()
                begin = self._made, self._taken - len(self._compressed)
                if begin != self._begins[-1]:
                    self._begins.append(begin)
                if not self._compressed:
                    break
                if len(self._compressed) == 1:
                    self._compressed += self._more()
                if not self._compressed.startswith(GZIP[: len(self._compressed)]):
                    self.damage = "damaged"
                    break
                self._member = _gzip()
            elif not self._compressed:
                self._compressed = self._more()
                if not self._compressed:
                    self.damage = "cut off"
                    break
            try:
                found = self._member.decompress(self._compressed, _MAX_OUT)
            except zlib.error:
                self.damage = "damaged"
                break
            self._compressed = self._member.unconsumed_tail
            self._made += len(found)
            self._growth.made += len(found)
            if not self._is_shared:
                self._growth.compressed = self._taken
            if self._growth.is_too_large:
                self.damage = f"over {MAX_GROWTH} times larger than its compressed bytes"
            elif found:
                return bytes(found)
        return b""

    def _more(self) -> bytes:
        """Return the next compressed bytes; b"" at the end."""
        read = self._file.read(_CHUNK)
        self._taken += len(read)
        return read


def _gzip() -> Any:
    return zlib.decompressobj(16 + zlib.MAX_WBITS)
