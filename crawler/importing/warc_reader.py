"""Reader for WARC files and ARC files of any tool.

WARC files can be plain, compressed, or inside a WACZ.
"""

import errno
import logging
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import IO, Any

from crawler.errors import WarcError, WarcReadError
from crawler.importing.folders import printable
from crawler.importing.warc_frames import Frame, FrameReader, Strays, Unread
from crawler.importing.warc_record import (
    Entry,
    FactsRecord,
    Fault,
    NoCapture,
    Record,
    Unreadable,
    read_record,
    scan_record,
)
from crawler.importing.warc_stream import MAX_GROWTH, ByteStream, Growth

__all__ = [
    "BAD_DATA",
    "Entry",
    "FactsRecord",
    "Fault",
    "NoCapture",
    "Record",
    "Unreadable",
    "read",
    "read_entries",
    "scan",
]

# Bytes of a WACZ that are read at once. Its directory is, and has less than 100 bytes for each file.
MAX_AT_ONCE = 1 << 22
# The folder and endings of WARC files in a WACZ: specs.webrecorder.net/wacz/1.1.1, "Directory Layout".
_ZIP = b"PK"  # the begin of each ZIP file (APPNOTE.TXT, 4.3)
_FOLDER, _ENDINGS = "archive/", (".warc", ".warc.gz")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # whose damage raises no error of a disk

Found = Frame | Strays | Unread
# The errors of code that meets data of a form that nobody expected. Those of the machine are others.
BAD_DATA = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

# warcio logs what it repairs; users do not need these messages.
logging.getLogger("warcio").addHandler(logging.NullHandler())


def read_entries(path: Path, before: int = 0) -> Iterator[Entry]:
    """Read the records of a file one by one. Faults come before the record that they are about.

    `before` is how many records were before those of the file, which is a piece of a larger one.

    Captures are responses over http(s) and revisits. Raises WarcError if the file cannot be opened or is no
    WARC file. If the file is damaged, WarcError is raised after the last complete record. It is a
    WarcReadError where the machine failed.
    """
    return _each(path, _read_frame, before)


def read(path: Path) -> Iterator[Record | FactsRecord]:
    """Read the captures of a file one by one.

    The facts in files of policytrail's own export are returned too. Other records and faults are skipped.
    Raises WarcError as `read_entries` does.
    """
    return (entry for entry in read_entries(path) if isinstance(entry, Record | FactsRecord))


def _read_frame(frame: Found) -> Iterator[Entry]:
    if isinstance(frame, Unread):
        yield Unreadable(f"record {frame.number}: {frame.why}")
    elif isinstance(frame, Strays):
        yield Fault(f"{frame.size} bytes after record {frame.number} belong to no record")
    else:
        try:
            yield from list(read_record(frame))
        except BAD_DATA as error:
            yield Unreadable(f"record {frame.number}: it cannot be read ({printable(error)[:100]})")


def _scan_frame(frame: Found) -> Iterator[Any]:
    with suppress(*BAD_DATA):  # `read_entries` reports it
        if isinstance(frame, Frame) and (found := scan_record(frame)):
            yield found


def _each(path: Path, of_frame: Callable[[Found], Iterator[Any]], before: int = 0) -> Iterator[Any]:
    try:
        with path.open("rb", buffering=0) as opened, _InParts(opened) as file:
            # A WARC file can end with a page that is a ZIP file: only the begin says which of both it is.
            is_wacz = file.peek(len(_ZIP)).startswith(_ZIP) and zipfile.is_zipfile(file)
            file.seek(0)
            if is_wacz:
                yield from _of_wacz(path, file, of_frame)
            else:
                yield from _of_file(ByteStream(file), str(path), of_frame, before)
    except OSError as error:
        # Only bytes of a damaged WACZ name a place before the begin of the file. An error without a number is
        # of the machine too: file systems on servers raise such ones.
        kind = WarcError if error.errno == errno.EINVAL else WarcReadError
        raise kind(f"{path} cannot be read: {error.strerror or error}") from error


def scan(path: Path) -> Iterator[tuple[str, str | None]]:
    """Yield the address and the media type of each response of a file.

    The media type is None if the response has none. Yield nothing more after facts of policytrail's own
    export, or after damage: `read` reports the damage. Raises WarcReadError.
    """
    try:
        for seen in _each(path, _scan_frame):
            if isinstance(seen, FactsRecord):
                return
            yield seen
    except WarcReadError:
        raise
    except WarcError:
        return


class _InParts(BufferedReader):
    """A file of which only MAX_AT_ONCE bytes can be read at once: `zipfile` reads a directory of any size."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes, as usual. Raises BadZipFile for too many."""
        if size is not None and size > MAX_AT_ONCE:
            raise zipfile.BadZipFile(f"its directory is larger than {MAX_AT_ONCE >> 20} MB")
        return super().read(size)


def _of_wacz(path: Path, opened: IO[bytes], of_frame: Callable[[Found], Iterator[Any]]) -> Iterator[Any]:
    """Read all WARC files in a WACZ, sorted by name. Nothing is unpacked to the disk."""
    try:
        with zipfile.ZipFile(opened) as wacz:
            members = [
                member
                for member in wacz.infolist()
                if member.filename.startswith(_FOLDER) and member.filename.lower().endswith(_ENDINGS)
            ]
            if not members:
                raise WarcError(f"{path} is no WARC file, and as a WACZ it has none in {_FOLDER}")
            if sum(member.file_size for member in members) > MAX_GROWTH * path.stat().st_size:
                raise WarcError(f"{path} is damaged: its files would grow beyond measure")
            if any(member.compress_type not in _METHODS for member in members):
                raise WarcError(f"{path} is compressed in a way that no writer of WACZ uses")
            growth = Growth(path.stat().st_size)  # of all members together
            for member in sorted(members, key=lambda member: member.filename):
                with wacz.open(member) as file:
                    name = f"{path} ({member.filename[:80]!r})"
                    yield from _of_file(ByteStream(file, growth), name, of_frame, 0, member.filename)
    # RuntimeError: the member is encrypted.
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise WarcError(f"{path} is a damaged WACZ ({' '.join(str(error).split())[:100]})") from error


def _of_file(
    stream: ByteStream, name: str, of_frame: Callable[[Found], Iterator[Any]], before: int, member: str = ""
) -> Iterator[Any]:
    for frame in FrameReader(stream, name, before, member).frames():
        yield from of_frame(frame)
