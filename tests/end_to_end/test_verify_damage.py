"""Archives with damaged files: verified, and repaired from a real archive on the web.

The commands are those that users type.
"""

import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support import archives, damage
from tests.support.processes import POLICYTRAIL, RATES_OFF, Ended, kill, policytrail, start, wait_until
from tests.support.wayback.standin import StandIn
from tests.support.wayback.worlds import populate, retailers

SEED = 20180525


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StandIn, Path]]:
    """A stand-in, and an archive that was crawled from it."""
    folder = tmp_path_factory.mktemp("whole")
    with StandIn() as wayback:
        populate(wayback)
        csv = retailers(folder)
        ended = policytrail(
            "crawl", folder / "archive.db", "--retailers", csv, "--source", wayback.address, *RATES_OFF
        )
        assert ended.status == 0
        yield wayback, damage.settle(folder / "archive.db")


@pytest.fixture
def db(whole: tuple[StandIn, Path], tmp_path: Path) -> Path:
    return Path(shutil.copy(whole[1], tmp_path / "archive.db"))


def verify(db: Path, *options: object) -> tuple[int, dict[str, Any]]:
    ended = policytrail("verify", db, "--json", "--jobs", 1, *options)
    assert "Traceback" not in ended.err
    return ended.status, json.loads(ended.out)


def repair(db: Path, wayback: StandIn) -> Ended:
    ended = policytrail(
        "verify", db, "--repair", "--source", wayback.address, "--replay-per-minute", 0, "--jobs", 1
    )
    assert "Traceback" not in ended.err
    return ended


def bodies_with_others(db: Path) -> list[int]:
    """Return bodies that are the base of others and whose bytes are in the file only once."""
    rows = archives.rows(db, "select distinct base_id from bodies where base_id is not null order by 1")
    return [row[0] for row in rows if len(damage.places_of_body(db, row[0])) == 1]


def test_a_sound_archive_is_told_so_and_not_touched(db: Path):
    before = db.read_bytes()
    status, found = verify(db)
    assert db.read_bytes() == before
    assert sorted(file.name for file in db.parent.iterdir()) == ["archive.db", "archive.db.lock"]
    assert (status, found["problems"], found["not_checked"]) == (0, [], {})
    assert found["checked"]["bodies"] == archives.one(db, "select count(*) from bodies")
    assert found["checked"]["captures' texts"] == archives.one(
        db, "select count(*) from captures where body_id is not null"
    )
    assert found["checked"]["histories"] == 4


def test_a_flipped_bit_in_a_body_is_named_with_all_that_rests_on_it_and_fetched_again(
    whole: tuple[StandIn, Path], db: Path
):
    wayback, undamaged = whole
    chance = random.Random(SEED)
    body_id = chance.choice(bodies_with_others(db))
    lost = damage.dependents_of(db, body_id)
    assert len(lost) > 1
    damage.flip(db, *damage.places_of_body(db, body_id, chance.random()))
    damaged = db.read_bytes()
    status, found = verify(db)
    assert status == 3
    assert {(p["check"], p["table"], p["row"]) for p in found["problems"]} == {
        ("bodies", "bodies", number) for number in lost
    }
    (first,) = [p for p in found["problems"] if p["row"] == body_id]
    domain, timestamp, original = archives.rows(
        db,
        """select p.retailer, c.timestamp, c.original from captures c join pages g on g.id = c.page_id
        join policies p on p.id = g.policy_id where c.body_id = ? order by c.timestamp""",
        body_id,
    )[0]
    assert first["captures"][0] == f"{domain} {timestamp} {original}"
    assert first["what"].startswith("does not decompress")
    again = [p for p in found["problems"] if "can still be read" not in p["what"]]
    named = f"cannot be read: its base, body {body_id}, is damaged"
    assert {p["what"] for p in again if p["row"] != body_id} <= {named}
    assert db.read_bytes() == damaged
    asked, listed = len(wayback.asked("replay")), len(wayback.asked("cdx"))
    ended = repair(db, wayback)
    assert (ended.status, ended.out.splitlines()[-1]) == (0, "sound"), ended
    assert archives.content(db) == archives.content(undamaged)
    # A digest that is not the SHA-1 of the stored payload needs a second capture.
    assert len(again) <= len(wayback.asked("replay")) - asked <= 2 * len(again)
    assert len(wayback.asked("cdx")) == listed


def test_bits_flipped_all_over_the_file_are_found_and_repaired(whole: tuple[StandIn, Path], db: Path):
    """The bits are in bodies, texts, tables of the search index and SQLite's own structures."""
    wayback, undamaged = whole
    chance = random.Random(SEED)
    with closing(sqlite3.connect(db)) as connection:
        pages = dict(
            connection.execute(
                "select name, pageno from dbstat where pagetype = 'leaf' order by random()"
            ).fetchall()
        )
    places = [
        damage.PAGE * (pages[name] - 1) + chance.randrange(2000, damage.PAGE)
        for name in (
            "bodies",
            "texts",
            "versions",
            "versions_fts_data",
            "captures_state",
            "sqlite_autoindex_captures_1",
        )
    ]
    damage.flip(db, *places)
    status, found = verify(db)
    assert (status, found["sound"]) == (3, False)
    ended = repair(db, wayback)
    assert (ended.status, ended.out.splitlines()[-1]) == (0, "sound"), ended
    assert archives.content(db) == archives.content(undamaged)


def test_a_page_of_the_table_of_bodies_is_gone(whole: tuple[StandIn, Path], db: Path):
    wayback, undamaged = whole
    page = archives.one(
        db,
        "select pageno from dbstat where name = 'bodies' and pagetype = 'leaf' order by pageno desc limit 1",
    )
    content = bytearray(db.read_bytes())
    content[damage.PAGE * (page - 1) : damage.PAGE * page] = bytes(damage.PAGE)
    db.write_bytes(content)
    status, found = verify(db)
    assert status == 3
    assert any(p["table"] == "bodies" and "cannot be read" in p["what"] for p in found["problems"])
    ended = repair(db, wayback)
    assert (ended.status, ended.out.splitlines()[-1]) == (0, "sound"), ended
    assert archives.content(db) == archives.content(undamaged)
    assert db.with_name("archive.db.damaged-1").read_bytes() == content


def test_a_header_that_says_nothing_is_made_anew(whole: tuple[StandIn, Path], db: Path):
    wayback, undamaged = whole
    damage.flip(db, 3, 21)
    status, found = verify(db)
    assert (status, found["problems"][0]["what"]) == (3, "its header is damaged at bytes 0 to 15")
    assert repair(db, wayback).status == 0
    assert archives.content(db) == archives.content(undamaged)


def test_a_repair_that_is_killed_is_begun_again(whole: tuple[StandIn, Path], db: Path):
    wayback, undamaged = whole
    body_id = bodies_with_others(db)[0]
    damage.flip(db, *damage.places_of_body(db, body_id))
    wayback.stop_at(lambda seen: seen.kind == "replay")
    process = start(
        *POLICYTRAIL,
        "verify",
        db,
        "--repair",
        "--source",
        wayback.address,
        "--replay-per-minute",
        0,
        "--jobs",
        1,
    )
    wait_until(wayback.reached.is_set, "the first capture asked for")
    kill(process)
    wayback.go_on()
    assert archives.is_intact(db)
    assert repair(db, wayback).status == 0
    assert archives.content(db) == archives.content(undamaged)


def test_what_came_from_a_file_is_to_be_imported_again(whole: tuple[StandIn, Path], db: Path):
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("update captures set archive = 'shops.warc.gz', fetched_at = null")
        connection.execute("delete from coverage")
    damage.settle(db)
    body_id = bodies_with_others(db)[0]
    damage.flip(db, *damage.places_of_body(db, body_id))
    ended = repair(db, whole[0])
    ((lost,),) = archives.rows(db, "select count(*) from captures where reason like '%damaged%'")
    left = f"no problems, but {lost} captures are still missing (see above)"
    assert (ended.status, ended.out.splitlines()[-1]) == (3, left)
    assert "lost until it is imported again: shops.warc.gz" in ended.err.splitlines()
    assert archives.rows(db, "select distinct state, reason from captures where reason like '%damaged%'") == [
        ("failed", "what was held of it was damaged; import shops.warc.gz again")
    ]


def test_captures_of_a_second_archive_are_said_to_wait(whole: tuple[StandIn, Path], db: Path):
    body_id = bodies_with_others(db)[0]
    other = max(damage.dependents_of(db, body_id))
    with closing(sqlite3.connect(db)) as connection, connection:
        count = connection.execute(
            "update captures set archive = 'arquivo.pt' where body_id = ?", [other]
        ).rowcount
    damage.settle(db)
    # At its start, so that no part of it can be read. Bodies that need no damaged part would stay whole.
    damage.flip(db, *damage.places_of_body(db, body_id, 0.0))
    ended = repair(db, whole[0])
    assert ended.status == 3
    assert f"{count} captures wait for arquivo.pt: run this again to fetch them" in ended.err.splitlines()
    assert archives.rows(
        db, "select distinct archive, state from captures where reason like 'its body was damaged%'"
    ) == [("arquivo.pt", "listed")]


def test_a_sample_is_a_part_that_the_seed_chooses_and_says_what_it_left_out(db: Path):
    status, found = verify(db, "--sample", 2, "--seed", 7)
    assert (status, found["seed"]) == (0, 7)
    bodies = archives.one(db, "select count(*) from bodies")
    assert 2 <= found["checked"]["bodies"] < bodies
    assert found["not_checked"]["bodies"] == bodies - found["checked"]["bodies"]
    assert found["not_checked"]["histories"] == 2
    assert verify(db, "--sample", 2, "--seed", 7)[1] == found


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not a policytrail archive"),
        (b"no archive at all", "is not a policytrail archive"),
        (None, "there is no archive at"),
    ],
)
def test_what_is_no_archive_is_said_in_a_line(tmp_path: Path, content: bytes | None, says: str):
    path = tmp_path / "other.db"
    if content is not None:
        path.write_bytes(content)
    for options in ((), ("--repair",)):
        ended = policytrail("verify", path, *options)
        assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
        assert says in ended.err


@pytest.mark.parametrize("lost", [8192, 20_000])
def test_an_archive_that_is_cut_off_is_read_as_far_as_it_goes(
    whole: tuple[StandIn, Path], db: Path, lost: int
) -> None:
    """The user's own table comes through, too."""
    with closing(sqlite3.connect(db)) as connection:
        connection.executescript("create table coding (note text); insert into coding values ('mine')")
        connection.executescript("create view coded as select * from coding, retailers")
        connection.execute(
            "vacuum"
        )  # no free page is left, so the next table takes the last pages of the file
        connection.executescript("create table filler (x); insert into filler values (zeroblob(60000))")
    content = damage.settle(db).read_bytes()
    db.write_bytes(content[:-lost])
    status, found = verify(db)
    assert (status, found["sound"]) == (3, False)
    assert any("it is cut off: its last" in problem["what"] for problem in found["problems"])
    ended = repair(db, whole[0])
    assert ended.status == 0, ended.err
    assert "what could be read was saved into a new file" in ended.err
    assert "lost: filler 1\n" in ended.err
    assert archives.one(db, "select note from coded limit 1") == "mine"
    assert verify(db)[0] == 0
    for table in ("retailers", "captures", "bodies"):
        assert archives.one(db, f"select count(*) from {table}") == archives.one(
            whole[1], f"select count(*) from {table}"
        )
