"""The file itself: its header, what SQLite's own checks say, and whether the schema is the one that the migrations make."""

import re
import sqlite3
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from db.database import read_archive
from db.errors import NewerSchemaError, NotAnArchiveError
from db.schema.migrations import APPLICATION_ID, migrations
from db.verify.damaged_reader import told, unreadable
from db.verify.findings import Findings, Problem

OLDER = "its schema is of an older policytrail: the next command that writes brings it up to date"
MESSAGES = 200  # of SQLite's integrity check
# The bytes of the header that are the same in every archive (https://www.sqlite.org/fileformat2.html, section 1.3).
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
    """Open an archive in whatever state for reading; text that is no UTF-8 is read as well as it can be.

    Raises NoArchiveError, NotAnArchiveError, StoreError.
    """
    db = read_archive(path)
    db.conn.text_factory = lambda raw: raw.decode("utf-8", "replace")
    for pragma in ("cell_size_check = on", "trusted_schema = off", "query_only = on"):
        try:
            db.conn.execute(f"pragma {pragma}")
        except sqlite3.DatabaseError:  # damaged: the checks will say how
            break
    return db


def check(path: Path, db: Database, findings: Findings) -> None:
    """Check the file, and whether all of it can be read; everything else relies on that.

    Raises NotAnArchiveError (no policytrail archive, and never was), NewerSchemaError.
    """
    _header(path, findings)
    _refuse_strangers(path, db, findings)
    for part in (_integrity, _schema, _references):
        try:
            part(db, findings)
        except sqlite3.Error as error:
            findings.tree = True
            findings.add(
                Problem("file", path.name, None, f"SQLite cannot read all of it: {_one_line(error)}")
            )
            break
    if findings.tree:
        for lost in unreadable(db):
            findings.add(Problem("file", lost[0], None, f"{told(lost)} cannot be read"))


def _integrity(db: Database, findings: Findings) -> None:
    for (message,) in db.execute(f"pragma integrity_check({MESSAGES})").fetchall():
        for line in filter(None, str(message).split("\n")):
            if line != "ok" and not line.startswith("***"):
                _take(db, line, findings)


def _references(db: Database, findings: Findings) -> None:
    for table, row, parent, _ in db.execute("pragma foreign_key_check").fetchall():
        findings.add(Problem("facts", table, row, f"the row of {parent} that it names is not there"))


def _take(db: Database, line: str, findings: Findings) -> None:
    of_index = bool(_OF_AN_INDEX.search(line))
    findings.index |= of_index
    findings.tree |= not of_index
    page = _PAGE.search(line)
    table = _table_of(db, int(page[1])) if page else None
    findings.add(Problem("file", table or "SQLite", None, f"{line[:200]}"))


def _table_of(db: Database, page: int) -> str | None:
    """Whose page this is; None where that cannot be said."""
    try:
        row = db.execute("select name from dbstat where pageno = ?", [page]).fetchone()
    except sqlite3.Error:
        return None
    return str(row[0]) if row else None


def _header(path: Path, findings: Findings) -> None:
    """Check what never differs; a file that has neither SQLite's nor our sign never was an archive."""
    with path.open("rb") as file:
        start = file.read(100)
    if not any(start[at : at + 4] == FIXED[at][:4] for at in (0, 68)):
        raise NotAnArchiveError(f"{path} is not a policytrail archive")
    for at, bytes_ in FIXED.items():
        if start[at : at + len(bytes_)] != bytes_:
            findings.tree = True
            findings.add(
                Problem(
                    "file", path.name, None, f"its header is damaged at bytes {at} to {at + len(bytes_) - 1}"
                )
            )
    if len(start) == 100 and (size := int.from_bytes(start[16:18]) or 0) and size != 1:
        extra = path.stat().st_size % size
        if extra:
            findings.tree = True
            findings.add(
                Problem("file", path.name, None, f"it is cut off: {extra} bytes beyond its last whole page")
            )


def _refuse_strangers(path: Path, db: Database, findings: Findings) -> None:
    """Leave alone what another program, or a newer policytrail, has made; what cannot be read is damaged."""
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
    except sqlite3.Error:
        return
    if any(re.fullmatch(r"m\d{3}_\w+", name) and name[:4] > known[-1][:4] for name in applied):
        raise NewerSchemaError(f"{path} was written by a newer policytrail; update policytrail")
    if applied < set(known):
        findings.notes.append(OLDER)
    elif applied != set(known):
        findings.add(
            Problem(
                "schema", "_sqlite_migrations", None, "does not list the migrations that made this archive"
            )
        )


def _schema(db: Database, findings: Findings) -> None:
    if OLDER in findings.notes:
        return
    made, found = dict(schema()), dict(_objects(db))
    for (kind, name), sql in made.items():
        if (kind, name) not in found:
            findings.add(Problem("schema", f"{kind} {name}", None, "is missing"))
        elif found[kind, name] != sql:
            findings.add(Problem("schema", f"{kind} {name}", None, "is not as policytrail makes it"))
    for kind, name in found.keys() - made.keys():
        if kind == "trigger":  # tables and views of the user's own are theirs
            findings.add(Problem("schema", f"{kind} {name}", None, "is none of policytrail's"))


@cache
def schema() -> tuple[tuple[tuple[str, str], str], ...]:
    """Every table, index, view and trigger that the migrations make, in their order: (kind, name), SQL."""
    db = Database(memory=True)
    migrations.apply(db)
    return tuple(_objects(db))


def _objects(db: Database) -> Iterator[tuple[tuple[str, str], str]]:
    for kind, name, sql in db.execute(
        "select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_stat%' order by rowid"
    ).fetchall():
        yield (kind, name), sql


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
