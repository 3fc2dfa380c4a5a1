"""Reader for WARC files and ARC files of any tool.

WARC files can be plain, compressed, or inside a WACZ.
"""

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
from crawler.importing.warc_record import FactsRecord, Record, read_record, scan_record

__all__ = ["FactsRecord", "Record", "read", "scan"]

# How many times larger than the WACZ a WARC file inside it may be. Compressed text does not reach this
# factor, so a larger file is malicious.
MAX_GROWTH = 100
# The folder and endings of WARC files in a WACZ: specs.webrecorder.net/wacz/1.1.1, "Directory Layout".
_FOLDER, _ENDINGS = "archive/", (".warc", ".warc.gz")

# warcio logs what it repairs; users do not need these messages.
logging.getLogger("warcio").addHandler(logging.NullHandler())


class _Records(ArchiveIterator):  # type: ignore[misc]
    # warcio would print this text if a record has a wrong length. It is not needed, because this module
    # reports the damage.
    INC_RECORD = ""


def read(path: Path) -> Iterator[Record | FactsRecord]:
    """Read the captures of a file one by one.

    Captures are responses over http(s) and revisits. The facts in files of policytrail's own export are
    returned too. Other records are skipped. Raises WarcError if the file cannot be opened or is no WARC file.
    If the file is damaged, WarcError is raised after the last complete record.
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


def scan(path: Path) -> Iterator[tuple[str, str | None]]:
    """Yield the address and the media type of each response of a file.

    The media type is None if the response has none. Yield nothing more after facts of policytrail's own
    export, or after damage: `read` reports the damage.
    """
    with suppress(WarcError):
        for seen in _each(path, scan_record):
            if isinstance(seen, FactsRecord):
                return
            yield seen


def _of_wacz(path: Path, of_record: Callable[[Any], Any]) -> Iterator[Any]:
    """Read all WARC files in a WACZ, sorted by name. Nothing is unpacked to the disk."""
    try:
        with zipfile.ZipFile(path) as wacz:
            members = [
                member
                for member in wacz.infolist()
                if member.filename.startswith(_FOLDER) and member.filename.lower().endswith(_ENDINGS)
            ]
            if not members:
                raise WarcError(f"{path} is no WARC file, and as a WACZ it has none in {_FOLDER}")
            for member in sorted(members, key=lambda member: member.filename):
                if member.file_size > MAX_GROWTH * path.stat().st_size:
                    raise WarcError(
                        f"{path} is damaged: its member {member.filename[:80]!r} would grow beyond measure"
                    )
                yield from _of_file(
                    f"{path} ({member.filename[:80]!r})", partial(wacz.open, member), of_record
                )
    # RuntimeError: the member is encrypted.
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise WarcError(f"{path} is a damaged WACZ ({_format_error(error)})") from error


def _of_file(name: str, opened: Callable[[], IO[bytes]], of_record: Callable[[Any], Any]) -> Iterator[Any]:
    count = 0
    try:
        with opened() as file:
            records = _Records(file, arc2warc=True, no_record_parse=True)
            for record in records:
                if record.rec_type is None:
                    raise WarcError(
                        f"{name} is damaged after record {count}; the records up to there were read"
                    )
                if not (record.rec_headers.get_header("Content-Length") or "").strip().isdecimal():
                    raise WarcError(
                        f"{name} is cut off or damaged within record {count + 1};"
                        f" the {count} before it were read"
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
                raise WarcError(f"{name} is cut off after record {count}; the records up to there were read")
    except (WarcError, OSError):
        raise
    except Exception as error:  # warcio raises errors of any type for bad input
        if count:
            raise WarcError(
                f"{name} is damaged after record {count} ({_format_error(error)}); the records up to there"
                f" were read"
            ) from error
        raise WarcError(f"{name} is no WARC file") from error
    if not count:
        raise WarcError(f"{name} is no WARC file, or an empty one")


def _format_error(error: Exception) -> str:
    words = " ".join(str(error).split())
    if "warcio recompress" in words:
        return "it is compressed as a whole, not record by record: write it again with 'warcio recompress'"
    return words[:100]


def _is_whole(opened: Callable[[], IO[bytes]], records: ArchiveIterator) -> bool:
    """Return whether a file ends exactly where its last record ends.

    warcio itself does not notice if the file ends within a header or a compressed part.
    """
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
