"""Answers to slow queries of Datasette's pages are kept until the archive file changes.

Datasette reads a view three times and more for one page: its rows, their number, and each facet. The views
`gaps` and `capture_health` read all captures each time.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette.database import Results

SLOW = 0.02  # seconds; a faster answer is not kept
MOST = 64  # answers
LARGEST = 256 * 1024  # bytes of one answer
_REST = 2_000_000_000  # nanoseconds; a file that was written this recently can change within one tick
# The same query has another answer later.
_CHANGING = re.compile(r"random|now|current_|localtime|changes\(|rowid\(|total_changes", re.IGNORECASE)

Execute = Callable[..., Awaitable[Results]]
State = tuple[tuple[int, int, int], ...]


class KeptAnswers:
    """Takes the place of `execute` of a Datasette database, and keeps its slow answers.

    An answer is kept for one state of the file: the sizes and times of it and its write-ahead log. At most
    MOST answers are kept, those that were used last.
    """

    def __init__(self, execute: Execute, path: Path) -> None:
        self._execute, self._path = execute, path
        self._state: State = ()
        self._answers: OrderedDict[Any, Results] = OrderedDict()

    async def __call__(self, sql: str, params: Any = None, *args: Any, **options: Any) -> Results:
        """Return the kept answer of a query, or run it. The parameters are those of Datasette."""
        key = _key(sql, params, args, options)
        state = self._file_state()
        if state != self._state:
            self._state = state
            self._answers.clear()
        if key in self._answers:
            self._answers.move_to_end(key)
            return _copy(self._answers[key])
        start = time.perf_counter()
        answer = await self._execute(sql, params, *args, **options)
        is_slow = time.perf_counter() - start >= SLOW
        if is_slow and key and state == self._state and self._is_at_rest() and _size(answer) <= LARGEST:
            self._answers[key] = _copy(answer)
            if len(self._answers) > MOST:
                self._answers.popitem(last=False)
        return answer

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


def _key(sql: str, params: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Return what an answer depends on; None for a query that is not kept."""
    if _CHANGING.search(sql):
        return None
    values = tuple(params.items()) if isinstance(params, dict) else tuple(params or ())
    key = (sql, values, args, tuple(options.items()))
    try:
        hash(key)
    except TypeError:
        return None
    return key


def _copy(answer: Results) -> Results:
    return Results(list(answer.rows), answer.truncated, answer.description)


def _size(answer: Results) -> int:
    return sum(
        len(value) if isinstance(value, str | bytes) else 8 for row in answer.rows for value in tuple(row)
    )
