import re

from sqlite_utils import Database

from db.store import run_log


def test_a_run_leaves_a_row(db: Database) -> None:
    number = run_log.begin(db, "crawl archive.db")
    run_log.finish(db, number, "done", {"requests": 7, "fetched": 5, "anything else": 1})
    row = next(iter(db["crawls"].rows))
    started, finished = row.pop("started_at"), row.pop("finished_at")
    assert row == {
        "id": number,
        "command": "crawl archive.db",
        "outcome": "done",
        "requests": 7,
        "listed": 0,
        "fetched": 5,
        "failed": 0,
        "excluded": 0,
        "versions": 0,
        "changes": 0,
    }
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment) for moment in (started, finished))
    assert started <= finished


def test_a_run_without_an_end_was_interrupted(db: Database) -> None:
    killed = run_log.begin(db, "crawl")
    ended = run_log.begin(db, "crawl")
    run_log.finish(db, ended, "done in part", {})
    run_log.begin(db, "crawl")
    outcomes = db.execute("select id, outcome from crawls order by id").fetchall()
    assert outcomes == [(killed, "interrupted"), (ended, "done in part"), (ended + 1, None)]
