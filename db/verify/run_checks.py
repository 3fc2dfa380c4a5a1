"""All checks for which no page has to be extracted again; what one cannot read does not keep the others from going on."""

import sqlite3
from collections.abc import Callable, Collection
from pathlib import Path

from sqlite_utils import Database

from db.errors import StoreError
from db.verify import bodies, facts, file, foreign_bodies, search_index
from db.verify.findings import Findings, Problem


def look(path: Path) -> Findings:
    """What is wrong with an archive's file and rows; nothing is written.

    Raises NoArchiveError, NotAnArchiveError, NewerSchemaError, StoreError.
    """
    findings = Findings()
    db = file.open_damaged(path)
    try:
        file.check(path, db, findings)
        check(db, findings)
    finally:
        db.close()
    return findings


def check(
    db: Database,
    findings: Findings,
    some_bodies: Collection[int] | None = None,
    some_texts: Collection[int] | None = None,
) -> None:
    """Check all rows, or of bodies and texts only some."""
    guarded(findings, "bodies", lambda: bodies.check(db, findings, some_bodies))
    guarded(findings, "facts", lambda: facts.check(db, findings))
    guarded(findings, "captures", lambda: foreign_bodies.check(db, findings, some_bodies))
    guarded(findings, "texts", lambda: facts.texts(db, findings, some_texts))
    guarded(findings, "versions_fts", lambda: search_index.check(db, findings))


def guarded(findings: Findings, table: str, check: Callable[[], object]) -> None:
    """Take what SQLite cannot read for a finding."""
    try:
        check()
    except (sqlite3.Error, StoreError) as error:
        findings.tree = True
        findings.add(Problem("file", table, None, f"cannot be checked: {' '.join(str(error).split())[:200]}"))
