"""Files that are created anew under a known name, never through a link.

Somebody who may write to the folder of a user's output can put a link in the place of a temporary file. A
program that opens this name for writing then overwrites the target of the link.
"""

import os
import shutil
from pathlib import Path
from typing import BinaryIO, TextIO, cast

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # Windows has none; there, links need special rights


def create(path: Path) -> BinaryIO:
    """Create a temporary file and open it for writing.

    A file, a pipe or a link with this name is deleted first: an earlier run was killed. Raises OSError, also
    if the name is used again between deletion and creation, or if a folder has it.
    """
    path.unlink(missing_ok=True)
    return path.open("xb")  # O_CREAT and O_EXCL: fails for links too (POSIX, open)


def append(path: Path) -> BinaryIO:
    """Open a file of our own to append to it; create it if it is missing. Raises OSError for a link."""
    return cast(BinaryIO, open(path, "ab", opener=_opener))


def rewrite(path: Path) -> TextIO:
    """Open a text file of our own to replace its content. Raises OSError for a link."""
    return cast(TextIO, open(path, "w", encoding="utf-8", opener=_opener))


def copy(source: Path, path: Path) -> None:
    """Copy the content of a file into a new temporary file. Raises OSError."""
    with source.open("rb") as content, create(path) as out:
        shutil.copyfileobj(content, out)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | _NO_LINK, 0o666)
