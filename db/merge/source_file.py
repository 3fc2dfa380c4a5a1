"""An archive that is to be merged into another one: opened so that nothing of it is changed, whatever it is."""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db.database import is_sqlite, open_archive, refuse_strangers
from db.errors import DamagedArchiveError, NoArchiveError, NotAnArchiveError, StoreError
from db.schema.migrations import migrations
from db.store.bodies import Read

LARGEST_VALUE = (
    128 * 1024 * 1024
)  # bytes: no page, text or header that the crawler takes comes near (crawler/webarchive/content_encoding.py)
TABLES = (
    "retailers", "policies", "pages", "bodies", "texts", "captures", "coverage", "saves", "clues", "conflicts",
    "searches", "crawls",
)  # fmt: skip

_UNREADABLE = (
    sqlite3.Error,
    UnicodeDecodeError,
)  # the latter where SQLite's message about a damaged file quotes its bytes


class SourceArchive:
    """An archive from which rows are read, as it was when the reading began; other processes may go on writing to it."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self.path = connection, path

    def rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, one by one. Raises DamagedArchiveError."""
        try:
            yield from self._connection.execute(query, values)
        except _UNREADABLE as error:
            raise self.damaged(str(error)) from error

    def count(self) -> int:
        """How many captures there are. Raises DamagedArchiveError."""
        ((number,),) = self.rows("select count(*) from captures")
        return int(number)

    def damaged(self, what: str) -> DamagedArchiveError:
        """The error that says what is wrong with this archive."""
        printable = "".join(sign if sign.isprintable() else "?" for sign in what[:200])
        return DamagedArchiveError(f"{self.path} is damaged ({printable}): nothing of it was merged")

    def check(self) -> None:
        """Find damage in the tables, so that what is read holds what the schema says. Raises DamagedArchiveError."""
        for table in TABLES:
            for (found,) in self.rows(f"pragma integrity_check('{table}')"):
                if found != "ok":
                    raise self.damaged(str(found))
        for table, row, parent, _ in self.rows("pragma foreign_key_check"):
            raise self.damaged(f"row {row} of {table} names a row of {parent} that is not there")


def look_at(path: Path) -> None:
    """Find out what can be known at once of an archive that is to be merged.

    Raises NoArchiveError, NotAnArchiveError, NewerSchemaError, DamagedArchiveError, StoreError (it cannot be read).
    """
    with closing(_connect(path)) as connection:
        _pending(connection, path)


@contextmanager
def opened(path: Path) -> Iterator[SourceArchive]:
    """Open an archive to read it once, from beginning to end. One of an older schema is read from a copy, brought up to date.

    Raises what `look_at` raises, and DamagedArchiveError in the end where another process rewrote it meanwhile.
    """
    with ExitStack() as stack:
        before = _state(path)
        connection = stack.enter_context(closing(_connect(path)))
        if _pending(connection, path):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="policytrail-")))
            connection = stack.enter_context(closing(_up_to_date(connection, path, folder / "copy.db")))
        connection.execute("begin")
        other = SourceArchive(connection, path)
        if _schema(other.rows) != _expected():
            raise NotAnArchiveError(f"{path} has other tables than a policytrail archive")
        yield other
        if before and _state(path) != before:
            raise DamagedArchiveError(
                f"{path} was written to while it was read: nothing of it was merged, run this again"
            )


def _connect(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise NoArchiveError(f"there is no archive at {path}")
    if path.is_dir() or not is_sqlite(path):
        raise NotAnArchiveError(f"{path} is not a policytrail archive")
    mode = "mode=ro&immutable=1" if _state(path) else "mode=ro"
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, isolation_level=None)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    connection.execute("pragma trusted_schema = off")
    return connection


def _state(path: Path) -> tuple[int, int] | None:
    """Size and time of a file beside which nobody has a log; None where somebody may be writing.

    The first is read as a file that nobody changes: SQLite would leave files of its own beside it otherwise. So it has to be
    looked at again in the end.
    """
    if any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal")):
        return None
    status = path.stat() if path.exists() else None
    return status and (status.st_size, status.st_mtime_ns)


def _pending(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether an archive is of an older schema; refuses what is none."""
    try:
        db = Database(connection)
        refuse_strangers(db, path)
        if not db.table_names():
            raise NotAnArchiveError(f"{path} is not a policytrail archive")
        return bool(migrations.pending(db))
    except sqlite3.OperationalError as error:
        raise StoreError(f"{path} cannot be read: {error}") from error
    except _UNREADABLE as error:
        raise SourceArchive(connection, path).damaged(str(error)) from error


def _up_to_date(connection: sqlite3.Connection, path: Path, copy: Path) -> sqlite3.Connection:
    try:
        with closing(sqlite3.connect(copy)) as target:
            connection.backup(target)
        open_archive(copy).close()
    except (*_UNREADABLE, StoreError) as error:
        raise DamagedArchiveError(
            f"{path}, which is of an older policytrail, cannot be brought up to date: {error}"
        ) from error
    return _connect(copy)


def _schema(read: Read) -> dict[str, Sequence[Any]]:
    marks = ",".join("?" * len(TABLES))
    found = read(f"select name, type, sql from sqlite_master where name in ({marks})", *TABLES)
    return {name: (kind, " ".join(sql.split())) for name, kind, sql in found}


def _expected() -> dict[str, Sequence[Any]]:
    db = Database(memory=True)
    migrations.apply(db)
    return _schema(lambda query, *values: db.execute(query, values))


def is_same(path: Path, other: Path) -> bool:
    """Whether two paths lead to one file."""
    return path.exists() and other.exists() and path.samefile(other)
