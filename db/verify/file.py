"""Checks of the file: its header, SQLite's own checks, and the schema of the migrations."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from db.database import UNREADABLE, read_archive
from db.errors import NewerSchemaError, NotAnArchiveError, one_line
from db.schema.migrations import APPLICATION_ID, migrations
from db.verify import own_objects
from db.verify.damaged_reader import format_range, unreadable_ranges
from db.verify.faults import Faults, Problem

OLDER = "its schema is of an older policytrail: the next command that writes brings it up to date"
MESSAGES = 200  # at most this many messages of SQLite's integrity check are read
# Position -> header bytes that are the same in every archive file
# (https://www.sqlite.org/fileformat2.html, section 1.3).
FIXED = {
    0: b"SQLite format 3\0",
    20: b"\0\x40\x20\x20",
    56: b"\0\0\0\x01",
    60: bytes(4),
    68: b"polt",
    72: bytes(20),
}
_OF_AN_INDEX = re.compile(
    r"row \d+ missing from index|wrong # of entries in index|non-unique entry in index|index \w+ "
)
_PAGE = re.compile(r"page (\d+)", re.I)


def open_damaged(path: Path) -> Database:
    """Open an archive file for reading, even if it is damaged.

    SQLite reads nothing of a file that is cut off at its end, unless the schema is writable. Bytes that are
    not UTF-8 are replaced.

    Raises NoArchiveError, NotAnArchiveError, StoreError.
    """
    db = read_archive(path)
    db.conn.text_factory = lambda raw: raw.decode("utf-8", "replace")
    pragmas = ["cell_size_check = on", "trusted_schema = off", "query_only = on"]
    if _missing_pages(path):
        pragmas.append("writable_schema = on")
    for pragma in pragmas:
        try:
            db.conn.execute(f"pragma {pragma}")
        except UNREADABLE:  # the checks will report the damage
            break
    return db


def check(path: Path, db: Database, faults: Faults) -> None:
    """Check the file, and whether all of it can be read. Problems are added to `faults`.

    Raises NotAnArchiveError (the file never was an archive file) and NewerSchemaError.
    """
    _header(path, faults)
    _refuse_strangers(path, db, faults)
    for part in (_integrity, _schema, _references):
        try:
            part(db, faults)
        except UNREADABLE as error:
            faults.tree = True
            what = f"SQLite cannot read all of it: {one_line(error)}"
            faults.add(Problem("file", path.name, None, what))
            break
    if faults.tree:
        for lost in unreadable_ranges(db):
            faults.add(Problem("file", lost[0], None, f"{format_range(lost)} cannot be read"))


def _integrity(db: Database, faults: Faults) -> None:
    for (message,) in db.execute(f"pragma integrity_check({MESSAGES})").fetchall():
        for line in filter(None, str(message).split("\n")):
            if line != "ok" and not line.startswith("***"):
                _add_message(db, line, faults)


def _references(db: Database, faults: Faults) -> None:
    for table, row, parent, _ in db.execute("pragma foreign_key_check").fetchall():
        faults.add(Problem("facts", table, row, f"the row of {parent} that it names is not there"))


def _add_message(db: Database, line: str, faults: Faults) -> None:
    of_index = bool(_OF_AN_INDEX.search(line))
    faults.index |= of_index
    faults.tree |= not of_index
    page = _PAGE.search(line)
    table = _table_of(db, int(page[1])) if page else None
    faults.add(Problem("file", table or "SQLite", None, line[:200]))


def _table_of(db: Database, page: int) -> str | None:
    """Return the table to which a page of the file belongs, or None."""
    try:
        row = db.execute("select name from dbstat where pageno = ?", [page]).fetchone()
    except UNREADABLE:
        return None
    return str(row[0]) if row else None


def _header(path: Path, faults: Faults) -> None:
    """Check the fixed bytes of the header, and the size of the file.

    Raises NotAnArchiveError for a file with neither SQLite's nor our identifier.
    """
    with path.open("rb") as file:
        start = file.read(100)
    if not any(start[at : at + 4] == FIXED[at][:4] for at in (0, 68)):
        raise NotAnArchiveError(f"{path} is not a policytrail archive")
    for at, bytes_ in FIXED.items():
        if start[at : at + len(bytes_)] != bytes_:
            faults.tree = True
            what = f"its header is damaged at bytes {at} to {at + len(bytes_) - 1}"
            faults.add(Problem("file", path.name, None, what))
    if len(start) == 100 and (size := int.from_bytes(start[16:18]) or 0) and size != 1:
        extra = path.stat().st_size % size
        if extra:
            faults.tree = True
            what = f"it is cut off: {extra} bytes beyond its last whole page"
            faults.add(Problem("file", path.name, None, what))
    missing = _missing_pages(path)
    if missing and not path.with_name(f"{path.name}-wal").exists():  # that may have these pages
        faults.tree = faults.cut_off = True
        what = f"it is cut off: its last {missing} pages are missing"
        faults.add(Problem("file", path.name, None, what))


def _missing_pages(path: Path) -> int:
    """Return how many pages the file lacks at its end, by the number in its header."""
    with path.open("rb") as file:
        start = file.read(100)
    page = int.from_bytes(start[16:18])
    page = 1 << 16 if page == 1 else page
    if len(start) < 100 or page < 512:
        return 0
    return max(0, int.from_bytes(start[28:32]) - -(-path.stat().st_size // page))


def _refuse_strangers(path: Path, db: Database, faults: Faults) -> None:
    """Raise an error for a file of another program or of a newer policytrail.

    A file that cannot be read raises nothing here: it counts as damaged.
    """
    known = [migration.name for migration in migrations._migrations]
    try:
        tables = {str(row[0]) for row in db.execute("select name from sqlite_master where type = 'table'")}
        (application_id,) = db.execute("pragma application_id").fetchone()
        if application_id != APPLICATION_ID and not {"captures", "bodies"} <= tables:
            raise NotAnArchiveError(f"{path} is not a policytrail archive")
        applied = {
            str(row[0])
            for row in db.execute("select name from _sqlite_migrations where migration_set = 'policytrail'")
        }
    except UNREADABLE:
        return
    if any(re.fullmatch(r"m\d{3}_\w+", name) and name[:4] > known[-1][:4] for name in applied):
        raise NewerSchemaError(f"{path} was written by a newer policytrail; update policytrail")
    if applied < set(known):
        faults.notes.append(OLDER)
    elif applied != set(known):
        what = "does not list the migrations that made this archive"
        faults.add(Problem("schema", "_sqlite_migrations", None, what))


def _schema(db: Database, faults: Faults) -> None:
    if OLDER in faults.notes:
        return
    made, found = dict(schema()), dict(_objects(db))
    for (kind, name), sql in made.items():
        if (kind, name) not in found:
            faults.add(Problem("schema", f"{kind} {name}", None, "is missing"))
        elif found[kind, name] != sql:
            faults.add(Problem("schema", f"{kind} {name}", None, "is not as policytrail makes it"))
    for name in own_objects.strange_triggers(db):  # users may add tables and views, with triggers on them
        faults.add(Problem("schema", f"trigger {name}", None, "is none of policytrail's"))


@cache
def schema() -> tuple[tuple[tuple[str, str], str], ...]:
    """Return all tables, indexes, views and triggers that the migrations make.

    Each item is ((kind, name), SQL), in the order of creation.
    """
    db = Database(memory=True)
    migrations.apply(db)
    return tuple(_objects(db))


def _objects(db: Database) -> Iterator[tuple[tuple[str, str], str]]:
    for kind, name, sql in db.execute(
        """select type, name, sql from sqlite_master
        where sql is not null and name not like 'sqlite_stat%' order by rowid"""
    ).fetchall():
        yield (kind, name), sql
