"""The inputs of a bulk run: files, those in folders, and those that lists name."""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from crawler.bulk.options import BulkOptions
from crawler.bulk.records import columns
from crawler.bulk.remote import file_system, insist, is_address, is_below, local, without_secrets
from crawler.importing.folders import WARC, printable, warc_files
from extract import EXTRACTOR

FORM = 2  # the version of the files of records; increase it when they change otherwise than by their columns
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
        return without_secrets(self.source).rpartition("/")[2]

    def key(self, options: BulkOptions) -> str:
        """Return the hash of all that the file of records depends on."""
        return hash_of(FORM, version("policytrail"), asdict(self), options.key(), EXTRACTOR, columns())


def hash_of(*values: object) -> str:
    """Return the SHA-256 of values that JSON can write."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def find(names: Sequence[str], problems: list[str], notes: list[str]) -> list[Input]:
    """Return the input files that paths and addresses name, in their order, each once.

    A folder stands for the WARC, WACZ and ARC files in it; at an address it ends with a slash. A file whose
    name ends with .txt, .lst or .paths (or .gz after it) is a list of paths and addresses, one a line; a path
    is seen from the folder of the list. Each name that cannot be used adds a line to `problems`,
    and each link in a folder, which is skipped, one to `notes`. Raises
    MissingExtraError.
    """
    lines: list[str] = []
    files = dict.fromkeys(file for name in names for file in _files(name, lines, notes))
    found = [one for file in files if (one := _input(file, lines))]
    problems += map(without_secrets, lines)
    return found


def _files(name: str, problems: list[str], notes: list[str]) -> Iterable[str]:
    if _LIST.fullmatch(name):
        return [file for line in _listed(name, problems) for file in _files_of(line, problems, notes)]
    return _files_of(name, problems, notes)


def _files_of(name: str, problems: list[str], notes: list[str]) -> Iterable[str]:
    if is_address(name):
        return _at_address(name, problems)
    path = Path(name)
    if not path.exists():
        problems.append(f"there is no file or folder {printable(path)}")
        return []
    found = warc_files([path], problems, notes)
    if not found:
        problems.append(f"{printable(path)} has no WARC, WACZ or ARC file")
    return [str(file.absolute()) for file in found]


def _at_address(name: str, problems: list[str]) -> Iterable[str]:
    """Return an address itself, or, if it ends with a slash, the files below it."""
    if not name.endswith("/"):
        return [name]
    try:
        fs, path = file_system(name)
        found = sorted(file for file in insist(lambda: fs.find(path)) if WARC.fullmatch(file))
    except OSError as error:
        problems.append(f"{printable(name)} cannot be read: {_why(error)}")
        return []
    if not found:
        problems.append(f"{printable(name)} has no WARC, WACZ or ARC file")
    return [str(fs.unstrip_protocol(file)) for file in found]


def _listed(name: str, problems: list[str]) -> Iterator[str]:
    try:
        with local(name) as path, gzip.open(path) if name.endswith(".gz") else path.open("rb") as opened:
            text = opened.read(_LONGEST_LIST).decode()
    except (EOFError, zlib.error, UnicodeDecodeError, OSError) as error:
        problems.append(f"the list {printable(name)} cannot be read: {_why(error)}")
        return
    folder = name.rpartition("/")[0]
    for line in text.splitlines():
        if found := line.strip():
            if is_address(name) and not is_address(found) and not is_below(found):
                problems.append(f"the list {printable(name)} may not name {printable(found)}")
                continue
            is_whole = is_address(found) or found.startswith("/") or not folder
            yield found if is_whole else f"{folder}/{found}"


def _input(file: str, problems: list[str]) -> Input | None:
    try:
        if is_address(file):
            fs, path = file_system(file)
            info = insist(lambda: fs.info(path))
            changed = info.get("ETag") or info.get("LastModified") or info.get("mtime") or ""
            return Input(file, int(info.get("size") or 0), str(changed))
        stat = Path(file).stat()
    except OSError as error:
        problems.append(f"{printable(file)} cannot be read: {_why(error)}")
        return None
    return Input(file, stat.st_size, str(stat.st_mtime_ns))


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is no text in UTF-8"
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, (EOFError, zlib.error)):
        return "it is cut off or damaged"
    return getattr(error, "strerror", None) or printable(" ".join(str(error).split()))
