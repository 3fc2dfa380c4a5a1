"""Copy what users added to a damaged archive file into a new one: tables, views, indexes, triggers.

Everything that cannot be copied is named. Triggers on tables of policytrail are not copied: they could change
facts. `verify` reports them.
"""

import re
import sqlite3
from dataclasses import dataclass
from functools import cache
from itertools import islice

from sqlite_utils import Database

from db.database import UNREADABLE, transaction
from db.errors import StoreError, one_line
from db.schema.migrations import migrations
from db.verify import damaged_reader
from db.verify.damaged_reader import Range

BATCH = 500  # rows in one transaction
MAX_STEPS = 10_000_000  # of SQLite's machine, to create one object: it needs a few
_CREATE = re.compile(r"\s*create\s+(?:virtual\s+table|table|view|trigger|(?:unique\s+)?index)\b", re.I)
_VIRTUAL = re.compile(r"\s*create\s+virtual\b", re.I)
_OF_OTHER_ROWS = re.compile(r"\bcontent\s*=", re.I)
_REFUSED = (*UNREADABLE, StoreError, sqlite3.Warning)
_ORDER = ("virtual", "table", "index", "view", "trigger")
_MASTER = """select type, name, tbl_name, sql from sqlite_master
    where sql is not null and name not like 'sqlite\\_%' escape '\\' order by rowid"""


@dataclass(frozen=True)
class OwnObject:
    """One object that no migration made. `kind` is SQLite's type, or `virtual` for a virtual table."""

    kind: str
    name: str
    table: str
    sql: str

    @property
    def is_of_other_rows(self) -> bool:
        """Whether this is a full-text table whose rows are in another table, or nowhere."""
        return self.kind == "virtual" and bool(_OF_OTHER_ROWS.search(self.sql))

    def __str__(self) -> str:
        return f"your {'table' if self.kind == 'virtual' else self.kind} {self.name[:100]!r}"


@cache
def names() -> frozenset[str]:
    """Return the names of all objects that a migration ever made, in lower case."""
    db = Database(memory=True)
    found: set[str] = set()
    steps = [migration.name for migration in migrations._migrations]
    for stop in (*steps[1:], None):
        migrations.apply(db, stop_before=stop)
        found |= {str(row[0]).lower() for row in db.execute("select name from sqlite_master").fetchall()}
    return frozenset(found)


def strange_triggers(db: Database) -> list[str]:
    """Return the names of triggers on tables and views of policytrail that no migration made."""
    rows = db.execute("select name, tbl_name from sqlite_master where type = 'trigger' order by name")
    return [
        str(name)
        for name, table in rows.fetchall()
        if str(name).lower() not in names() and str(table).lower() in names()
    ]


def copy(source: Database, target: Database, lost_rows: list[Range]) -> tuple[dict[str, int], list[str]]:
    """Copy all objects of users with their rows.

    Return the number of copied rows by table, and a line for each object that is lost. Unreadable rows are
    added to `lost_rows`.
    """
    saved: dict[str, int] = {}
    objects, lost = _objects(source)
    for own in sorted(objects, key=lambda own: _ORDER.index(own.kind)):
        if own.kind == "table" and _exists(target, own.name):
            continue  # a virtual table made it
        if own.kind == "trigger" and own.table.lower() in names():
            lost.append(f"{own}: only policytrail may have triggers on {own.table[:100]}")
            continue
        try:
            _create(target, own)
            if own.kind == "table" or (own.kind == "virtual" and not own.is_of_other_rows):
                saved[own.name] = _copy_rows(source, target, own, lost_rows)
        except _REFUSED as error:
            lost.append(f"{own} ({one_line(error)})")
    for own in objects:
        if own.is_of_other_rows and _exists(target, own.name):
            try:
                _rebuild(target, own)
            except _REFUSED as error:
                lost.append(f"the content of {own} ({one_line(error)})")
    return saved, lost


def _objects(source: Database) -> tuple[list[OwnObject], list[str]]:
    """Return the objects of users, and lines about those that cannot be read."""
    found, lost = [], []
    try:
        for kind, name, table, sql in source.execute(_MASTER):
            if str(name).lower() in names() or str(name).lower().startswith("versions_fts"):
                continue
            own = OwnObject(
                "virtual" if _VIRTUAL.match(str(sql)) else str(kind), str(name), str(table), str(sql)
            )
            if own.kind in _ORDER and _CREATE.match(own.sql):
                found.append(own)
            else:
                lost.append(f"{own} (its definition is damaged)")
    except UNREADABLE as error:
        lost.append(f"your tables and views that are defined after the damage ({one_line(error)})")
    return found, lost


def _create(target: Database, own: OwnObject) -> None:
    target.conn.set_progress_handler(lambda: 1, MAX_STEPS)
    try:
        with transaction(target):
            target.execute(own.sql)
    finally:
        target.conn.set_progress_handler(None, 0)


def _rebuild(target: Database, own: OwnObject) -> None:
    """Fill a full-text table from the table that has its rows."""
    table = _quoted(own.name)
    with transaction(target):
        target.execute(f"insert into {table}({table}) values ('rebuild')")


def _copy_rows(source: Database, target: Database, own: OwnObject, lost: list[Range]) -> int:
    table = _quoted(own.name)
    columns = [
        str(row[1]) for row in source.execute(f"pragma table_xinfo({table})").fetchall() if row[6] == 0
    ]
    has_rowid = "rowid" not in map(str.lower, columns) and _has_rowid(source, table)
    listed = ", ".join(map(_quoted, columns))
    unreadable: list[Range] = []
    rows = damaged_reader.rows(source, table, listed, unreadable, has_rowid=has_rowid)
    into = f"{'rowid, ' if has_rowid else ''}{listed}"
    statement = f"insert into {table} ({into}) values ({', '.join('?' * (len(columns) + has_rowid))})"
    saved = 0
    while batch := list(islice(rows, BATCH)):
        with transaction(target):
            for row in batch:
                try:
                    target.conn.execute(statement, row if has_rowid else row[1:])
                    saved += 1
                except sqlite3.Error:  # a value that the table refuses
                    unreadable.append((table, row[0], row[0]))
    lost += [(own.name, first, last) for _, first, last in unreadable]
    return saved


def _has_rowid(source: Database, table: str) -> bool:
    try:
        source.execute(f"select rowid from {table} limit 0")
    except sqlite3.OperationalError:
        return False
    return True


def _exists(target: Database, name: str) -> bool:
    return bool(
        target.execute("select 1 from sqlite_master where name = ? collate nocase", [name]).fetchone()
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
