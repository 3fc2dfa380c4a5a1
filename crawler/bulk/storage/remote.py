"""Inputs and results at addresses: object stores (`s3://…`, `gs://…`) and web servers, by way of fsspec.

An input is copied as a whole to a temporary file, so a broken connection costs one more request and nothing
else. A file of a result is written once, as a whole: object stores show it when its upload is complete.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from io import RawIOBase
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast
from urllib.parse import unquote

from crawler.bulk.storage.patience import insist
from crawler.bulk.storage.store import FileState, Store
from db.errors import MissingExtraError

# A user and password, and a query or fragment, which can be a signature.
_SECRETS = re.compile(r"://(?:[^/\s?#]*@)?([^\s?#]*)(?:[?#][^\s'\")]*)?")
# A user whose password has a sign that ends the host: behind the `:` is no port, and an `@` comes later
# without another `:` before it.
_ODD_USER = re.compile(r"://[^/\s?#@\[\]:]*:(?![0-9]*(?:[/?#\s'\")]|$))[^\s/?#@]*[/?#](?:[^\s@:]*@)+")
_USER = re.compile(r"://[^/]*@")
# An address as the name of an input has it: with the hash of its parameters (crawler/bulk/sources/inputs.py).
NAME_ONLY = re.compile(r"https?://[^?#]*#[0-9a-f]{8}", re.I)
_MARKS = ("ETag", "etag", "LastModified", "Last-Modified", "Content-MD5", "Digest", "updated", "mtime")
_SCHEMES = {"s3", "gs", "http", "https"}
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)
_SECONDS = 60.0  # without any byte, before a connection counts as broken; a file may take hours


def is_address(name: str) -> bool:
    """Return whether a name is an address and no path."""
    return bool(_ADDRESS.match(name))


def is_web(name: str) -> bool:
    """Return whether a name is an address of a web server."""
    return name.partition("://")[0].lower() in ("http", "https")


def without_secrets(text: str) -> str:
    """Return a text, whose addresses lose what can be a secret: the user, the password and the query."""
    return _SECRETS.sub(r"://\1", _ODD_USER.sub("://", text))


def without_query(name: str) -> str:
    """Return an address of a web server without its query and fragment; other names as they are.

    In an object store, `?` and `#` are parts of names.
    """
    return re.split("[?#]", name, maxsplit=1)[0] if is_web(name) else name


def plain_name(name: str) -> str:
    """Return a path or an address without the user, the password and the query of a web server."""
    return _USER.sub("://", without_query(name), count=1) if is_address(name) else name


def is_below(name: str) -> bool:
    """Return whether a name is that of a file below a folder: a relative path without `..`.

    A name that no file can have is none: one with a null byte, or with half of a character.
    """
    # A web server is asked for what is before a `?` or `#`, without `%`.
    asked = PurePosixPath(unquote(re.split("[?#]", name, maxsplit=1)[0]))
    path = PurePosixPath(name)
    is_odd = ".." in (*path.parts, *asked.parts) or "::" in name or "\0" in name or not is_text(name)
    return not (is_odd or is_address(name) or path.is_absolute() or asked.is_absolute())


def is_text(name: str) -> bool:
    """Return whether a name can be stored as UTF-8. Python reads other bytes as halves of characters."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def store_at(root: str, run: str = "") -> Store:
    """Return the folder of a result, at a path or an address. `run` is the run that writes to it.

    Raises MissingExtraError.
    """
    return RemoteStore(root.rstrip("/"), run) if is_address(root) else Store(root, run)


@contextmanager
def local(source: str) -> Iterator[Path]:
    """Return the path of an input. What is at an address is copied to a temporary file of the same name.

    Raises OSError, MissingExtraError.
    """
    if not is_address(source):
        yield Path(source)
        return
    with TemporaryDirectory(prefix="policytrail-") as folder:
        place = Path(folder, PurePosixPath(plain_name(source)).name)
        fs, path = file_system(source)
        insist(source, lambda: fs.get_file(path, str(place)))
        yield place


def file_system(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path in it. Raises MissingExtraError, OSError.

    Only object stores and web servers are asked: fsspec knows protocols that run commands of others.
    """
    scheme = address.partition("://")[0]
    if _ODD_USER.match(address, len(scheme)):
        raise OSError("a password is written with %2F, %3F and %23 for / ? and #")
    if NAME_ONLY.fullmatch(address):
        raise OSError("its parameters are not known: name its whole address")
    if scheme.lower() not in _SCHEMES or "::" in address:
        raise OSError(f"only addresses with {', '.join(sorted(_SCHEMES))} can be used")
    try:
        options = _patient() if is_web(address) else {}
        fs, path = import_module("fsspec.core").url_to_fs(address, use_listings_cache=False, **options)
    except ImportError as error:
        raise MissingExtraError(f"{scheme}:// needs fsspec and its package for it", "scale") from error
    except ValueError as error:  # nobody knows the protocol
        raise OSError(" ".join(str(error).split())[:200]) from error
    return fs, path


def changed_of(info: Mapping[str, Any]) -> str:
    """Return what shows that a file changed, of what a server says about it; "" if it says nothing."""
    return str(next((info[name] for name in _MARKS if info.get(name)), ""))


@cache
def _patient() -> dict[str, Any]:
    """Return the options of web servers.

    Without them, aiohttp ends a download after 5 minutes, and unpacks files ending with `.gz` of servers that
    call this an encoding: the records would have other places.
    """
    timeout = import_module("aiohttp").ClientTimeout(total=None, sock_connect=_SECONDS, sock_read=_SECONDS)
    as_stored = {"auto_decompress": False, "headers": {"Accept-Encoding": "identity"}}
    return {"client_kwargs": {"timeout": timeout, **as_stored}}


class _PatientFile(RawIOBase):
    """A file at an address that is open to be read.

    A read that a server refuses for now is tried again. What stays is an error of the machine, never one that
    pyarrow could have raised about the bytes.
    """

    def __init__(self, address: str, file: BinaryIO) -> None:
        self._address, self._file = address, file

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to another place of the file, and return it."""
        return self._file.seek(offset, whence)

    def readinto(self, buffer: Any, /) -> int:
        """Read bytes into a buffer, and return how many; 0 at the end. Raises OSError, LimitsError."""
        begin = self._file.tell()

        def attempt() -> bytes:
            self._file.seek(begin)
            return self._file.read(len(buffer))

        found = insist(self._address, attempt)
        buffer[: len(found)] = found
        return len(found)

    def readall(self) -> bytes:
        """Return the rest of the file. Raises OSError, LimitsError."""
        begin = self._file.tell()
        size = self._file.seek(0, 2) - begin
        self._file.seek(begin)
        return self.read(size) or b""

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


class RemoteStore(Store):
    """The folder of a result at an address."""

    def is_within(self, source: str) -> bool:
        """Return whether an input, at a path or an address, is a file of this folder."""
        return source.startswith(f"{self.root}/")

    def open(self, name: str) -> BinaryIO:
        """Open a file. Raises FileNotFoundError."""
        fs, root = self._at()
        opened = insist(self.root, lambda: fs.open(f"{root}/{name}", "rb"))
        return cast(BinaryIO, _PatientFile(self.root, opened))

    def put(self, name: str, write: Callable[[BinaryIO], object]) -> None:
        """Write a file as a whole, and replace an older one."""
        fs, root = self._at()
        with TemporaryDirectory(prefix="policytrail-") as folder:
            place = Path(folder, "part")
            with place.open("wb") as stream:
                write(stream)
            self.check()
            insist(self.root, lambda: fs.put_file(str(place), f"{root}/{name}"))

    def files(self, folder: str) -> dict[str, FileState]:
        """Return the files below a folder by their names, in order."""
        fs, root = self._at()
        start = root.lstrip("/") + "/"
        listed = insist(self.root, lambda: fs.find(f"{root}/{folder}".rstrip("/"), detail=True))
        return {
            path.lstrip("/").removeprefix(start): FileState(int(info.get("size") or 0), changed_of(info))
            for path, info in sorted(listed.items())
        }

    def has(self, name: str) -> bool:
        """Return whether a file is there."""
        fs, root = self._at()
        try:
            insist(self.root, lambda: fs.info(f"{root}/{name}"))
        except FileNotFoundError:
            return False
        return True

    def drop(self, name: str) -> None:
        """Delete a file; nothing happens if it is missing. Raises SupersededError."""
        self.check()
        fs, root = self._at()
        with suppress(FileNotFoundError):
            insist(self.root, lambda: fs.rm_file(f"{root}/{name}"))

    def drop_unfinished(self) -> None:
        """Do nothing: nobody sees an unfinished upload."""

    def address(self, name: str) -> str:
        """Return the address of a file."""
        return f"{self.root}/{name}"

    def _at(self) -> tuple[Any, str]:
        return file_system(self.root)


@cache
def kept_copy(source: str) -> Path:
    """Return the path of a small file, at an address of a copy that this process keeps."""
    with local(source) as place:
        if not is_address(source):
            return place
        folder = TemporaryDirectory(prefix="policytrail-")
        _KEPT.append(folder)
        return place.rename(Path(folder.name, place.name))


_KEPT: list[Any] = []  # folders that exist as long as this process
