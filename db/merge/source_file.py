"""The archive that is merged into another one, opened so that nothing in it changes."""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db.database import UNREADABLE, is_sqlite, open_archive, refuse_strangers
from db.errors import DamagedArchiveError, NoArchiveError, NotAnArchiveError, StoreError
from db.schema.migrations import migrations
from db.store.bodies import Read

# Bytes of a value: the largest body, text or header of a crawl is far smaller (`db.store.bodies.MAX_BYTES`).
LARGEST_VALUE = 128 * 1024 * 1024
TABLES = [
    *("retailers", "policies", "pages", "bodies", "texts", "captures", "coverage", "saves", "clues"),
    *("conflicts", "searches", "crawls"),
]


class SourceArchive:
    """An archive as it was when reading began; other processes may go on writing to it."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self.path = connection, path

    def rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Return the rows of a query, one by one. Raises DamagedArchiveError."""
        try:
            yield from self._connection.execute(query, values)
        except UNREADABLE as error:
            raise self.damaged(str(error)) from error

    def count(self) -> int:
        """Return the number of captures. Raises DamagedArchiveError."""
        ((number,),) = self.rows("select count(*) from captures")
        return int(number)

    def damaged(self, what: str) -> DamagedArchiveError:
        """Return the error that describes damage to this archive."""
        printable = "".join(sign if sign.isprintable() else "?" for sign in what[:200])
        return DamagedArchiveError(f"{self.path} is damaged ({printable}): nothing of it was merged")

    def check(self) -> None:
        """Check that the tables are readable and match the schema. Raises DamagedArchiveError."""
        for table in TABLES:
            for (found,) in self.rows(f"pragma integrity_check('{table}')"):
                if found != "ok":
                    raise self.damaged(str(found))
        for table, row, parent, _ in self.rows("pragma foreign_key_check"):
            raise self.damaged(f"row {row} of {table} names a row of {parent} that is not there")


def check_source(path: Path) -> None:
    """Check quickly whether an archive can be merged.

    Raises NoArchiveError, NotAnArchiveError, NewerSchemaError, DamagedArchiveError, StoreError (it cannot be
    read).
    """
    with closing(_connect(path)) as connection:
        _pending(connection, path)


@contextmanager
def open_source(path: Path) -> Iterator[SourceArchive]:
    """Open an archive for reading once, from beginning to end. A copy of an older one is brought up to date.

    Raises the errors of `check_source`, and at the end DamagedArchiveError if another process rewrote the
    file.
    """
    with ExitStack() as stack:
        before = _state(path)
        connection = stack.enter_context(closing(_connect(path)))
        if _pending(connection, path):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="policytrail-")))
            connection = stack.enter_context(closing(_up_to_date(connection, path, folder / "copy.db")))
        connection.execute("begin")
        source = SourceArchive(connection, path)
        if _schema(source.rows) != _expected():
            raise NotAnArchiveError(f"{path} has other tables than a policytrail archive")
        yield source
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
    """Return size and time (ns) of a file without a log or journal; None if another process may be writing.

    A file without a log is opened as immutable, because SQLite would create files next to it otherwise. So
    the caller has to compare the state again at the end.
    """
    if any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal")):
        return None
    status = path.stat() if path.exists() else None
    return status and (status.st_size, status.st_mtime_ns)


def _pending(connection: sqlite3.Connection, path: Path) -> bool:
    """Return whether an archive has an older schema; raise for a file that is no archive."""
    try:
        db = Database(connection)
        refuse_strangers(db, path)
        if not db.table_names():
            raise NotAnArchiveError(f"{path} is not a policytrail archive")
        return bool(migrations.pending(db))
    except sqlite3.OperationalError as error:
        raise StoreError(f"{path} cannot be read: {error}") from error
    except UNREADABLE as error:
        raise SourceArchive(connection, path).damaged(str(error)) from error


def _up_to_date(connection: sqlite3.Connection, path: Path, copy: Path) -> sqlite3.Connection:
    try:
        with closing(sqlite3.connect(copy)) as target:
            connection.backup(target)
        open_archive(copy).close()
    except (*UNREADABLE, StoreError) as error:
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
    """Return whether two paths name one file."""
    return path.exists() and other.exists() and path.samefile(other)
