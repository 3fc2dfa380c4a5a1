"""The archive file that is merged into another one, opened so that it never changes."""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db.database import SQLITE, UNREADABLE, is_sqlite, open_archive, refuse_strangers
from db.errors import DamagedArchiveError, NoArchiveError, NotAnArchiveError, StoreError
from db.lengths import BY_COLUMN
from db.schema.migrations import APPLICATION_ID, migrations
from db.store.bodies import Read

# The most bytes that one value can have. Values of a crawl are much smaller (`db.store.bodies.MAX_BYTES`).
LARGEST_VALUE = 128 * 1024 * 1024
TABLES = [
    *("retailers", "policies", "pages", "bodies", "texts", "captures", "coverage", "saves", "clues"),
    *("conflicts", "searches", "crawls", "retailer_attributes"),
]


class SourceArchive:
    """The contents of an archive file at the moment when reading began.

    Other processes can continue to write to it.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self.path = connection, path

    def rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query. Raises DamagedArchiveError."""
        try:
            cursor = self._connection.execute(query, values)
            while row := cursor.fetchone():
                yield row
        except UNREADABLE as error:
            raise self.damaged(str(error)) from error

    def count(self) -> int:
        """Return how many captures the file has. Raises DamagedArchiveError."""
        ((number,),) = self.rows("select count(*) from captures")
        return int(number)

    def damaged(self, what: str) -> DamagedArchiveError:
        """Return the error that reports damage to this file. `what` describes the damage."""
        printable = "".join(sign if sign.isprintable() else "?" for sign in what[:200])
        return DamagedArchiveError(f"{self.path} is damaged ({printable}): nothing of it was merged")

    def check(self) -> None:
        """Check that the tables are readable and consistent, and no name is endless.

        Raises DamagedArchiveError.
        """
        for table in TABLES:
            for (found,) in self.rows(f"pragma integrity_check('{table}')"):
                if found != "ok":
                    raise self.damaged(str(found))
        for table, columns in BY_COLUMN.items():
            for column, most in columns.items():
                for _ in self.rows(f"select 1 from {table} where length({column}) > {most} limit 1"):
                    raise self.damaged(f"a {column} in {table} is longer than {most} characters")
        for table, row, parent, _ in self.rows("pragma foreign_key_check"):
            raise self.damaged(f"row {row} of {table} names a row of {parent} that is not there")


def check_source(path: Path) -> None:
    """Check quickly whether an archive file can be merged.

    Raises NoArchiveError, NotAnArchiveError, NewerSchemaError, DamagedArchiveError (also if it cannot be
    read).
    """
    with closing(_connect(path)) as connection:
        _pending(connection, path)


@contextmanager
def open_source(path: Path) -> Iterator[SourceArchive]:
    """Open an archive file to read it once.

    If its schema is older, a copy is brought up to date and read. Raises the errors of `check_source`, and at
    the end DamagedArchiveError if another process changed the file meanwhile.
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
        if path.is_file() and _was_archive(path):
            raise DamagedArchiveError(
                f"{path} is damaged (its first bytes are lost): nothing of it was merged"
            )
        raise NotAnArchiveError(f"{path} is not a policytrail archive")
    mode = "mode=ro&immutable=1" if _state(path) else "mode=ro"
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, isolation_level=None)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    connection.execute("pragma trusted_schema = off")
    return connection


def _was_archive(path: Path) -> bool:
    """Return whether a file that is no database was one: it is empty, or has the identifier of an archive."""
    with path.open("rb") as file:
        start = file.read(72)
    return not start or start[68:] == APPLICATION_ID.to_bytes(4) or SQLITE.startswith(start)


def _state(path: Path) -> tuple[int, int] | None:
    """Return size (bytes) and time (ns) of a file that nobody is writing.

    Returns None if the file is missing, or if another process may be writing to it. A file without a
    write-ahead log is opened as immutable, because SQLite would otherwise create files next to it. Therefore
    the caller must compare this state again at the end.
    """
    if any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal")):
        return None
    status = path.stat() if path.exists() else None
    return status and (status.st_size, status.st_mtime_ns)


def _pending(connection: sqlite3.Connection, path: Path) -> bool:
    """Return whether an archive file has an older schema. Raises an error for other files."""
    try:
        db = Database(connection)
        refuse_strangers(db, path)
        if not db.table_names():
            raise NotAnArchiveError(f"{path} is not a policytrail archive")
        return bool(migrations.pending(db))
    except sqlite3.OperationalError as error:
        raise DamagedArchiveError(f"{path} cannot be read ({error}): nothing of it was merged") from error
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
    """Return whether two paths lead to the same file."""
    return path.exists() and other.exists() and path.samefile(other)
