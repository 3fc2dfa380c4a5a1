"""What a rebuild says after the extractor changed; and that it leaves alone what has no body."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.workers.pool import WorkerPool
from db.database import open_archive, transaction
from db.history.text_distance import text_distance
from db.history.versions import stored
from db.store import extraction_queue
from db.store.texts import IMPORTED
from tests.support.commands import Run, error


def tables(db: str) -> list[list[Any]]:
    with closing(sqlite3.connect(db)) as connection:
        names = ("captures", "texts", "versions", "changes", "differences", "variants", "versions_fts")
        return [connection.execute(f"select * from {name} order by 1").fetchall() for name in names]


def as_an_older_extractor_had_it(db: str) -> None:
    """One of two texts lacked a paragraph, and one capture counted as a policy that is none."""
    archive = open_archive(db)
    with transaction(archive):
        archive.execute("pragma defer_foreign_keys = on")
        (old,) = archive.execute("select text_id from captures where timestamp like '2014%'").fetchone()
        archive.execute(
            """insert into texts select 7, 'old', title,
            replace(markdown, 'For cookies we collect personal information', 'We note'),
            language, words, completeness, '0', 'old', stated_date from texts where id = ?""",
            [old],
        )
        archive.execute("update captures set text_id = 7 where text_id = ?", [old])
        archive.execute(
            "update captures set verdict = 'thin' where timestamp like '2015%' and text_id is null"
        )
    archive.close()


def test_a_rebuild_without_a_new_extractor_says_nothing_more(policytrail: Run, archive: str) -> None:
    before = tables(archive)
    assert policytrail("rebuild", archive, "--jobs", "2") == (
        0,
        "4 captures extracted again, 2 versions\n",
        "",
    )
    assert tables(archive) == before


@pytest.mark.parametrize(
    "wrong",
    [
        "update changes set suspect = 'nothing'",
        "update changes set announced = 'silent'",
        "update changes set announced = null",
        "update changes set stated_date = '2018-05-25'",
        "update versions set suspect = 'nothing' where number = 1",
    ],
)
def test_wrong_marks_are_found_and_made_again(policytrail: Run, archive: str, wrong: str) -> None:
    before = tables(archive)
    db = open_archive(archive)
    with transaction(db):
        db.execute(wrong)
    db.close()
    found = policytrail("verify", archive, "--jobs", "1")
    assert found.status == 3
    assert "history" in found.out
    assert policytrail("rebuild", archive, "--jobs", "1").status == 0
    assert tables(archive) == before
    assert policytrail("verify", archive, "--jobs", "1").status == 0


def test_a_rebuild_tells_which_texts_it_changed(policytrail: Run, archive: str) -> None:
    before = tables(archive)
    as_an_older_extractor_had_it(archive)
    said = policytrail("rebuild", archive, "--jobs", "1")
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines() == [
        "4 captures extracted again, 2 versions",
        "2 captures have a different text than before, 1 a different verdict",
        "  shop.example 20140101000000 http://shop.example/privacy: +6 -2 words, 98% the same, and 1"
        " captures like it",
        "    [-We note-] {+For cookies we collect personal information+} such as your name, and we never"
        " share it with"
        " third parties.",
    ]
    assert tables(archive) == before


def test_the_same_as_json_and_in_the_report(policytrail: Run, archive: str) -> None:
    as_an_older_extractor_had_it(archive)
    said = policytrail("rebuild", archive, "--jobs", "1", "--json", "--report", "report.json")
    found = json.loads(said.out)
    assert (found["captures"], found["versions"], found["changed_texts"], found["changed_verdicts"]) == (
        4,
        2,
        2,
        1,
    )
    (one,) = found["largest"]
    assert (one["retailer"], one["timestamp"], one["captures"]) == ("shop.example", "20140101000000", 2)
    assert one["words_added"] > one["words_removed"] > 0
    assert json.loads(Path("report.json").read_text())["rebuilt"] == found


def test_texts_without_bodies_stay_as_they_are(policytrail: Run, archive: str) -> None:
    db = open_archive(archive)
    with transaction(db):
        gone = "state = 'listed', body_id = null, headers = null, fetched_at = null"
        db.execute(f"update captures set {gone} where timestamp like '2018%'")
        of_2018 = "select text_id from captures where timestamp like '2018%'"
        db.execute(f"update texts set extractor = ? where id = ({of_2018})", [IMPORTED])
    db.close()
    before = tables(archive)
    assert policytrail("rebuild", archive, "--jobs", "1").out == "3 captures extracted again, 2 versions\n"
    assert tables(archive) == before
    assert policytrail("verify", archive, "--jobs", "1").out.splitlines()[-1] == "sound"


def test_a_damaged_body_is_said_in_a_line(policytrail: Run, archive: str) -> None:
    db = open_archive(archive)
    db.execute("update bodies set data = x'00' where id = 1")
    db.close()
    said = policytrail("rebuild", archive, "--jobs", "1")
    assert (said.status, said.out) == (3, "")
    assert said.err.startswith("Error: body 1")
    assert said.err.endswith("is damaged; see 'policytrail verify'\n")
    assert error(policytrail("rebuild", "nowhere.db"))


def test_a_history_is_the_same_from_a_worker(archive: str) -> None:
    db = open_archive(archive)

    async def derive() -> object:
        with WorkerPool(db, jobs=1) as extraction:
            return await extraction.history(1)

    assert asyncio.run(derive()) == stored(db, 1)
    assert sorted(extraction_queue.judgements(db, 1)) == [1, 2, 3, 4]
    db.close()


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("update clauses set quote = 'x'", "does not follow from the texts"),
        ("update clause_places set start = 0", "does not follow from the texts"),
        ("delete from clause_places", "is missing"),
        ("delete from claim_readings where text_id = (select text_id from versions limit 1)", "is missing"),
        (
            "insert into claim_readings select 7, rules, 0 from claim_readings limit 1",
            "its text is of no version",
        ),
    ],
)
def test_damaged_claims_are_found_and_derived_again(
    policytrail: Run, archive: str, damage: str, what: str
) -> None:
    select = "select * from claims order by id"
    with closing(sqlite3.connect(archive)) as connection, connection:
        before = connection.execute(select).fetchall()
        connection.execute(damage)
    found = policytrail("verify", archive, "--jobs", "1")
    assert (found.status, what in found.out) == (3, True), found
    assert policytrail("verify", archive, "--repair", "--jobs", "1").status == 0
    with closing(sqlite3.connect(archive)) as connection:
        assert connection.execute(select).fetchall() == before
        assert connection.execute("select count(*) from claim_readings where text_id = 7").fetchone() == (0,)


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("update differences set added = 'x'", "does not follow from the captures"),
        ("delete from differences", "is missing"),
        (
            "insert into differences select change_id, 99, reason, section, removed, added, 0, 0, 0, 0"
            " from differences limit 1",
            "does not follow from the captures",
        ),
    ],
)
def test_damaged_differences_are_found_and_derived_again(
    policytrail: Run, archive: str, damage: str, what: str
) -> None:
    select = "select * from differences order by change_id, place"
    with closing(sqlite3.connect(archive)) as connection, connection:
        before = connection.execute(select).fetchall()
        connection.execute(damage)
    found = policytrail("verify", archive, "--jobs", "1")
    (change,) = {row[0] for row in before}
    assert (found.status, f"  differences {change}: {what}: shop.example" in found.out) == (3, True), found
    assert policytrail("verify", archive, "--repair", "--jobs", "1").status == 0
    with closing(sqlite3.connect(archive)) as connection:
        assert connection.execute(select).fetchall() == before


def test_how_far_two_texts_are_apart(db: Database) -> None:
    for number, markdown in (
        (1, "# Privacy\n\nWe may keep your name.\n\nEnd."),
        (2, "# Privacy\n\nWe can keep your name.\n\nEnd."),
    ):
        db.execute("insert into texts values (?, '', '', ?, null, 0, 1.0, '', '', null)", [number, markdown])
    one = text_distance(db, 1, 2)
    assert (one.words_added, one.words_removed, one.line) == (1, 1, "… We [-may-] {+can+} keep your name.")
    assert text_distance(db, 1, 1).line == ""
    assert (text_distance(db, None, 2).words_added, text_distance(db, 1, None).words_removed) == (6, 6)
