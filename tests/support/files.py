"""Files that another process writes, renames and removes meanwhile."""

import contextlib
import os
from pathlib import Path


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files below a folder; what has vanished counts nothing."""
    if path.is_file():
        return _size(path)
    return sum(_size(Path(parent, name)) for parent, _, names in os.walk(path) for name in names)


def _size(file: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return file.lstat().st_size
    return 0
