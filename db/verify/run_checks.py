"""Running of all checks that need no extraction.

If a check fails with an error, the others still run.
"""

from collections.abc import Callable, Collection
from pathlib import Path

from sqlite_utils import Database

from db.database import UNREADABLE
from db.errors import StoreError, one_line
from db.verify import bodies, facts, file, foreign_bodies, search_index
from db.verify.faults import Faults, Problem


def check_archive(path: Path) -> Faults:
    """Check the file and all rows of an archive file. Nothing is written.

    Raises NoArchiveError, NotAnArchiveError, NewerSchemaError, StoreError.
    """
    faults = Faults()
    db = file.open_damaged(path)
    try:
        file.check(path, db, faults)
        check_rows(db, faults)
    finally:
        db.close()
    return faults


def check_rows(
    db: Database,
    faults: Faults,
    some_bodies: Collection[int] | None = None,
    some_texts: Collection[int] | None = None,
) -> None:
    """Check all rows, and add problems to `faults`.

    With `some_bodies` or `some_texts` (ids), only these bodies or texts are checked.
    """
    guarded(faults, "bodies", lambda: bodies.check(db, faults, some_bodies))
    guarded(faults, "facts", lambda: facts.check(db, faults))
    guarded(faults, "captures", lambda: foreign_bodies.check(db, faults, some_bodies))
    guarded(faults, "texts", lambda: facts.texts(db, faults, some_texts))
    guarded(faults, "versions_fts", lambda: search_index.check(db, faults))


def guarded(faults: Faults, table: str, check: Callable[[], object]) -> None:
    """Run a check. If SQLite cannot read the table, add that as a problem.

    What the schema of an older policytrail does not have is a note, because nothing is damaged.
    """
    try:
        check()
    except (*UNREADABLE, StoreError) as error:
        if file.OLDER in faults.notes and str(error).startswith(("no such table: ", "no such column: ")):
            faults.notes.append(f"{table}: not all can be checked before that ({one_line(error)})")
            return
        faults.tree = True
        faults.add(Problem("file", table, None, f"cannot be checked: {one_line(error)}"))
