"""Values that were read from an archive file, kept until the file changes."""

import time
from collections import OrderedDict
from collections.abc import Hashable
from pathlib import Path
from typing import Any

_REST = 2_000_000_000  # nanoseconds; a file that was written this recently can change within one tick

State = tuple[tuple[int, int, int], ...]


class UntilChange:
    """Values by key, those that were used last. All go when the file at `path` changes.

    The sizes of the values are at most `most` together. A value that is larger alone is not kept.
    Call `state` before a value is read, and pass its result to `keep`.
    """

    def __init__(self, path: Path, most: int) -> None:
        self._path, self._most = path, most
        self._state: State = ()
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def state(self) -> State:
        """Return the present state of the file: the sizes and times of it and its write-ahead log."""
        state = self._file_state()
        if state != self._state:
            self._state = state
            self._values.clear()
        return state

    def find(self, key: Hashable) -> Any:
        """Return the value of a key, or None without one."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key][0]

    def keep(self, key: Hashable, value: Any, state: State, size: int = 1) -> None:
        """Keep a value of a size that was read after the file had a state.

        Nothing is kept if the file changed meanwhile, or changed just before.
        """
        if state != self._state or not self._is_at_rest():
            return
        self._values[key] = value, size
        self._values.move_to_end(key, last=size <= self._most)
        together = sum(size for _, size in self._values.values())
        while together > self._most:
            together -= self._values.popitem(last=False)[1][1]

    def _file_state(self) -> State:
        found = []
        for path in (self._path, self._path.with_name(f"{self._path.name}-wal")):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            found.append((status.st_ino, status.st_size, status.st_mtime_ns))
        return tuple(found)

    def _is_at_rest(self) -> bool:
        """Return whether the file is as it was when its state was read, and has been so for a moment."""
        state = self._file_state()
        return state == self._state and all(time.time_ns() - changed > _REST for _, _, changed in state)
