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


DAYS = ("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04")


def add(db: Database, command: str, started_at: str, finished_at: str | None, outcome: str | None) -> None:
    row = [command, started_at, finished_at, outcome]
    db.execute("insert into crawls (command, started_at, finished_at, outcome) values (?, ?, ?, ?)", row)


def test_when_the_last_finished_run_began(db: Database) -> None:
    assert run_log.last_began(db) is None
    for day in DAYS[:2]:
        add(db, "crawl archive.db", f"{day}T02:00:00Z", f"{day}T03:00:00Z", "done")
    assert run_log.last_began(db) == "2026-01-02T02:00:00Z"
    add(db, "rebuild archive.db", "2026-01-03T02:00:00Z", "2026-01-03T03:00:00Z", "done")
    add(db, "verify archive.db --repair", "2026-01-03T04:00:00Z", "2026-01-03T05:00:00Z", "done")
    add(db, "crawl archive.db", "2026-01-04T02:00:00Z", None, None)
    assert run_log.last_began(db) == "2026-01-02T02:00:00Z"


def test_the_outcome_of_the_last_crawl_is_not_hidden_by_other_commands(db: Database) -> None:
    assert run_log.last_outcome(db, "crawl") is None
    for command, outcome in (("crawl archive.db", "down"), ("import archive.db x", "done")):
        add(db, command, "2026-01-01T02:00:00Z", "2026-01-01T03:00:00Z", outcome)
    assert run_log.last_outcome(db, "crawl") == "down"
    assert run_log.last_outcome(db, "crawl", "import") == "done"
    add(db, "crawl", "2026-01-02T02:00:00Z", "2026-01-02T02:01:00Z", "searched")
    assert run_log.last_outcome(db, "crawl") == "searched"
    assert run_log.last_outcome(db, "crawl", without=3) == "down"
    add(db, "crawl archive.db", "2026-01-02T02:01:00Z", None, None)
    assert run_log.last_outcome(db, "crawl", without=3) == "down"


def test_killed_runs_before_a_finished_one_belong_to_it(db: Database) -> None:
    for day, hour in zip(DAYS, ("03", None, None, "03"), strict=True):
        ended = f"{day}T{hour}:00:00Z" if hour else None
        add(db, "crawl archive.db", f"{day}T02:00:00Z", ended, "done" if hour else "interrupted")
    assert run_log.last_began(db) == "2026-01-02T02:00:00Z"
    add(db, "crawl archive.db", "2026-01-05T02:00:00Z", None, "interrupted")
    assert run_log.last_began(db) == "2026-01-02T02:00:00Z"


def test_the_search_for_addresses_belongs_to_its_crawl(db: Database) -> None:
    for command, began, ended in (
        ("crawl archive.db", "02:00:00", "02:10:00"),
        ("crawl archive.db", "04:00:00", "04:10:00"),
        ("crawl archive.db", "04:10:01", "04:20:00"),
    ):
        add(db, command, f"2026-01-01T{began}Z", f"2026-01-01T{ended}Z", "done")
    assert run_log.last_began(db) == "2026-01-01T04:00:00Z"
    add(db, "import archive.db", "2026-01-01T04:20:01Z", "2026-01-01T04:20:02Z", "done")
    assert run_log.last_began(db) == "2026-01-01T04:20:01Z"


def test_a_run_that_was_refused_before_it_fetched_anything_does_not_count(db: Database) -> None:
    refused = f"web.archive.org {run_log.REFUSES}: 429. Nothing is lost; run this again later"
    for day, outcome in zip(DAYS, ("done", refused, f"done in part: {refused}", refused), strict=True):
        add(db, "crawl archive.db", f"{day}T02:00:00Z", f"{day}T03:00:00Z", outcome)
    assert run_log.last_began(db) == "2026-01-01T02:00:00Z"
    assert run_log.last_began(db, refused=True) == "2026-01-04T02:00:00Z"
    db.execute("update crawls set fetched = 1 where started_at like '2026-01-03%'")
    assert run_log.last_began(db) == "2026-01-03T02:00:00Z"
