"""The inputs of a bulk run: files, those in folders, and those that lists name."""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from crawler.bulk.options import BulkOptions
from crawler.bulk.records import columns
from crawler.importing.folders import printable, warc_files
from extract import EXTRACTOR

FORM = 1  # the version of the files of records; increase it when they change otherwise than by their columns
# Lists such as `warc.paths.gz` of Common Crawl: a path a line.
_LIST = re.compile(r".*\.(?:txt|lst|paths)(?:\.gz)?", re.I)
_LONGEST_LIST = 1 << 28  # characters


@dataclass(frozen=True)
class Input:
    """One input file, with what tells that it changed: its size in bytes and its moment of change (ns)."""

    source: str
    size: int
    changed: str

    @property
    def archive(self) -> str:
        """The name of the file, which captures have as their archive."""
        return self.source.rpartition("/")[2]

    def key(self, options: BulkOptions) -> str:
        """Return the hash of all that the file of records depends on."""
        return hash_of(FORM, asdict(self), options.key(), EXTRACTOR, columns())


def hash_of(*values: object) -> str:
    """Return the SHA-256 of values that JSON can write."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def find(paths: Sequence[Path], problems: list[str]) -> list[Input]:
    """Return the input files that paths name, in their order, each once.

    A folder stands for the WARC, WACZ and ARC files in it. A file whose name ends with .txt, .lst or .paths
    (or .gz after it) is a list with a path a line, seen from the folder of the list. Each path that cannot be
    used adds a line to `problems`.
    """
    files = dict.fromkeys(file for path in paths for file in _files(path, problems))
    return [found for file in files if (found := _input(file, problems))]


def _files(path: Path, problems: list[str]) -> Iterable[Path]:
    if not path.exists():
        problems.append(f"there is no file or folder {printable(path)}")
        return []
    if path.is_file() and _LIST.fullmatch(path.name):
        return [file for named in _listed(path, problems) for file in _files_of(named, problems)]
    return _files_of(path, problems)


def _files_of(path: Path, problems: list[str]) -> Iterable[Path]:
    found = warc_files([path], problems)
    if not found:
        problems.append(f"{printable(path)} has no WARC, WACZ or ARC file")
    return found


def _listed(path: Path, problems: list[str]) -> Iterator[Path]:
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as opened:
            text = opened.read(_LONGEST_LIST).decode()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        problems.append(f"the list {printable(path)} cannot be read: {_why(error)}")
        return
    for line in text.splitlines():
        if name := line.strip():
            yield path.parent / name


def _input(file: Path, problems: list[str]) -> Input | None:
    try:
        stat = file.stat()
    except OSError as error:
        problems.append(f"{printable(file)} cannot be read: {error.strerror}")
        return None
    return Input(str(file.absolute()), stat.st_size, str(stat.st_mtime_ns))


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is no text in UTF-8"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "it is cut off or damaged"
