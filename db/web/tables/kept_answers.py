"""Answers to slow queries of Datasette's pages are kept until the archive file changes.

Datasette reads a view three times and more for one page: its rows, their number, and each facet. The views
`gaps` and `capture_health` read all captures each time.
"""

import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette.database import Results

from db.web.limits import time_limits
from db.web.until_change import UntilChange

SLOW = 0.02  # seconds; a faster answer is not kept
MOST = 64  # answers
LARGEST = 256 * 1024  # bytes of one answer
# The same query has another answer later. A function of dates without a date takes the present moment.
_CHANGING = re.compile(
    r"random|\bnow\b|current_|localtime|changes\(|rowid\(|total_changes"
    r"|(?:date|time|julianday|unixepoch)\s*\(\s*\)|strftime\s*\([^,()]*\)",
    re.IGNORECASE,
)

Execute = Callable[..., Awaitable[Results]]


class KeptAnswers:
    """Takes the place of `execute` of a Datasette database, and keeps its slow answers.

    At most MOST answers are kept, those that were used last.
    """

    def __init__(self, execute: Execute, path: Path) -> None:
        self._execute = execute
        self._kept = UntilChange(path, MOST)

    async def __call__(self, sql: str, params: Any = None, *args: Any, **options: Any) -> Results:
        """Return the kept answer of a query, or run it. The parameters are those of Datasette.

        A query has at most the time of the request.
        """
        key = _key(sql, params, args, options)
        state = self._kept.state()
        found: Results | None = self._kept.find(key)
        if found is not None:
            return _copy(found)
        start = time.perf_counter()
        if not args:
            most = time_limits.most()
            options["custom_time_limit"] = min(options.get("custom_time_limit") or most, most)
        answer = await self._execute(sql, params, *args, **options)
        is_slow = time.perf_counter() - start >= SLOW
        if is_slow and key and _size(answer) <= LARGEST:
            self._kept.keep(key, _copy(answer), state)
        return answer


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
