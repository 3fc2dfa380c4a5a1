"""Salvage: copy all readable rows of a damaged file into a new file.

The damaged file stays next to the new one. Only facts are copied, and texts, because some were imported
without a body. Everything else is derived again.
"""

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db import new_files
from db.database import UNREADABLE, open_archive, transaction
from db.errors import StoreError, one_line
from db.verify import damaged_reader, own_objects
from db.verify.damaged_reader import Range
from db.verify.file import FIXED, open_damaged

BATCH = 500  # rows in one transaction
_PAGE_SIZE = 4096  # SQLite's default, which all archive files have


@dataclass(frozen=True)
class Salvaged:
    """The result of a salvage.

    `rows` is table -> number of copied rows, `lost` are the unreadable ranges, and `kept` is the path of the
    damaged file. `own_lost` has a line for each table, view, index, trigger and column of the user that is
    lost.
    """

    rows: dict[str, int]
    lost: list[Range]
    kept: Path
    own_lost: list[str]


def salvage(path: Path) -> Salvaged:
    """Replace a damaged file by a new file with all readable rows.

    Call it inside `exclusive_writer`. It can be repeated after a kill. Raises StoreError if nothing can be
    read, or if the new file cannot be written.
    """
    _checkpoint(path)
    new, header = path.with_name(f".{path.name}.salvage"), path.with_name(f".{path.name}.header")
    _remove(new)
    try:
        with closing(_readable(path, header)) as source, closing(open_archive(new, create=True)) as target:
            rows, lost, own_lost = _copy(source, target)
            own_rows, not_copied = own_objects.copy(source, target, lost)
        if not rows["retailers"] + rows["captures"]:
            raise StoreError(f"nothing can be read of {path}: restore a copy of it, or crawl again")
        kept = _free_name(path)
        os.link(path, kept)
        log = path.with_name(f"{path.name}-wal")  # it belongs to the damaged file
        if log.exists():
            log.replace(kept.with_name(f"{kept.name}-wal"))
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
        new.replace(path)
    except (OSError, *UNREADABLE) as error:
        raise StoreError(f"{path} cannot be salvaged: {one_line(error)}") from error
    finally:
        _remove(header)
        _remove(new)
    return Salvaged(rows | own_rows, lost, kept, own_lost + not_copied)


def _checkpoint(path: Path) -> None:
    """Move the write-ahead log into the file if SQLite can do so.

    The log belongs to the damaged file, and the new file must not have it.
    """
    with suppress(*UNREADABLE), closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")


def _readable(path: Path, copy: Path) -> Database:
    """Open the damaged file, or a copy with a repaired header.

    The copy is used if SQLite cannot read the schema. Raises StoreError if the copy cannot be read either.
    """
    try:
        return _open(path)
    except UNREADABLE:
        _copy_with_header(path, copy)
    try:
        return _open(copy)
    except UNREADABLE as error:
        raise StoreError(
            f"nothing can be read of {path} ({one_line(error)}): its first page is lost;"
            " restore a copy of it, or crawl again"
        ) from error


def _open(path: Path) -> Database:
    """Open a file even if it is damaged. Raises one of UNREADABLE if its schema cannot be read."""
    db = open_damaged(path)
    try:
        db.execute("select count(*) from sqlite_master").fetchone()
    except UNREADABLE:
        db.close()
        raise
    return db


def _copy_with_header(path: Path, copy: Path) -> None:
    new_files.copy(path, copy)
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        new_files.copy(log, copy.with_name(f"{copy.name}-wal"))
    with copy.open("r+b") as file:
        start = bytearray(file.read(100))
        for at, right in FIXED.items():
            start[at : at + len(right)] = right
        size = int.from_bytes(start[16:18])
        if size != 1 and (size < 512 or size & (size - 1)):
            start[16:18] = _PAGE_SIZE.to_bytes(2)
        start[18:20] = b"\2\2"
        file.seek(0)
        file.write(start)


def _copy(source: Database, target: Database) -> tuple[dict[str, int], list[Range], list[str]]:
    """Copy the rows of facts from the damaged file.

    Returns table -> number of copied rows, the ranges that are lost, and a line for each column that users
    added, which is lost too. Copied rows can refer to rows that are lost. The next verification reports that.
    """
    target.execute("pragma foreign_keys = off")
    saved, lost, own = dict.fromkeys(damaged_reader.FACTS, 0), list[Range](), list[str]()
    for table in damaged_reader.FACTS:
        there, here = _columns(source, table), _columns(target, table)
        columns = [name for name in here if name in there]
        own += [f"your column {name[:100]!r} of {table}" for name in there if name not in here]
        if not columns:
            lost.append((table, None, None))
            continue
        rows = damaged_reader.rows(source, table, ", ".join(columns), lost)
        statement = f"insert into {table} ({', '.join(columns)}) values ({', '.join('?' * len(columns))})"
        while batch := list(islice(rows, BATCH)):
            with transaction(target):
                for row in batch:
                    saved[table] += _insert(target, statement, row, lost, table)
    return saved, lost, own


def _insert(target: Database, statement: str, row: tuple[Any, ...], lost: list[Range], table: str) -> int:
    try:
        target.conn.execute(statement, row[1:])
    except (sqlite3.IntegrityError, sqlite3.DataError):  # the table does not accept a damaged value
        lost.append((table, row[0], row[0]))
        return 0
    return 1


def _columns(db: Database, table: str) -> list[str]:
    """Return the columns of a table; none if they cannot be read."""
    try:
        return [str(row[1]) for row in db.execute(f"pragma table_info({table})").fetchall()]
    except UNREADABLE:
        return []


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.damaged-{number}") for number in count(1))
    return next(name for name in names if not name.exists())


def _remove(path: Path) -> None:
    for name in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + name).unlink(missing_ok=True)
