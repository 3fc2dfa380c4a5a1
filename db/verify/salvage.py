"""Salvage: copy the readable rows of a damaged file into a new one, and keep the damaged file next to it.

Only facts are copied, and texts, because some were imported without a body. Everything else is derived again.
"""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db.database import UNREADABLE, open_archive, transaction
from db.errors import StoreError, one_line
from db.verify import damaged_reader
from db.verify.damaged_reader import Range
from db.verify.file import FIXED, open_damaged

BATCH = 500  # rows a transaction
_PAGE_SIZE = 4096  # SQLite's own choice, and so every archive's


@dataclass(frozen=True)
class Salvaged:
    """The result of a salvage: number of rows by table, unreadable ranges, path of the damaged file."""

    rows: dict[str, int]
    lost: list[Range]
    kept: Path


def salvage(path: Path) -> Salvaged:
    """Replace a damaged file by a new one with all readable rows. After a kill it can be run again.

    Call it inside `exclusive_writer`. Raises StoreError if nothing can be read, or the new file cannot be
    written.
    """
    _checkpoint(path)
    new, header = path.with_name(f".{path.name}.salvage"), path.with_name(f".{path.name}.header")
    _remove(new)
    try:
        with closing(_readable(path, header)) as source, closing(open_archive(new, create=True)) as target:
            rows, lost = _copy(source, target)
        if not rows["retailers"] + rows["captures"]:
            raise StoreError(f"nothing can be read of {path}: restore a copy of it, or crawl again")
        kept = _free_name(path)
        os.link(path, kept)
        for name in ("-wal", "-shm"):  # these belong to the damaged file
            path.with_name(path.name + name).unlink(missing_ok=True)
        new.replace(path)
    except (OSError, *UNREADABLE) as error:
        raise StoreError(f"{path} cannot be salvaged: {one_line(error)}") from error
    finally:
        _remove(header)
        _remove(new)
    return Salvaged(rows, lost, kept)


def _checkpoint(path: Path) -> None:
    """Move the write-ahead log into the file, if SQLite can: the new file must not have it."""
    with suppress(*UNREADABLE), closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")


def _readable(path: Path, copy: Path) -> Database:
    """Open the damaged file, or, if SQLite cannot read its schema, a copy with a repaired header."""
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
    """Open a file in any state. Raises one of UNREADABLE if its schema cannot be read."""
    db = open_damaged(path)
    try:
        db.execute("select count(*) from sqlite_master").fetchone()
    except UNREADABLE:
        db.close()
        raise
    return db


def _copy_with_header(path: Path, copy: Path) -> None:
    shutil.copyfile(path, copy)
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


def _copy(source: Database, target: Database) -> tuple[dict[str, int], list[Range]]:
    """Copy the rows of facts. Rows that they refer to may be lost; the next verification reports it."""
    target.execute("pragma foreign_keys = off")
    saved, lost = dict.fromkeys(damaged_reader.FACTS, 0), list[Range]()
    for table in damaged_reader.FACTS:
        columns = _columns(source, target, table)
        if not columns:
            lost.append((table, None, None))
            continue
        rows = damaged_reader.rows(source, table, ", ".join(columns), lost)
        statement = f"insert into {table} ({', '.join(columns)}) values ({', '.join('?' * len(columns))})"
        while batch := list(islice(rows, BATCH)):
            with transaction(target):
                for row in batch:
                    saved[table] += _insert(target, statement, row, lost, table)
    return saved, lost


def _insert(target: Database, statement: str, row: tuple[Any, ...], lost: list[Range], table: str) -> int:
    try:
        target.conn.execute(statement, row[1:])
    except (sqlite3.IntegrityError, sqlite3.DataError):  # a value that the table refuses
        lost.append((table, row[0], row[0]))
        return 0
    return 1


def _columns(source: Database, target: Database, table: str) -> list[str]:
    """Return the columns that both files have; none if those of the damaged file cannot be read."""
    try:
        there = {row[1] for row in source.execute(f"pragma table_info({table})").fetchall()}
    except UNREADABLE:
        return []
    return [row[1] for row in target.execute(f"pragma table_info({table})").fetchall() if row[1] in there]


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.damaged-{number}") for number in count(1))
    return next(name for name in names if not name.exists())


def _remove(path: Path) -> None:
    for name in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + name).unlink(missing_ok=True)
