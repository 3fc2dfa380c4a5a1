"""The headers of a record in a WARC or ARC file: recognise the first line, and read them up to a bound.

Without the bound, a small compressed file with headers that never end fills the memory.
"""

import re

from crawler.importing.warc_stream import ByteStream

# Bytes and lines of a record's headers: three addresses of the greatest length (db/lengths.py), each of whose
# characters is `%xx`, and some short facts.
MAX_BYTES, MAX_LINES = 1 << 20, 1000
TOO_LONG = f"its headers are longer than {MAX_BYTES >> 20} MB or {MAX_LINES:,} lines"
WARC_LINE = re.compile(rb"WARC/\d")
SCHEMES = rb"(?:https?|ftp|dns|whois|filedesc|mailto|gopher|nntp|news|urn|file|data|warcinfo|metadata):"
LENGTH = re.compile(rb"\nContent-Length:[ \t]*([0-9]{1,18})[ \t]*\r?\n", re.I)
_END = re.compile(rb"\n(?:[ \t]*\r?\n|(?=WARC/\d))")
_AT_ONCE, _OVERLAP = 1 << 16, 64  # bytes of long headers that are searched at once, and twice
_SCHEME = re.compile(SCHEMES)


class Head:
    """The lines of a record's headers: a stream that ends after MAX_BYTES or MAX_LINES.

    `is_too_long` is True then. `is_warc` is whether the first line is that of a WARC record.
    """

    def __init__(self, stream: ByteStream) -> None:
        self._stream, self._read, self._lines = stream, b"", 0

    @property
    def is_too_long(self) -> bool:
        """Whether the headers have more bytes or lines than they may have."""
        return len(self._read) >= MAX_BYTES or self._lines > MAX_LINES

    @property
    def is_warc(self) -> bool:
        """Whether the first line is that of a WARC record."""
        return bool(WARC_LINE.match(self._read))

    def readline(self) -> bytes:
        """Return the next line; b"" at the end."""
        if self.is_too_long:
            return b""
        line = self._stream.readline(MAX_BYTES - len(self._read))
        self._read += line
        self._lines += 1
        return line

    def skip_rest(self) -> int:
        """Skip the rest of the headers, and return the stated length of the record's content.

        The length is 0 if none is stated, or if another record begins within the headers.
        """
        stated = LENGTH.search(self._read)
        self._stream.unread(self._read[-_OVERLAP:])
        while ahead := self._stream.peek(_AT_ONCE):
            end = _END.search(ahead)
            stated = stated or LENGTH.search(ahead, 0, end.end() if end else len(ahead))
            self._stream.read(end.end() if end else max(len(ahead) - _OVERLAP, 1))
            if end:
                return int(stated[1]) if stated and end[0] != b"\n" else 0
        return 0


def is_arc_line(line: bytes) -> bool:
    """Return whether a line begins an ARC record: address, IP address, date, media type, …, length."""
    fields = line.rstrip().split(b" ")
    dates = (field for field in fields[2:-2] if 8 <= len(field) <= 14 and field.isdigit())
    return bool(_SCHEME.match(line)) and fields[-1].isdigit() and any(dates)
