"""Ranges of files at addresses. What a server sends instead, such as the whole file, is not read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from crawler.bulk.sources.pieces import Piece
from crawler.bulk.storage.patience import FinalRefusalError, host_of, insist
from crawler.bulk.storage.remote import file_system, is_address, is_web, local, plain_name

_STATED = re.compile(r"bytes (?:([0-9]+)-[0-9]+|\*)/(?:([0-9]{1,18})|\*)")  # RFC 9110, 14.4
_COPIED = 8 << 20  # bytes that are asked for at once; a broken connection costs no more


class NoRangesError(FinalRefusalError):
    """A server does not know ranges."""


def read_range(address: str, first: int, length: int) -> bytes:
    """Return `length` bytes of a file from the byte `first`; fewer at its end.

    Raises NoRangesError, FileNotFoundError, OSError, LimitsError.
    """
    fs, path = file_system(address)
    if is_web(address):
        sync = import_module("fsspec.asyn").sync
        return bytes(insist(address, lambda: sync(fs.loop, _of_web, fs, path, first, length)))
    return bytes(insist(address, lambda: fs.cat_file(path, start=first, end=first + length)))


def knows_ranges(source: str) -> bool:
    """Return whether parts of an input can be read. Raises OSError, LimitsError."""
    try:
        _read(source, 0, 1)
    except NoRangesError:
        return False
    return True


@contextmanager
def copied(source: str, piece: Piece) -> Iterator[Path]:
    """Return the path of a temporary file of the same name with a piece of an input.

    From a server that does not know ranges, the whole input is copied. Raises OSError, LimitsError.
    """
    with TemporaryDirectory(prefix="policytrail-") as folder:
        place = Path(folder, PurePosixPath(plain_name(source)).name)
        try:
            _copy(source, piece, place)
        except NoRangesError:
            with local(source) as whole:
                _copy(str(whole), piece, place)
        yield place


def _copy(source: str, piece: Piece, place: Path) -> None:
    with place.open("wb") as out:
        for begin in range(piece.begin, piece.end, _COPIED):
            length = min(_COPIED, piece.end - begin)
            part = _read(source, begin, length)
            if len(part) < length:
                raise OSError(f"{source} is shorter than it was")
            out.write(part)


def _read(source: str, first: int, length: int) -> bytes:
    if is_address(source):
        return read_range(source, first, length)
    with Path(source).open("rb") as file:
        file.seek(first)
        return file.read(length)


async def _of_web(fs: Any, url: str, first: int, length: int) -> bytes:
    session = await fs.set_session()
    asked = {"Range": f"bytes={first}-{first + length - 1}", "Accept-Encoding": "identity"}
    async with session.get(fs.encode_url(url), headers=asked) as answer:
        stated = _STATED.fullmatch(answer.headers.get("Content-Range", ""))
        begin, size = stated.groups() if stated else (None, None)
        if answer.status == 416:
            return _at_end(url, b"", first, size)
        answer.raise_for_status()
        if answer.status != 206 or begin != str(first):
            raise NoRangesError(
                f"{host_of(url)} does not send the parts of files that rows name: name whole files as INPUT",
            )
        found = b""
        while len(found) < length and (part := await answer.content.read(length - len(found))):
            found += part
        return found if len(found) == length else _at_end(url, found, first, size)


def _at_end(url: str, found: bytes, first: int, size: str | None) -> bytes:
    """Return the last bytes of a file of a stated size. Raises OSError if more of it did not come."""
    if size is None or first + len(found) < int(size):
        raise OSError(f"{host_of(url)} sends fewer bytes than it is asked for")
    return found
