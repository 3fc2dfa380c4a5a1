"""Captures out of WARC files, whoever made them: plain and compressed, in a WACZ, and ARC files as far as warcio reads them."""

import logging
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator

from crawler.errors import WarcError
from crawler.importing.warc_record import Record, Told, glance_at, read_record

__all__ = ["Record", "Told", "glance", "read"]

MAX_GROWTH = 100  # a WACZ holds its WARC files as they are; more than deflate gives for text is a bomb
_MEMBER = (
    "archive/",
    (".warc", ".warc.gz"),
)  # of a WACZ: specs.webrecorder.net/wacz/1.1.1, "Directory Layout"

logging.getLogger("warcio").addHandler(
    logging.NullHandler()
)  # what it repairs in passing is no message for users


class _Records(ArchiveIterator):  # type: ignore[misc]
    INC_RECORD = (
        ""  # warcio would print three lines for a wrong length; what follows it is found to be damaged anyway
    )


def read(path: Path) -> Iterator[Record | Told]:
    """Give the captures of a file, one at a time: http(s) responses and revisits, and the facts that an export of ours tells.

    Other records are passed over. Raises WarcError where the file cannot be opened or is no WARC, and, after the last whole
    record, where it is cut off or damaged.
    """
    return _each(path, read_record)


def _each(path: Path, of_record: Callable[[Any], Any]) -> Iterator[Any]:
    try:
        if zipfile.is_zipfile(path):
            yield from _of_wacz(path, of_record)
        else:
            yield from _of_file(str(path), lambda: path.open("rb"), of_record)
    except OSError as error:
        raise WarcError(f"{path} cannot be read: {error.strerror or error}") from error


def glance(path: Path) -> Iterator[tuple[str, str | None]]:
    """Give address and media type of the responses of a file, without decoding them; nothing of what an export of ours tells.

    It ends where a file is damaged: reading says so.
    """
    with suppress(WarcError):
        for seen in _each(path, glance_at):
            if isinstance(seen, Told):
                return
            yield seen


def _of_wacz(path: Path, of_record: Callable[[Any], Any]) -> Iterator[Any]:
    """The captures of all WARC files in a WACZ, by name; nothing is unpacked to the disk."""
    try:
        with zipfile.ZipFile(path) as wacz:
            folder, endings = _MEMBER
            members = [
                m
                for m in wacz.infolist()
                if m.filename.startswith(folder) and m.filename.lower().endswith(endings)
            ]
            if not members:
                raise WarcError(f"{path} is no WARC file, and as a WACZ it has none in {folder}")
            for member in sorted(members, key=lambda member: member.filename):
                if member.file_size > MAX_GROWTH * path.stat().st_size:
                    raise WarcError(
                        f"{path} is damaged: its member {member.filename[:80]!r} would grow beyond measure"
                    )
                yield from _of_file(
                    f"{path} ({member.filename[:80]!r})", partial(wacz.open, member), of_record
                )
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
    ) as error:  # the last: it is encrypted
        raise WarcError(f"{path} is a damaged WACZ ({_in_words(error)})") from error


def _of_file(name: str, opened: Callable[[], IO[bytes]], of_record: Callable[[Any], Any]) -> Iterator[Any]:
    count = 0
    try:
        with opened() as file:
            records = _Records(file, arc2warc=True, no_record_parse=True)
            for record in records:
                if record.rec_type is None:
                    raise WarcError(f"{name} is damaged after record {count}; what is before was read")
                if not (record.rec_headers.get_header("Content-Length") or "").strip().isdecimal():
                    raise WarcError(
                        f"{name} is cut off or damaged within record {count + 1}; the {count} before it were read"
                    )
                capture = of_record(record)
                if getattr(record.raw_stream, "limit", 0):
                    raise WarcError(
                        f"{name} is cut off within record {count + 1}; the {count} before it were read"
                    )
                count += 1
                if capture:
                    yield capture
            if count and not _is_whole(opened, records):
                raise WarcError(f"{name} is cut off after record {count}; what is before was read")
    except (WarcError, OSError):
        raise
    except Exception as error:  # warcio meets bad input with errors of any type
        if count:
            raise WarcError(
                f"{name} is damaged after record {count} ({_in_words(error)}); what is before was read"
            ) from error
        raise WarcError(f"{name} is no WARC file") from error
    if not count:
        raise WarcError(f"{name} is no WARC file, or an empty one")


def _in_words(error: Exception) -> str:
    words = " ".join(str(error).split())
    if "warcio recompress" in words:
        return "it is compressed as a whole, not record by record: make it anew with 'warcio recompress'"
    return words[:100]


def _is_whole(opened: Callable[[], IO[bytes]], records: ArchiveIterator) -> bool:
    """Whether a file ends as its last record has to; warcio passes over a header, or a member, that is cut off."""
    with opened() as file:
        if file.read(2) != b"\x1f\x8b":
            return bool(records.offset == file.seek(0, 2))
        file.seek(records.get_record_offset())
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        while not member.eof:
            chunk = file.read(1 << 16)
            if not chunk:
                return False
            member.decompress(chunk)
        return not member.unused_data and not file.read(1)
