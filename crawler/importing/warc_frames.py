"""Split a WARC or ARC file into records, and see whether the length that each record states is right.

The empty lines after a record and the first line of the next one show its length a second time. A length that
they contradict costs one record: reading continues with the next one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from warcio.recordloader import ArcWarcRecordLoader

from crawler.errors import WarcError
from crawler.importing.signals import held_back
from crawler.importing.warc_heads import LENGTH, SCHEMES, TOO_LONG, WARC_LINE, Head, is_arc_line
from crawler.importing.warc_stream import ByteStream, RecordPlace
from crawler.webarchive import content_encoding

MAX_HEAD = 1 << 18  # bytes of a response's headers: browsers and servers allow 8 kB to 256 kB
MAX_BLOCK = content_encoding.MAX_BYTES + MAX_HEAD + 1  # bytes of a record that are kept
# Bytes of one file that are read a second time, because records reached into those that follow.
MAX_AGAIN = 1 << 28
MAX_INSIDE = 1000  # lines of a page that look like the first line of a record; more belong to no record
_AHEAD = 1 << 14  # bytes: first lines of ARC records are shorter
_BLANK = 16  # bytes of empty lines that are compared; more are skipped
NO_TYPE = "its headers have no WARC-Type"
_SEPARATOR = b"\r\n\r\n"  # after every record: ISO 28500:2017, section 4
# Inside of a block the first line and a header are compared: a page may quote the line.
_WARC_INSIDE = re.compile(rb"\n(?=WARC/(?:0\.\d+|1\.\d)\r?\n[A-Za-z-]+:)")
_ARC_INSIDE = re.compile(rb"\n(?=%s[^\r\n]*\r?\n)" % SCHEMES)
Length = Literal["right", "doubtful", "wrong"]


@dataclass(frozen=True)
class Frame:
    """One record as it is in the file; records are counted from 1.

    `block` is its content, of which at most MAX_BLOCK bytes are kept (`is_whole`: all). `stated` is its
    length as its headers state it, `actual` its length in bytes by what follows it. A `doubtful` length is
    right if the content confirms it. `place` is None if it does not begin and end with gzip members.
    """

    number: int
    headers: Any
    kind: str
    block: bytes
    is_whole: bool
    stated: str
    actual: int
    length: Length = "right"
    place: RecordPlace | None = None

    def header(self, name: str) -> str:
        """Return a header of the record; "" where it has none."""
        return str(self.headers.get_header(name) or "")

    @property
    def wrong_length(self) -> str:
        """What is wrong with the length, in words for people."""
        return f"its record states a length of {self.stated[:20] or 'no'} bytes, and has {self.actual}"


@dataclass(frozen=True)
class Unread:
    """A record that is not read. `why` says why, in words for people."""

    number: int
    why: str


@dataclass(frozen=True)
class Strays:
    """Bytes after a record that belong to no record."""

    number: int
    size: int


class FrameReader:
    """Reads the records of one file. `name` stands for the file in messages, `member` for it in a WACZ.

    `before` is how many records were before those of the file, which is a piece of a larger one.
    """

    def __init__(self, stream: ByteStream, name: str, before: int = 0, member: str = "") -> None:
        self._stream, self._name, self._member = stream, name, member
        self._loader = ArcWarcRecordLoader(verify_http=False, arc2warc=True)
        self._count = before  # records that were read
        self._again = 0  # bytes that were read a second time
        self._has_line_feeds = False  # whether an ARC record before this one was followed by a line feed

    def frames(self) -> Iterator[Frame | Strays | Unread]:
        """Read the records one by one.

        Raises WarcError where the file is no WARC file, and, after the last whole record, where it is cut off
        or damaged.
        """
        while ahead := self._stream.peek(_AHEAD):
            is_arc, begin = not WARC_LINE.match(ahead), self._stream.offset
            for found in self._next_of(is_arc):
                self._count = found.number
                if not isinstance(found, Frame):
                    yield found
                elif not found.kind:
                    yield Unread(found.number, NO_TYPE)
                elif is_arc and found.kind == "warcinfo":
                    # Many tools state another length for the first record of an ARC file.
                    yield replace(found, length="right", place=self._place(begin))
                else:
                    yield replace(found, place=self._place(begin))
        if self._stream.damage:
            raise self._error(
                f"is {self._stream.damage} after record {self._count}; the records up to there were read"
            )
        if not self._count:
            raise self._error("is no WARC file, or an empty one")

    def _place(self, begin: int | None) -> RecordPlace | None:
        """Return where the record is that began at an offset, and has just been read."""
        end = self._stream.offset
        return None if begin is None or end is None else RecordPlace(self._member, begin, end - begin)

    def _error(self, what: str) -> WarcError:
        return WarcError(f"{self._name} {what}")

    def _within(self, how: str) -> WarcError:
        return self._error(f"is {how} within record {self._count + 1}; the {self._count} before it were read")

    def _next_of(self, is_arc: bool) -> Iterator[Frame | Strays | Unread]:
        """Read the next record. One whose headers do not end is skipped, with its content.

        The content is skipped by its length: the page in it could have lines like those of a record.
        """
        head = Head(self._stream)
        record = self._record(head)
        if record is None:
            self._drop(head.skip_rest())
            self._skip_to_next(True, False)
            yield Unread(self._count + 1, TOO_LONG)
        else:
            yield from self._next(record, is_arc)

    def _record(self, head: Head) -> Any:
        """Read the headers of the next record. Return None if they are too long."""
        try:
            with held_back():
                record = self._loader.parse_record_stream(head, no_record_parse=True)
            words = "" if record.rec_type or self._count else NO_TYPE
        except MemoryError:
            raise
        except Exception as error:  # warcio raises errors of any type for bad input
            words = " ".join(str(error).split())[:100] or type(error).__name__
        if head.is_too_long and head.is_warc:
            return None
        if not words:
            return record
        if not self._count:
            raise self._error("is no WARC file")
        raise self._error(
            f"is damaged after record {self._count} ({words}); the records up to there were read"
        )

    def _next(self, record: Any, is_arc: bool) -> Iterator[Frame | Strays]:
        stated = (record.rec_headers.get_header("Content-Length") or "").strip()
        is_number = stated.isascii() and stated.isdecimal()
        if not is_number and not self._stream.peek(1):
            raise self._within("cut off or damaged")
        size = int(record.length or 0) if is_number else 0  # of an ARC's first record, some lines were read
        block = self._stream.read(min(size, MAX_BLOCK))
        total = len(block) + self._drop(size - len(block))
        frame = Frame(
            self._count + 1, record.rec_headers, record.rec_type, block, total == len(block), stated, total
        )
        blank = self._blank() if total == size else b""
        is_next = total == size and is_number and self._is_next()
        end = self._next_inside(block, blank, is_arc, is_next) if frame.is_whole else 0
        if end:
            self._put_back(block[end:] + blank)
            own = block[:end].removesuffix(_line_ends(is_arc))
            yield replace(frame, block=own, actual=len(own), length="wrong")
        elif is_next:
            yield self._by_separator(frame, blank, is_arc)
        elif total < size:
            content = block.partition(_SEPARATOR)[2]
            if self._stream.damage or not content.endswith(_SEPARATOR):
                raise self._within(self._stream.damage or "cut off")
            yield replace(frame, actual=total - len(_SEPARATOR), length="wrong")
        else:
            yield from self._with_rest(frame, blank, is_arc, is_number)

    def _drop(self, size: int) -> int:
        """Skip bytes, and return how many there were."""
        dropped = 0
        while part := self._stream.read(min(size - dropped, 1 << 20)):
            dropped += len(part)
        return dropped

    def _blank(self) -> bytes:
        """Skip empty lines, and return the first bytes of them."""
        found = b""
        while (ahead := self._stream.peek(_AHEAD)) and (size := len(ahead) - len(ahead.lstrip(b"\r\n"))):
            found = (found + self._stream.read(size))[:_BLANK]
        return found

    def _is_next(self) -> bool:
        """Return whether a record begins here, or the file ends."""
        ahead = self._stream.peek(_AHEAD)
        return not ahead or bool(WARC_LINE.match(ahead)) or is_arc_line(ahead.partition(b"\n")[0])

    def _by_separator(self, frame: Frame, blank: bytes, is_arc: bool) -> Frame:
        """Compare the empty lines after a record with those that are due. Some tools write others."""
        block, due = frame.block, _line_ends(is_arc)
        missing = len(due) - len(blank)
        swallowed = missing > 0 and due.endswith(blank) and block.endswith(due[:missing])
        if is_arc:
            # Some tools write no line feed. And the end of a page may be one.
            swallowed = swallowed and self._has_line_feeds and bool(self._stream.peek(1))
            self._has_line_feeds |= bool(blank)
        elif blank.endswith(due) and len(blank) < _BLANK and blank.replace(b"\r\n", b""):
            return replace(frame, actual=frame.actual + len(blank) - len(due), length="doubtful")
        if swallowed and frame.is_whole:
            return replace(frame, actual=frame.actual - missing, length="doubtful")
        return frame

    def _with_rest(
        self, frame: Frame, blank: bytes, is_arc: bool, is_number: bool
    ) -> Iterator[Frame | Strays]:
        """Skip to the next record. What is skipped is the rest of this one, or belongs to no record."""
        rest, end = self._skip_to_next(bool(blank) or frame.block[-1:] in (b"", b"\n"), is_arc)
        due = _line_ends(is_arc)
        is_separate = blank == due and is_number
        if is_separate and not end.endswith(due):
            yield frame
            yield Strays(frame.number, rest)
        else:
            more = len(blank) + rest - (len(due) if end.endswith(due) else 0)
            yield replace(frame, actual=frame.actual + more, length="doubtful" if is_separate else "wrong")

    def _skip_to_next(self, is_line: bool, is_arc: bool) -> tuple[int, bytes]:
        """Skip to the first line of a record, and return the number of bytes and the last ones.

        `is_line`: a line begins here.
        """
        size, end = 0, b""
        while line := self._stream.readline():
            if is_line and (is_arc_line(line.rstrip()) if is_arc else WARC_LINE.match(line)):
                self._stream.unread(line)
                break
            size += len(line)
            end = (end + line)[-len(_SEPARATOR) :]
            is_line = line.endswith(b"\n")
        return size, end

    def _next_inside(self, block: bytes, blank: bytes, is_arc: bool, is_next: bool) -> int:
        """Return where in a block the next record begins; 0 where none does.

        `is_next`: another one begins after the block. Then the one inside has to end where the block does.
        """
        if is_next and is_arc:
            return 0
        content = block + blank if is_next else block + blank + self._stream.peek(_AHEAD)
        for found in islice((_ARC_INSIDE if is_arc else _WARC_INSIDE).finditer(content), MAX_INSIDE):
            begin = found.end()
            if begin > len(block):
                break
            if is_arc and not is_arc_line(content[begin : content.find(b"\n", begin)]):
                continue
            if not is_next or _is_warc_record(content, begin):
                return begin
        return 0

    def _put_back(self, content: bytes) -> None:
        self._again += len(content)
        if self._again > MAX_AGAIN:
            raise self._error(f"is damaged: the lengths of its records are wrong; {self._count} were read")
        self._stream.unread(content)


def _line_ends(is_arc: bool) -> bytes:
    """Return the empty lines that are due after a record."""
    return b"\n" if is_arc else _SEPARATOR


def _is_warc_record(content: bytes, begin: int) -> bool:
    """Return whether a whole record begins here, and another one or the end of the content follows."""
    head = content.find(_SEPARATOR, begin, begin + _AHEAD)
    stated = LENGTH.search(content, begin, head + 2)
    if head < 0 or stated is None:
        return False
    end = head + len(_SEPARATOR) + int(stated[1])
    after = content[end : end + len(_SEPARATOR) + 5]
    return after == _SEPARATOR or after == _SEPARATOR + b"WARC/"
