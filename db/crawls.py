"""The log of runs: every command that adds to an archive leaves a row, also one that was killed."""

from collections.abc import Mapping

from sqlite_utils import Database

from db import times
from db.archive import transaction


def begin(db: Database, command: str) -> int:
    """Note that a run has started and give its id. Runs without an end were killed: they are marked as interrupted."""
    with transaction(db):
        db.execute("update crawls set outcome = 'interrupted' where finished_at is null and outcome is null")
        cursor = db.execute("insert into crawls (command, started_at) values (?, ?)", [command, times.now()])
    return int(cursor.lastrowid or 0)


def finish(db: Database, crawl_id: int, outcome: str, counts: Mapping[str, int]) -> None:
    """Note how a run ended; `counts` are requests, listed, fetched, failed, excluded (those that are missing are 0)."""
    names = ("requests", "listed", "fetched", "failed", "excluded")
    with transaction(db):
        db.execute(
            """update crawls set finished_at = ?, outcome = ?, requests = ?, listed = ?, fetched = ?, failed = ?, excluded = ?,
                   versions = (select count(*) from versions), changes = (select count(*) from changes where kind = 'wording')
               where id = ?""",
            [times.now(), outcome, *(counts.get(name, 0) for name in names), crawl_id],
        )
