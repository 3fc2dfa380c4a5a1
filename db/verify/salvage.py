"""Salvage: what can still be read of a damaged file, row by row, into a new one; the damaged file is kept beside it.

Facts alone are taken, and texts, for some came without bodies; the rest is derived again.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db.database import open_archive, transaction
from db.errors import StoreError
from db.verify import damaged_reader
from db.verify.damaged_reader import Range
from db.verify.file import FIXED, open_damaged

BATCH = 500  # rows a transaction
_PAGE_SIZE = 4096  # SQLite's own choice, and so every archive's


@dataclass(frozen=True)
class Salvaged:
    """What a salvage saved: rows by table; `lost` are the ranges that could not be read; `kept` is the damaged file."""

    rows: dict[str, int]
    lost: list[Range]
    kept: Path


def salvage(path: Path) -> Salvaged:
    """Put a new file with all that can be read in the place of a damaged one. Killed, it can be begun again.

    To be called while the archive is held. Raises StoreError where nothing can be read of it, or the new file not written.
    """
    _take_log_in(path)
    new, header = path.with_name(f".{path.name}.salvage"), path.with_name(f".{path.name}.header")
    _remove(new)
    try:
        with closing(_readable(path, header)) as source, closing(open_archive(new, create=True)) as target:
            rows, lost = _copy(source, target)
        if not rows["retailers"] + rows["captures"]:
            raise StoreError(f"nothing can be read of {path}: put a copy of it in its place, or crawl anew")
        kept = _beside(path)
        os.link(path, kept)
        for name in ("-wal", "-shm"):  # of the damaged file, and none of the new one's
            path.with_name(path.name + name).unlink(missing_ok=True)
        new.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{path} cannot be salvaged: {' '.join(str(error).split())}") from error
    finally:
        _remove(header)
        _remove(new)
    return Salvaged(rows, lost, kept)


def _take_log_in(path: Path) -> None:
    """Have SQLite take its write-ahead log into the file, where it can: the new file must not meet it."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")


def _readable(path: Path, copy: Path) -> Database:
    """The damaged file as SQLite reads it; where it does not, a copy whose header is mended."""
    db = open_damaged(path)
    try:
        db.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.Error:
        db.close()
    else:
        return db
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
    db = open_damaged(copy)
    try:
        db.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.Error as error:
        db.close()
        raise StoreError(
            f"nothing can be read of {path} ({error}): its first page is lost; put a copy of it in its place, or crawl anew"
        ) from error
    return db


def _copy(source: Database, target: Database) -> tuple[dict[str, int], list[Range]]:
    """Copy the rows of facts; what they refer to may be lost, which the next verification sees."""
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
    except (sqlite3.IntegrityError, sqlite3.DataError):  # a value that no row can have
        lost.append((table, row[0], row[0]))
        return 0
    return 1


def _columns(source: Database, target: Database, table: str) -> list[str]:
    """The columns that both files have; none where the damaged one does not tell."""
    try:
        there = {row[1] for row in source.execute(f"pragma table_info({table})").fetchall()}
    except sqlite3.Error:
        return []
    return [row[1] for row in target.execute(f"pragma table_info({table})").fetchall() if row[1] in there]


def _beside(path: Path) -> Path:
    return next(name for name in _names(path) if not name.exists())


def _names(path: Path) -> Iterator[Path]:
    number = 1
    while True:
        yield path.with_name(f"{path.name}.damaged-{number}")
        number += 1


def _remove(path: Path) -> None:
    for name in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + name).unlink(missing_ok=True)
