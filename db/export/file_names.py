"""Safe names of files and folders, made from domains and addresses that others chose.

A safe name stays unchanged: lower-case letters, digits, `.`, `_`, `-`. Any other name becomes its safe part,
`~` and a hash. So two names are never equal, also on file systems that do not distinguish `A` from `a`.
"""

import hashlib
import re
from pathlib import PurePosixPath

# Characters of a name. File systems allow 255 bytes; a date, an ending and ".part" need some of them.
LONGEST = 120
_SAFE = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?", re.ASCII)
_DATED = re.compile(r"-[0-9]{8}(?:-[0-9]+)?", re.ASCII)  # `policy` adds this to a name
# Names of devices on Windows, with any ending (Microsoft, "Naming Files, Paths, and Namespaces").
_DEVICES = {
    *("con", "prn", "aux", "nul"),
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}


def name(text: str) -> str:
    """Return a safe name for a text: the same on every machine, different for every text, never empty."""
    if (
        _SAFE.fullmatch(text)
        and len(text) <= LONGEST
        and not _is_device(text)
        and not re.search(f"{_DATED.pattern}$", text)
    ):
        return text
    readable = re.sub(r"[^a-z0-9._-]", "_", text[:LONGEST].lower())[:60].strip(".-")
    start = f"_{readable}" if not readable or _is_device(readable) else readable
    return f"{start}~{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def policy(domain: str, date: str | None = None, turn: int = 1) -> PurePosixPath:
    """Return the path of a policy's text in the layout of the Princeton-Leuven corpus.

    An example is `e/ex/exo/exofficio.com.md`. With the date (ISO 8601) on which the version was first seen it
    is `…/exofficio.com-20140530.md`; `turn` numbers the versions of one day.
    """
    named = name(domain)
    dated = f"-{date[:10].replace('-', '')}" if date else ""
    again = f"-{turn}" if turn > 1 else ""
    return _folders(named) / f"{named}{dated}{again}.md"


def stem(path: str) -> str:
    """Return the safe name of the domain in a path from `policy`; "" for any other path."""
    match = re.fullmatch(rf"(?:.*/)?([^/]+?)(?:{_DATED.pattern})?\.md", path)
    return match[1] if match and path.startswith(f"{_folders(match[1])}/") else ""


def _folders(named: str) -> PurePosixPath:
    """Return the folders of the first one, two and three characters.

    Windows has no folders that end in a dot, and none with names of devices.
    """
    return PurePosixPath(*(_folder(named[:length]) for length in (1, 2, 3)))


def _folder(start: str) -> str:
    if start.endswith("."):
        return f"{start[:-1]}_"
    return f"{start}_" if _is_device(start) else start


def _is_device(text: str) -> bool:
    return text.partition(".")[0].lower() in _DEVICES
