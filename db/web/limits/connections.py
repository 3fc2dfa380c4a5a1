"""SQLite connections of the web server: narrow limits for visitors' SQL, and own threads for our pages.

Datasette stops a query after a second. But a single step can take gigabytes, or minutes that cannot be
interrupted, if values are long. So Datasette's connections have limits. Our pages use other connections, in
threads of their own, and never wait for a visitor's query.
"""

import sqlite3
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from db.web.limits.sql_functions import replace_functions

T = TypeVar("T")

_MB = 1024 * 1024
# With these limits, a row has at most 40 MB, which SQLite and Python store, and an answer ANSWER_BYTES. No
# policy has 400 kB of text.
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 400_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 50,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 2_000,  # Datasette uses one for each of up to 1,000 rows
}
# Without SQL of visitors, values come from tables only: bodies of captures can be this long.
LENGTH_WITHOUT_SQL = 16 * _MB
# Of the values in one answer. As JSON they can become six times as long, and are in memory twice.
ANSWER_BYTES = 8 * _MB
# Of memory that SQLite takes for all queries of the process together. Aggregates such as json_group_array
# would else collect gigabytes within a second. Our pages need a few MB.
HEAP_BYTES = 256 * _MB
THREADS = 4  # of ours

_is_ours: ContextVar[bool] = ContextVar("is_ours", default=False)
_thread = threading.local()


def restrict(connection: sqlite3.Connection, *, allows_sql: bool) -> None:
    """Set the limits for a connection on which Datasette runs queries of visitors.

    `allows_sql` says whether visitors may write SQL of their own.
    """
    for limit, most in LIMITS.items():
        connection.setlimit(limit, most)
    if not allows_sql:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LENGTH_WITHOUT_SQL)
    replace_functions(connection)
    budget = _AnswerBudget()
    connection.row_factory, connection.text_factory = budget.row, budget.text


def bound_memory() -> None:
    """Limit the memory that SQLite takes in this process to `HEAP_BYTES`, until the process ends.

    SQLite does not allow to raise the limit again, so only the process of a server calls this.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"pragma hard_heap_limit = {HEAP_BYTES}")


class _AnswerBudget:
    """Ends a query whose rows have more than ANSWER_BYTES bytes together.

    A row with many long texts is ended before all of them are converted.
    """

    def __init__(self) -> None:
        self._cursor: sqlite3.Cursor | None = None
        self._left = self._left_in_row = ANSWER_BYTES

    def row(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        """Return a row. Raises sqlite3.OperationalError."""
        if cursor is not self._cursor:
            self._cursor, self._left = cursor, ANSWER_BYTES
        self._left -= sum(map(_size, values))
        self._left_in_row = ANSWER_BYTES
        if self._left < 0:
            del values  # otherwise the traceback keeps the row in memory
            raise self._is_spent()
        return sqlite3.Row(cursor, values)

    def text(self, value: bytes) -> str:
        """Return a text as Datasette does. Raises sqlite3.OperationalError."""
        self._left_in_row -= len(value)
        if self._left_in_row < 0:
            raise self._is_spent()
        return _text(value)

    def _is_spent(self) -> sqlite3.OperationalError:
        self._cursor, self._left_in_row = None, ANSWER_BYTES
        return sqlite3.OperationalError(f"the rows have more than {ANSWER_BYTES // _MB} MB: ask for fewer")


def _text(value: bytes) -> str:
    return str(value, "utf-8", "replace")


def _size(value: object) -> int:
    if isinstance(value, str):
        return len(value) if value.isascii() else 4 * len(value)
    return len(value) if isinstance(value, bytes) else 8


class Lanes(Executor):
    """Datasette's threads for visitors, and threads of our own for what runs inside `own_threads`.

    Datasette opens a connection for each thread and database, so the connections are apart too.
    """

    def __init__(self, visitors: Executor) -> None:
        self._visitors = visitors
        self._ours = ThreadPoolExecutor(THREADS, "policytrail", initializer=_mark_thread)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Run a function in a thread of the lane of the present task."""
        lane = self._ours if _is_ours.get() else self._visitors
        return lane.submit(_without_frames, fn, *args, **kwargs)


def _without_frames(fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Call a function. An exception that leaves it has no cursor in its frames.

    The thread of the server would delete the cursor later. For that it waits for the connection, on which the
    next query runs, and all visitors wait with it.
    """
    try:
        return fn(*args, **kwargs)
    except Exception as error:
        found: BaseException | None = error
        while found:
            traceback.clear_frames(found.__traceback__)
            found = found.__cause__ or found.__context__
        raise


@contextmanager
def own_threads() -> Iterator[None]:
    """Let Datasette read in threads of our own while the `with` block runs in this task."""
    token = _is_ours.set(True)
    try:
        yield
    finally:
        _is_ours.reset(token)


def prepare(connection: sqlite3.Connection, datasette: Any) -> None:
    """Set the limits for a new connection: those for visitors, or none in a thread of ours."""
    if not hasattr(_thread, "is_ours"):
        # Without threads, our pages use the same connection.
        only_short = datasette.setting("default_allow_sql") and datasette.executor is not None
        restrict(connection, allows_sql=only_short)


def _mark_thread() -> None:
    _thread.is_ours = True
