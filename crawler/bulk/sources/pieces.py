"""Divide a large WARC file into pieces that are derived by themselves, at records that begin a gzip member.

Only a file is divided that has one record in each gzip member, as writers of WARC make them: there, the end
of a member is the end of a record for every reader.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from crawler.importing.warc_heads import LENGTH, WARC_LINE
from crawler.importing.warc_stream import GZIP, MAX_GROWTH, MIN_BOMB
from db.export.warc_records import FIELD

PIECE = 128 << 20  # compressed bytes; a piece has a few more, as it ends with a record
_CHUNK, _AT_ONCE, _HEAD = 1 << 16, 1 << 20, 1 << 16
BLANK = b"\r\n\r\n"  # after the headers of a record, and after its content


class Piece(NamedTuple):
    """The bytes of a file from `begin` to before `end`, and how many records are before them."""

    begin: int = 0
    end: int = 0
    records: int = 0


WHOLE = Piece()  # all of a file


class _Member(NamedTuple):
    """A gzip member: its first byte in the file, the first bytes of its content, and the size of that."""

    begin: int
    head: bytes
    size: int


def pieces(path: Path) -> list[Piece]:
    """Return the pieces of a WARC file, in order; [WHOLE] for a file that is small or is not divided.

    Facts of policytrail's own export and the records after them belong together, so such a file is not
    divided. Where a member is no record, or is damaged, the last piece begins before it. Raises OSError.
    """
    size = path.stat().st_size
    if size < 2 * PIECE:
        return [WHOLE]
    begins = [(0, 0)]
    with path.open("rb") as file:
        for number, member in enumerate(_members(file)):
            if FIELD.encode() in member.head:
                return [WHOLE]
            if not _is_record(member):
                break
            if member.begin - begins[-1][0] >= PIECE and size - member.begin >= PIECE:
                begins.append((member.begin, number))
    ends = [begin for begin, _ in begins[1:]] + [size]
    found = [Piece(begin, end, records) for (begin, records), end in zip(begins, ends, strict=True)]
    return found if len(found) > 1 else [WHOLE]


def _is_record(member: _Member) -> bool:
    """Return whether the content of a member is one record by its own length."""
    size = record_size(member.head)
    return size is not None and member.size == size + len(BLANK)


def record_size(head: bytes) -> int | None:
    """Return how many bytes a record has by its own length, without the blank lines after it.

    `head` has its headers and any bytes after them. Return None if they are no headers of a WARC record.
    """
    end = head.find(BLANK)
    stated = LENGTH.search(head, 0, end + 2)
    if not WARC_LINE.match(head) or end < 0 or stated is None:
        return None
    return end + len(BLANK) + int(stated[1])


def _members(file: IO[bytes]) -> Iterator[_Member]:
    """Yield the gzip members of a file, up to the first damage. Their content is not kept."""
    begin, rest = 0, file.read(_CHUNK)
    while rest.startswith(GZIP):
        unzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
        head, size, taken = b"", 0, 0
        while not unzip.eof:
            try:
                part = unzip.decompress(rest, _AT_ONCE)
            except zlib.error:
                return
            taken += len(rest) - len(unzip.unconsumed_tail) - len(unzip.unused_data)
            head += part[: _HEAD - len(head)]
            size += len(part)
            if size > max(MIN_BOMB, MAX_GROWTH * taken):
                return
            rest = unzip.unconsumed_tail or (b"" if unzip.eof else file.read(_CHUNK))
            if not (part or rest or unzip.eof):
                return
        yield _Member(begin, head, size)
        begin += taken
        rest = unzip.unused_data
        if len(rest) < len(GZIP):
            rest += file.read(_CHUNK)
