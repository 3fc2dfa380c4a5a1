"""The log of runs: a row for every command that writes to an archive file, even if it was killed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from db import times
from db.database import transaction

REFUSES = "refuses us"  # in the outcome of a run that a web archive refused
_BRING_NOTHING = ("rebuild", "verify")  # commands that only derive again, or check
_PAUSE = 10  # seconds between the search for addresses and the rest of a crawl, at most
_COLUMNS = [
    *("command", "started_at", "finished_at", "outcome"),
    *("requests", "listed", "fetched", "failed", "excluded", "versions", "changes"),
]
RUN = ", ".join(_COLUMNS)


def begin(db: Database, command: str) -> int:
    """Store that a run started, and return its id.

    Earlier runs without an end were killed. They are marked as interrupted.
    """
    with transaction(db):
        db.execute("update crawls set outcome = 'interrupted' where finished_at is null and outcome is null")
        cursor = db.execute("insert into crawls (command, started_at) values (?, ?)", [command, times.now()])
    return int(cursor.lastrowid or 0)


def finish(db: Database, crawl_id: int, outcome: str, counts: Mapping[str, int]) -> None:
    """Store how a run ended.

    `counts` can have requests, listed, fetched, failed and excluded; a missing one counts as 0.
    """
    names = ("requests", "listed", "fetched", "failed", "excluded")
    with transaction(db):
        db.execute(
            """update crawls set finished_at = ?, outcome = ?, requests = ?, listed = ?, fetched = ?,
                   failed = ?, excluded = ?, versions = (select count(*) from versions),
                   changes = (select count(*) from changes where kind = 'wording')
               where id = ?""",
            [times.now(), outcome, *(counts.get(name, 0) for name in names), crawl_id],
        )


def take_over(db: Database, runs: Iterable[Sequence[Any]]) -> None:
    """Store the runs of another archive file, each only once. Call it inside a transaction.

    `runs` have the columns of `RUN`. A finished run is identified by all its values, because two machines can
    start the same command in the same second. A run without an end is identified by command and start, and
    counts as interrupted. If the same run with its end is found, that row replaces it.
    """
    marks = ", ".join("?" * len(_COLUMNS))
    same = " and ".join(f"{name} is ?" for name in _COLUMNS)
    for command, started_at, finished_at, outcome, *counts in runs:
        run = [command, started_at, finished_at, outcome or "interrupted", *counts]
        known = (same, run) if finished_at else ("command = ? and started_at = ?", run[:2])
        if db.execute(f"select 1 from crawls where {known[0]}", known[1]).fetchone():
            continue
        if finished_at:
            unended = "command = ? and started_at = ? and finished_at is null and outcome is not null"
            db.execute(f"delete from crawls where {unended}", run[:2])
        db.execute(f"insert into crawls ({RUN}) values ({marks})", run)


def last_outcome(db: Database, *commands: str, without: int | None = None) -> str | None:
    """Return the outcome of the last run of some commands ("crawl") that ended, None before the first.

    `without` is the id of a run that does not count.
    """
    rows = db.execute(
        "select command, outcome from crawls where finished_at is not null and id is not ? order by id desc",
        [without],
    )
    return next((outcome for command, outcome in rows if command.partition(" ")[0] in commands), None)


def last_began(db: Database, *, refused: bool = False) -> str | None:
    """Return when the last finished run that can bring captures began; None before the first.

    The runs directly before it that did not finish belong to it, because nobody has reported their news. So
    does the search for addresses with which a crawl begins: a run of the same command that ended just before.
    A run that a web archive refused before it fetched anything counts only with `refused`: for what is sent
    after that run.
    """
    rows = db.execute(
        """select command, started_at, finished_at, outcome, fetched from crawls
        where finished_at is not null or outcome is not null order by started_at desc, id desc"""
    )
    began = after = None
    for command, started_at, finished_at, outcome, fetched in rows:
        is_refused = REFUSES in (outcome or "") and not fetched
        if command.partition(" ")[0] in _BRING_NOTHING or (is_refused and not refused):
            continue
        if began is None:
            began, after = (started_at, command) if finished_at else (None, None)
        elif finished_at is None or (command == after and _is_just_before(finished_at, began)):
            began = started_at
        else:
            break
    return began


def _is_just_before(ended: str, began: str) -> bool:
    seconds = (datetime.fromisoformat(began) - datetime.fromisoformat(ended)).total_seconds()
    return seconds <= _PAUSE
