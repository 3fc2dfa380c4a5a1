"""The log of runs: every command that adds to an archive leaves a row, also one that was killed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from db import times
from db.database import transaction

RUN = "command, started_at, finished_at, outcome, requests, listed, fetched, failed, excluded, versions, changes"


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


def take_over(db: Database, runs: Iterable[Sequence[Any]]) -> None:
    """Enter runs (the columns of `RUN`) of another archive, each once. To be called inside a transaction.

    A run that ended is known by all that its row says: two machines may start the same command in one second. One that did
    not end is known by its command and start, and gives way to the row that says how it did; as here, it was interrupted.
    """
    marks = ", ".join("?" * len(RUN.split(", ")))
    same = " and ".join(f"{name} is ?" for name in RUN.split(", "))
    for command, started_at, finished_at, outcome, *counts in runs:
        run = [command, started_at, finished_at, outcome or "interrupted", *counts]
        known = (same, run) if finished_at else ("command = ? and started_at = ?", run[:2])
        if db.execute(f"select 1 from crawls where {known[0]}", known[1]).fetchone():
            continue
        if finished_at:
            unended = "command = ? and started_at = ? and finished_at is null and outcome is not null"
            db.execute(f"delete from crawls where {unended}", run[:2])
        db.execute(f"insert into crawls ({RUN}) values ({marks})", run)
