"""Safe names for files and folders, made from domains and addresses that others chose.

A name of lower-case letters, digits, `.`, `_` and `-` is safe and stays unchanged. Any other name becomes its
safe characters, `~`, and a hash of the name. So two different names never become the same file, even if the
file system does not distinguish `A` from `a`.
"""

import hashlib
import re
from pathlib import PurePosixPath

# The most characters of a name. File systems allow 255 bytes, including a date, an ending and ".part".
LONGEST = 120
_SAFE = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?", re.ASCII)
_DATED = re.compile(r"-[0-9]{8}(?:-[0-9]+)?", re.ASCII)  # `policy` adds this to a name
# Names of devices on Windows, with any ending (Microsoft, "Naming Files, Paths, and Namespaces").
_DEVICES = {
    *("con", "prn", "aux", "nul"),
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}


def name(text: str) -> str:
    """Return a safe name for a text, never "".

    It is the same on every machine, and different for every text.
    """
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

    An example is `e/ex/exo/exofficio.com.md`. With `date` (ISO 8601, the day of the version's first capture)
    it is `…/exofficio.com-20140530.md`. `turn` counts the versions of the same day from 1, and is added from
    2 on.
    """
    named = name(domain)
    dated = f"-{date[:10].replace('-', '')}" if date else ""
    again = f"-{turn}" if turn > 1 else ""
    return _folders(named) / f"{named}{dated}{again}.md"


def stem(path: str) -> str:
    """Return the safe name of the domain in a path of `policy`.

    Returns "" for any other path.
    """
    match = re.fullmatch(rf"(?:.*/)?([^/]+?)(?:{_DATED.pattern})?\.md", path)
    return match[1] if match and path.startswith(f"{_folders(match[1])}/") else ""


def _folders(named: str) -> PurePosixPath:
    """Return the folders of a name: its first one, two and three characters.

    On Windows a folder cannot end in a dot or have the name of a device, so such names get a `_`.
    """
    return PurePosixPath(*(_folder(named[:length]) for length in (1, 2, 3)))


def _folder(start: str) -> str:
    if start.endswith("."):
        return f"{start[:-1]}_"
    return f"{start}_" if _is_device(start) else start


def _is_device(text: str) -> bool:
    return text.partition(".")[0].lower() in _DEVICES
