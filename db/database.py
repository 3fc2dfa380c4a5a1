"""Open an archive file, and bring an older schema up to date.

One process at a time can write to the file, and many can read it.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from db.errors import (
    NewerSchemaError,
    NoArchiveError,
    NotAnArchiveError,
    OlderSchemaError,
    StoreError,
    one_line,
)
from db.schema.migrations import APPLICATION_ID, migrations

SQLITE = b"SQLite format 3\0"  # the first bytes of every SQLite file
BUSY_SECONDS = 30  # how long a statement waits for another process' transaction
# Errors of reading a damaged file. Python cannot decode a message of SQLite that quotes damaged bytes.
UNREADABLE = (sqlite3.Error, UnicodeDecodeError)


def open_archive(path: Path | str, *, create: bool = False) -> Database:
    """Open an archive file for reading and writing, and update an older schema.

    With `create`, a missing or empty file becomes a new archive file. A file without write permission is
    opened for reading only.

    Raises NoArchiveError (no such file, without `create`; or no such folder), NotAnArchiveError,
    NewerSchemaError, OlderSchemaError (of a file without write permission), or StoreError (SQLite cannot open
    or use the file).
    """
    path = Path(path)
    if not create and not path.exists():
        raise NoArchiveError(
            f"there is no archive at {path}; make one with 'policytrail crawl' or 'policytrail import'"
        )
    if not path.parent.is_dir():
        raise NoArchiveError(f"there is no folder {path.parent}")
    if path.is_dir() or (path.exists() and not is_sqlite(path, create)):
        raise NotAnArchiveError(f"{path} is not a policytrail archive")
    read_only = path.exists() and not _is_writable(path)
    try:
        connection = _connect(path, read_only)
    except sqlite3.OperationalError as error:
        raise StoreError(f"{path} cannot be opened: {error}") from error
    with _closed_on_error(connection, path):
        db = Database(connection)
        refuse_strangers(db, path)
        if not read_only:
            _prepare(db)
        elif migrations.pending(db):
            raise OlderSchemaError(
                f"an older policytrail wrote {path}, and it cannot be brought up to date here: copy it to a "
                "folder that can be written"
            )
    return db


def read_archive(path: Path | str) -> Database:
    """Open an archive file for reading only, even if it is damaged.

    Nothing is written. Raises NoArchiveError (no such file), NotAnArchiveError (a folder, or no permission to
    read), or StoreError (SQLite cannot open the file).
    """
    path = Path(path)
    if not path.exists():
        raise NoArchiveError(f"there is no archive at {path}")
    if path.is_dir() or not os.access(path, os.R_OK):
        raise NotAnArchiveError(f"{path} cannot be read as a file")
    try:
        return Database(_connect(path, read_only=True), recursive_triggers=False, execute_plugins=False)
    except sqlite3.OperationalError as error:
        raise StoreError(f"{path} cannot be opened: {error}") from error


def open_to_read(path: Path | str) -> Database:
    """Open an archive file for reading only, if its schema is the current one.

    Raises the errors of `read_archive`, NotAnArchiveError, NewerSchemaError, OlderSchemaError (the file must
    be brought up to date first), or StoreError (damaged).
    """
    db = read_archive(path)
    with _closed_on_error(db, path):
        if not is_sqlite(Path(path)):
            raise NotAnArchiveError(f"{path} is not a policytrail archive")
        refuse_strangers(db, Path(path))
        if migrations.pending(db):
            raise OlderSchemaError(f"an older policytrail wrote {path}; run 'policytrail status {path}' once")
    return db


@contextmanager
def _closed_on_error(connection: sqlite3.Connection | Database, path: Path | str) -> Iterator[None]:
    """Close the connection if the block fails. Raises StoreError for a file that SQLite cannot use."""
    try:
        yield
    except UNREADABLE as error:
        connection.close()
        raise StoreError(f"{path} cannot be used: {one_line(error)}") from error
    except Exception:
        connection.close()
        raise


def uri_of(path: Path | str) -> str:
    """Return the URI with which SQLite opens an archive file for reading only.

    If no other process uses the file (it has no write-ahead log), the URI declares it immutable. Otherwise
    SQLite would create files next to it.
    """
    path = Path(path).resolve()
    in_use = path.with_name(path.name + "-wal").exists() or not _has_wal_mode(path)
    return f"{path.as_uri()}?mode=ro" + ("" if in_use and _is_writable(path) else "&immutable=1")


def _connect(path: Path, read_only: bool) -> sqlite3.Connection:
    if read_only:
        return sqlite3.connect(uri_of(path), timeout=BUSY_SECONDS, uri=True)
    return sqlite3.connect(path, timeout=BUSY_SECONDS)


def _prepare(db: Database) -> None:
    # With these settings readers never wait for the writer. After a power cut the last transactions can be
    # lost, but the file is never damaged.
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = normal")
    db.execute("pragma foreign_keys = on")
    if migrations.pending(db):
        # This is written first: if the process is killed now, the next run still accepts the file.
        db.execute(f"pragma application_id = {APPLICATION_ID}")
        migrations.apply(db)


def file_of(db: Database) -> str:
    """Return the path of the file that a connection has opened."""
    return str(db.execute("select file from pragma_database_list where name = 'main'").fetchone()[0])


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """Store all changes that are made inside the `with` block, or none.

    None is stored if an exception is raised inside. Raises StoreError if SQLite cannot write.
    """
    try:
        with db.atomic():
            yield
    except sqlite3.Error as error:
        raise StoreError(
            f"the archive could not be written: {one_line(error)}; nothing of this step was kept"
        ) from error


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _has_wal_mode(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(20)[18:] == b"\2\2"


def is_sqlite(path: Path, or_empty: bool = False) -> bool:
    """Return whether a file begins like an SQLite file, or is empty with `or_empty`.

    Raises NotAnArchiveError if the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise NotAnArchiveError(f"{path} cannot be read: {error.strerror}") from error
    return start == SQLITE or (or_empty and not start)


def refuse_strangers(db: Database, path: Path) -> None:
    """Raise an error if a database was written by another program or a newer policytrail.

    Raises NotAnArchiveError or NewerSchemaError. Returns nothing for an archive file that can be used.
    """
    known = {migration.name for migration in migrations._migrations}
    unknown = {migration.name for migration in migrations.applied(db)} - known
    if unknown:
        raise NewerSchemaError(
            f"{path} was written by a newer policytrail ({', '.join(sorted(unknown))}); update policytrail"
        )
    (application_id,) = db.execute("pragma application_id").fetchone()
    if application_id != APPLICATION_ID and db.table_names():
        raise NotAnArchiveError(f"{path} is a database, but not a policytrail archive")
