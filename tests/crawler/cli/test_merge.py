"""`policytrail merge`: what it says, how it ends, and that whoever uses it wrongly hears one line."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db.database import open_archive
from tests.support.commands import URI, Run, error, policy
from tests.support.warcs import record, zipped

SUMMARY = "1 retailers, 1 pages, 4 captures, 3 bodies new"


def rows(db: str, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def other(policytrail: Run, archive: str) -> str:
    """The same shop, with a later capture, and another body for an early one."""
    odd = (
        record(policy("number"), URI, "2014-01-01T00:00:00Z"),
        record(policy("address"), URI, "2020-01-01T00:00:00Z"),
    )
    Path("odd.warc.gz").write_bytes(zipped(*odd))
    assert policytrail("import", "b.db", "odd.warc.gz", "--jobs", "1").status == 0
    return "b.db"


def test_two_archives_become_one(policytrail: Run, archive: str) -> None:
    shutil.copy(archive, "copy.db")
    assert policytrail("merge", "all.db", archive, "copy.db") == (0, f"2 archives merged: {SUMMARY}\n", "")
    assert policytrail("log", "all.db").out == policytrail("log", archive).out
    assert policytrail("merge", "all.db", "copy.db") == (0, "1 archive merged: nothing new\n", "")
    assert rows(
        "all.db",
        "select command, outcome, listed, fetched from crawls where command like 'merge%' order by id",
    ) == [
        ("merge all.db a.db copy.db", "done", 4, 4),
        ("merge all.db copy.db", "done", 0, 0),
    ]


def test_two_bodies_for_one_capture_are_told(policytrail: Run, archive: str, other: str) -> None:
    """The captures have different digests, as long as an index says so; here it says the same."""
    for db in (archive, other):
        with closing(sqlite3.connect(db)) as connection, connection:
            connection.execute("update captures set digest = 'D' || timestamp")
    said = policytrail("merge", "all.db", archive, other)
    first, line = said.out.splitlines()
    assert (said.status, first) == (
        0,
        "2 archives merged: 1 retailers, 1 pages, 5 captures, 4 bodies, 1 conflicts new",
    )
    assert line.startswith(f"two bodies for {URI} at 20140101000000: ")
    assert {"(shop.warc.gz, not asked for)", "(odd.warc.gz, not asked for)"} <= {
        part.partition(" ")[2] for part in line.partition(": ")[2].split(", and ")
    }
    assert f"\n  {line}\n" in policytrail("status", "all.db", "shop.example").out
    assert len(json.loads(policytrail("status", "all.db", "--json").out)[0]["conflicts"]) == 1
    assert rows("all.db", "select count(*) from captures where state = 'fetched' and verdict is null") == [
        (0,)
    ]
    assert policytrail("merge", "turned.db", other, archive).out.splitlines()[0] == first
    query = "select number, first_seen, last_seen, captures, text_id from versions order by number"
    assert rows("turned.db", query) == rows("all.db", query)


def test_many_conflicts_take_few_lines(policytrail: Run, archive: str) -> None:
    uris = [f"http://shop.example/{number}" for number in range(12)]
    for name in ("one", "two"):
        Path(f"{name}.warc.gz").write_bytes(
            zipped(*(record(policy(name), uri, "2014-01-01T00:00:00Z") for uri in uris))
        )
        assert policytrail("import", f"{name}.db", f"{name}.warc.gz", "--jobs", "1").status == 0
        with closing(sqlite3.connect(f"{name}.db")) as connection, connection:
            connection.execute("update captures set digest = 'D'")
    lines = policytrail("merge", "all.db", "one.db", "two.db").out.splitlines()
    assert len(lines) == 12
    assert lines[-1] == "and 2 more: see the view conflicting_captures"
    details = policytrail("status", "all.db", "shop.example").out
    assert sum("two bodies for" in line for line in details.splitlines()) == 3
    assert "9 more captures with two bodies: see the view conflicting_captures" in details


def test_what_was_judged_by_nobody_is_judged(policytrail: Run, archive: str) -> None:
    log = policytrail("log", archive).out
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute("update captures set verdict = null, reason = null, text_id = null")
        for table in ("variants", "changes", "versions"):
            connection.execute(f"delete from {table}")
    assert policytrail("merge", "all.db", archive, "--jobs", "1").status == 0
    assert policytrail("log", "all.db").out == log


def test_the_report_says_what_came(policytrail: Run, archive: str) -> None:
    assert policytrail("merge", "all.db", archive, "--report", "report.json").status == 0
    report = json.loads(Path("report.json").read_text())
    assert (report["exit_status"], report["requests"], report["listed"], report["fetched"]) == (0, 0, 4, 4)
    (shop,) = report["retailers"]
    assert (shop["domain"], shop["captures"], len(shop["versions"]), len(shop["changes"])) == (
        "shop.example",
        4,
        2,
        1,
    )


def test_an_archive_is_not_merged_into_itself(policytrail: Run, archive: str) -> None:
    Path("link.db").symlink_to(archive)
    message = "is the archive file that the others are merged into: leave it out"
    assert error(policytrail("merge", archive, "link.db")) == f"link.db {message}"
    assert error(policytrail("merge", archive, archive)) == f"a.db {message}"


def test_wrong_paths_are_told_before_anything_is_made(policytrail: Run, archive: str) -> None:
    Path("notes.db").write_text("buy milk")
    assert error(policytrail("merge", "all.db", archive, "none.db")) == "there is no archive at none.db"
    assert error(policytrail("merge", "all.db", "notes.db")) == "notes.db is not a policytrail archive"
    assert error(policytrail("merge", "all.db", ".")) == ". is not a policytrail archive"
    assert "Missing argument 'OTHER...'" in error(policytrail("merge", "all.db"))
    assert not Path("all.db").exists()
    assert "there is no folder" in error(policytrail("merge", "nowhere/all.db", archive))


def test_one_damaged_archive_does_not_keep_the_others_out(policytrail: Run, archive: str, other: str) -> None:
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("update bodies set data = zeroblob(9) where id = 2")
    said = policytrail("merge", "all.db", other, archive)
    assert (said.status, said.out) == (3, f"1 archive merged: {SUMMARY}\n")
    assert said.err.startswith("Error: b.db is damaged (body ")
    assert said.err.count("\n") == 1
    only = policytrail("merge", "none.db", other)
    assert (only.status, only.out) == (2, "0 archives merged: nothing new\n")
    assert rows("none.db", "select count(*) from retailers") == [(0,)]


@pytest.mark.parametrize("damage", ["cut off", "within a page", "nothing left", "no first bytes", "rubbish"])
def test_a_damaged_part_is_named_and_the_others_are_merged(
    policytrail: Run, archive: str, other: str, damage: str
) -> None:
    content = Path(other).read_bytes()
    Path(other).write_bytes(
        {
            "cut off": content[:-8192],
            "within a page": content[: len(content) // 2 + 100],
            "nothing left": b"",
            "no first bytes": bytes(16) + content[16:],
            "rubbish": content[:100] + b"\xff" * (len(content) - 100),
        }[damage]
    )
    for order in ((other, archive), (archive, other)):
        said = policytrail("merge", "all.db", *order)
        assert said.status == 3
        assert said.out.startswith("1 archive merged: ")
        assert re.match(r"Error: b\.db is damaged \(.*\): nothing of it was merged\n\Z", said.err)
    assert rows("all.db", "select count(*) from captures") == [(4,)]
    only = policytrail("merge", "none.db", other)
    assert (only.status, only.out) == (2, "0 archives merged: nothing new\n")


def test_captures_that_only_get_a_body_are_counted(policytrail: Run, archive: str) -> None:
    shutil.copy(archive, "part.db")
    with closing(sqlite3.connect("part.db")) as connection, connection:
        connection.execute(
            """update captures set state = 'listed', body_id = null, text_id = null, verdict = null
            where id = 1"""
        )
    said = policytrail("merge", "part.db", archive)
    assert said.out == "1 archive merged: 1 captures whose body was missing\n"


def test_a_full_disk_changes_nothing(policytrail: Run, archive: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_full(path: Path, **options: bool) -> object:
        db = open_archive(path, **options)
        (pages,) = db.execute("pragma page_count").fetchone()
        db.execute(f"pragma max_page_count = {pages + 1}")
        return db

    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute("update pages set finding = ?", ["x" * 100_000])
    monkeypatch.setattr("crawler.runs.open_archive", too_full)
    said = policytrail("merge", "all.db", archive)
    assert (said.status, said.out) == (3, "")
    assert "could not be written: database or disk is full" in said.err
    assert rows("all.db", "select count(*) from retailers") == [(0,)]


def test_runs_of_other_machines_are_in_the_log(policytrail: Run, archive: str, other: str) -> None:
    for db in (archive, other):
        with closing(sqlite3.connect(db)) as connection, connection:
            connection.execute("update crawls set started_at = '2020-01-01T00:00:00Z'")
    assert policytrail("merge", "all.db", archive, other).status == 0
    assert [row[0] for row in rows("all.db", "select command from crawls order by command")] == [
        "import a.db shop.warc.gz --jobs 1",
        "import b.db odd.warc.gz --jobs 1",
        "merge all.db a.db b.db",
    ]
    assert "last run: " in policytrail("status", "all.db").out
    assert " merge all.db a.db b.db: done\n" in policytrail("status", "all.db").out
