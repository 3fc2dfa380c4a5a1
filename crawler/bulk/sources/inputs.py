"""The inputs of a bulk run: files, those in folders, and those that lists name."""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qsl, urlsplit

from crawler.bulk.options import BulkOptions
from crawler.bulk.records import columns
from crawler.bulk.sources.index_rows import is_index
from crawler.bulk.storage.patience import insist
from crawler.bulk.storage.remote import (
    NAME_ONLY,
    changed_of,
    file_system,
    is_address,
    is_below,
    is_text,
    is_web,
    local,
    plain_name,
    without_query,
    without_secrets,
)
from crawler.bulk.storage.store import real_place
from crawler.importing.folders import WARC, printable, warc_files
from extract import EXTRACTOR

FORM = 6  # the version of the files of records; increase it when they change otherwise than by their columns
# Lists such as `warc.paths.gz` of Common Crawl: a path a line.
_LIST = re.compile(r".*\.(?:txt|lst|paths)(?:\.gz)?", re.I)
_LONGEST_LIST = 1 << 28  # bytes, not compressed
version = cache(metadata.version)  # which reads a file each time
# The parameters of signed addresses: of S3, Google's storage and CloudFront, common names of keys, and those
# of Azure's, which has `sig`.
_SIGNATURE = re.compile(
    r"x-(?:amz|goog)-.*|awsaccesskeyid|googleaccessid|signature|expires|policy|key-pair-id"
    r"|(?:.*[_-])?token|api[_-]?key",
    re.I,
)
_OF_AZURE = {"sig", "sv", "ss", "srt", "sr", "sp", "st", "se", "sip", "spr", "si"}
NOTHING: Mapping[str, "Input"] = MappingProxyType({})


def has_name_of_file(name: str) -> bool:
    """Return whether a path or address has the name of an input file, and not that of a folder."""
    return bool(WARC.fullmatch(plain_name(name)) or _is_list(name)) or is_index(name)


def _is_list(name: str) -> bool:
    return bool(_LIST.fullmatch(plain_name(name)))


@dataclass(frozen=True)
class Input:
    """One input file, with what tells that it changed: its size in bytes and its moment of change (ns)."""

    source: str
    size: int
    changed: str

    @property
    def name(self) -> str:
        """The path, or the address without what can be a secret: see `name_of`."""
        return name_of(self.source)

    @property
    def archive(self) -> str:
        """The name of the file, which captures have as their archive."""
        return plain_name(self.source).rpartition("/")[2]

    def key(self, options: BulkOptions) -> str:
        """Return the hash of all that the file of records depends on.

        A signature in the address does not count, so a renewed one derives nothing again. Where the server
        does not say when the file changed, the other parameters count: they can say which file it is.
        """
        seen = asdict(self) | {"source": plain_name(self.source) if self.changed else self.name}
        return hash_of(FORM, version("policytrail"), seen, options.key(), EXTRACTOR, columns())


def name_of(source: str) -> str:
    """Return the name of an input: its path, or its address without what can be a secret.

    The parameters of an address of a web server, without those of a signature, can say which file it is:
    their hash ends the name. The name of a name is itself.
    """
    found = _parameters(source)
    if NAME_ONLY.fullmatch(source):
        return source
    return f"{plain_name(source)}#{hash_of(found)[:8]}" if found else plain_name(source)


def _parameters(address: str) -> list[tuple[str, str]]:
    """Return the parameters of an address without those of a signature."""
    found = parse_qsl(urlsplit(address).query, keep_blank_values=True) if is_web(address) else []
    if any(name == "sig" for name, _ in found):
        found = [(name, value) for name, value in found if name not in _OF_AZURE]
    return [(name, value) for name, value in found if not _SIGNATURE.fullmatch(name)]


def hash_of(*values: object) -> str:
    """Return the SHA-256 of values that JSON can write."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def find(
    names: Sequence[str], problems: list[str], notes: list[str], earlier: Mapping[str, Input] = NOTHING
) -> list[Input]:
    """Return the input files that paths and addresses name, in their order, each once.

    A folder stands for the WARC, WACZ and ARC files in it; at an address it ends with a slash. A file whose
    name ends with .txt, .lst or .paths (or .gz after it) is a list of paths and addresses, one a line; a path
    is seen from the folder of the list. Of two paths of a file, the first one counts. Each name that cannot
    be used adds a line to `problems`, and each link in a folder, which is skipped, one to `notes`. Of a file
    or folder that cannot be seen now, the inputs of an earlier run stay: `earlier` has them by their sources.
    While a list cannot be read, all of them stay. Raises MissingExtraError.
    """
    finder = _Finder(earlier, [], notes)
    files: dict[str, Input | None] = {}
    first: dict[str, str] = {}  # where a file really is -> the first path that named it
    for name in names:
        for other, known in finder.files(name).items():
            place = name_of(other) if is_address(other) else str(real_place(other))
            file = first.setdefault(place, other)
            files[file] = known and files.get(file, known)  # what can be seen now counts
    found = [known or finder.input(file) for file, known in files.items()]
    problems += map(without_secrets, finder.problems)
    return [one for one in found if one]


@dataclass(frozen=True)
class _Finder:
    """Finds files; a file that is known from an earlier run only is a source with its input.

    `listed` has the inputs that the lists of folders at addresses describe: each other one takes a request.
    """

    earlier: Mapping[str, Input]
    problems: list[str]
    notes: list[str]
    listed: dict[str, Input] = field(default_factory=dict)

    def files(self, name: str) -> dict[str, Input | None]:
        """Return the files that a name stands for, as keys."""
        files: dict[str, Input | None] = {}
        try:
            listed = self._listed(name) if _is_list(name) else [name]
        except (EOFError, zlib.error, UnicodeDecodeError, OSError) as error:
            self.problems.append(f"the list {printable(name)} cannot be read: {_why(error)}")
            return dict(self.earlier)  # nobody knows which of them it names
        for one in listed:
            files |= self._at_address(one) if is_address(one) else self._at_path(one)
        return {file: known for file, known in files.items() if self._is_text(file)}

    def _is_text(self, file: str) -> bool:
        if not is_text(file):
            self.problems.append(f"{printable(file)} cannot be used: its name is no text in UTF-8")
        return is_text(file)

    def input(self, file: str) -> Input | None:
        """Return a file as an input; None if nothing is known of it."""
        if file in self.listed:
            return self.listed[file]
        try:
            if is_address(file):
                fs, path = file_system(file)
                info = insist(file, lambda: fs.info(path))
                return Input(file, int(info.get("size") or 0), changed_of(info))
            stat = Path(file).stat()
        except OSError as error:
            self.problems.append(f"{printable(file)} cannot be read: {_why(error)}")
            return self.earlier.get(name_of(file))
        return Input(file, stat.st_size, str(stat.st_mtime_ns))

    def _at_path(self, name: str) -> dict[str, Input | None]:
        path = Path(name)
        if not path.exists():
            self.problems.append(f"there is no file or folder {printable(path)}")
            return self._kept(str(path.absolute()))
        found = warc_files([path], self.problems, self.notes)
        if not found:
            self.problems.append(f"{printable(path)} has no WARC, WACZ or ARC file")
        return dict.fromkeys(str(file.absolute()) for file in found)

    def _at_address(self, name: str) -> dict[str, Input | None]:
        """Return an address itself, or, if it ends with a slash, the files below it."""
        if not name.endswith("/"):
            return {name: None}
        if is_web(name):  # its links can go on without end, and lead elsewhere
            self.problems.append(
                f"{printable(name)} is no folder of an object store: name its files in a list"
            )
            return {}
        try:
            fs, path = file_system(name)
            listed = insist(name, lambda: fs.find(path, detail=True))
        except OSError as error:
            self.problems.append(f"{printable(name)} cannot be read: {_why(error)}")
            return self._kept(plain_name(name).rstrip("/"))
        found = {
            str(fs.unstrip_protocol(file)): listed[file] for file in sorted(listed) if WARC.fullmatch(file)
        }
        if not found:
            self.problems.append(f"{printable(name)} has no WARC, WACZ or ARC file")
        for file, info in found.items():
            if (changed := changed_of(info)) and info.get("size"):
                self.listed[file] = Input(file, int(info["size"]), changed)
        return dict.fromkeys(found)

    def _kept(self, name: str) -> dict[str, Input | None]:
        return {
            source: one
            for source, one in self.earlier.items()
            if source == name or source.startswith(f"{name}/")
        }

    def _listed(self, name: str) -> list[str]:
        """Return what a list names. Raises OSError, EOFError, zlib.error, UnicodeDecodeError."""
        with (
            local(name) as path,
            gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as opened,
        ):
            content = opened.read(_LONGEST_LIST + 1)
        if len(content) > _LONGEST_LIST:
            raise OSError(f"it is longer than {_LONGEST_LIST:,} bytes: divide it")
        text = content.decode()
        named, folder = [], without_query(name).rpartition("/")[0]
        lines = list(filter(None, map(str.strip, text.splitlines())))
        if not lines:
            self.problems.append(f"the list {printable(name)} names no file")
        for found in lines:
            is_list = _is_list(found)
            if is_list or (is_address(name) and not is_address(found) and not is_below(found)):
                why = ": name that list as an INPUT" if is_list else ""
                self.problems.append(f"the list {printable(name)} may not name {printable(found)}{why}")
                continue
            is_whole = is_address(found) or found.startswith("/") or not folder
            named.append(found if is_whole else f"{folder}/{found}")
        return named


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is no text in UTF-8"
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, (EOFError, zlib.error)):
        return "it is cut off or damaged"
    return getattr(error, "strerror", None) or printable(" ".join(str(error).split()))
