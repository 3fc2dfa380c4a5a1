"""Names of files and folders that are safe on every system, made of domains and addresses that strangers chose.

A name that is safe stays as it is: lower-case letters, digits, `.`, `_`, `-`. Any other becomes its safe part, `~` and a hash
of it, so that no two are one, also where the file system does not tell `A` from `a`.
"""

import hashlib
import re
from pathlib import PurePosixPath

LONGEST = (
    120  # characters of a name; file systems take 255 bytes, of which a date, an ending and ".part" need some
)
_SAFE = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?", re.ASCII)
_DATED = re.compile(r"-[0-9]{8}(?:-[0-9]+)?", re.ASCII)  # what `policy` puts behind a name
# Names that Windows keeps for devices, whatever follows a dot (learn.microsoft.com, "Naming Files, Paths, and Namespaces").
_DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}


def name(text: str) -> str:
    """Make a safe name of any text: the same on every machine, another for every other text, never empty."""
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
    """The path of a policy's text, in the layout of the Princeton-Leuven corpus: `e/ex/exo/exofficio.com.md`.

    With a date (ISO 8601) that of the version first seen then, `…/exofficio.com-20140530.md`; `turn` counts those of one day.
    """
    named = name(domain)
    dated = f"-{date[:10].replace('-', '')}" if date else ""
    again = f"-{turn}" if turn > 1 else ""
    return _shelf(named) / f"{named}{dated}{again}.md"


def stem(path: str) -> str:
    """The name of the domain of which `policy` gives a path, with a date or without; "" for any other path."""
    match = re.fullmatch(rf"(?:.*/)?([^/]+?)(?:{_DATED.pattern})?\.md", path)
    return match[1] if match and path.startswith(f"{_shelf(match[1])}/") else ""


def _shelf(named: str) -> PurePosixPath:
    """The folders of the first one, two and three characters; Windows has none that end in a dot, and none named as devices."""
    return PurePosixPath(*(_folder(named[:length]) for length in (1, 2, 3)))


def _folder(start: str) -> str:
    if start.endswith("."):
        return f"{start[:-1]}_"
    return f"{start}_" if _is_device(start) else start


def _is_device(text: str) -> bool:
    return text.partition(".")[0].lower() in _DEVICES
