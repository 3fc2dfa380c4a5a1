"""Running of all checks that need no extraction.

If a check fails with an error, the others still run.
"""

from collections.abc import Callable, Collection
from pathlib import Path

from sqlite_utils import Database

from db.database import UNREADABLE
from db.errors import StoreError, one_line
from db.verify import bodies, facts, file, foreign_bodies, search_index
from db.verify.findings import Findings, Problem


def check_archive(path: Path) -> Findings:
    """Check the file and all rows of an archive file. Nothing is written.

    Raises NoArchiveError, NotAnArchiveError, NewerSchemaError, StoreError.
    """
    findings = Findings()
    db = file.open_damaged(path)
    try:
        file.check(path, db, findings)
        check_rows(db, findings)
    finally:
        db.close()
    return findings


def check_rows(
    db: Database,
    findings: Findings,
    some_bodies: Collection[int] | None = None,
    some_texts: Collection[int] | None = None,
) -> None:
    """Check all rows, and add problems to `findings`.

    With `some_bodies` or `some_texts` (ids), only these bodies or texts are checked.
    """
    guarded(findings, "bodies", lambda: bodies.check(db, findings, some_bodies))
    guarded(findings, "facts", lambda: facts.check(db, findings))
    guarded(findings, "captures", lambda: foreign_bodies.check(db, findings, some_bodies))
    guarded(findings, "texts", lambda: facts.texts(db, findings, some_texts))
    guarded(findings, "versions_fts", lambda: search_index.check(db, findings))


def guarded(findings: Findings, table: str, check: Callable[[], object]) -> None:
    """Run a check. If SQLite cannot read the table, add that as a problem.

    What the schema of an older policytrail does not have is a note, because nothing is damaged.
    """
    try:
        check()
    except (*UNREADABLE, StoreError) as error:
        if file.OLDER in findings.notes and str(error).startswith(("no such table: ", "no such column: ")):
            findings.notes.append(f"{table}: not all can be checked before that ({one_line(error)})")
            return
        findings.tree = True
        findings.add(Problem("file", table, None, f"cannot be checked: {one_line(error)}"))
