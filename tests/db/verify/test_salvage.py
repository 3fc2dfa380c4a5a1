"""Salvage of files that are cut off at their end, and of what users added to an archive file."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from db.database import file_of, open_archive
from db.errors import StoreError
from db.verify import damaged_reader, file, repair
from db.verify.run_checks import check_archive
from db.verify.salvage import salvage
from tests.support.shop import Shop

PAGE = 4096
FACTS = ("retailers", "pages", "bodies", "texts", "captures")


@pytest.fixture
def path(db: Database, shelf: Shop) -> Path:
    """A closed archive file with its last pages full of bodies."""
    for number in range(8):
        shelf.observe(
            f"20{10 + number}0101000000", f"# Privacy\n\nWe keep {number} names.", body=f"{number}" * 9
        )
    shelf.derive()
    path = Path(file_of(db))
    db.execute("create table big (content blob)")
    db.execute("insert into big values (randomblob(50000))")
    for number in range(30):
        shelf.observe(
            f"2020{number // 28 + 1:02}{number % 28 + 1:02}000000",
            f"# Privacy\n\n{number} of them. {'word ' * 400}",
        )
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    return path


def readable(path: Path, length: int) -> dict[str, int]:
    """Count the rows that SQLite reads one by one where the lost pages are zeros."""
    padded = path.with_name("padded.db")
    content = path.read_bytes()
    padded.write_bytes(content[:length] + bytes(len(content) - length))
    db = file.open_damaged(padded)
    lost: list[damaged_reader.Range] = []
    counts = {table: sum(1 for _ in damaged_reader.rows(db, table, lost=lost)) for table in FACTS}
    db.close()
    padded.unlink()
    return counts


@pytest.mark.parametrize("pages", [1, 2, 5, 12, 20])
@pytest.mark.parametrize("extra", [0, 1, 100, PAGE - 1])
def test_all_that_can_be_read_of_a_file_that_is_cut_off_is_saved(path: Path, pages: int, extra: int) -> None:
    content = path.read_bytes()
    length = len(content) - pages * PAGE + extra
    due = readable(path, length)
    path.write_bytes(content[:length])
    faults = check_archive(path)
    missing = pages - (1 if extra else 0)
    assert faults.tree
    assert faults.cut_off == (missing > 0)
    said = [problem.what for problem in faults.problems["file"] if problem.what.startswith("it is cut off")]
    assert said == [
        *([f"it is cut off: {extra} bytes beyond its last whole page"] if extra else []),
        *([f"it is cut off: its last {missing} pages are missing"] if missing else []),
    ]
    saved = salvage(path)
    assert {table: saved.rows[table] for table in FACTS} == due
    assert saved.kept.read_bytes() == content[:length]
    assert not check_archive(path).tree


def test_the_log_of_a_file_that_is_cut_off_is_read_too(path: Path) -> None:
    """A copy was made while a run wrote, and the copy of the file is cut off."""
    copy = path.with_name("copy.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("insert into retailers (domain) values ('late.example')")
        connection.commit()
        content = path.read_bytes()
        shutil.copy(f"{path}-wal", f"{copy}-wal")
    copy.write_bytes(content[: -2 * PAGE])
    saved = salvage(copy)
    assert saved.rows["retailers"] == 2
    assert not copy.with_name("copy.db-wal").exists()
    with closing(sqlite3.connect(copy)) as connection:
        assert ("late.example",) in connection.execute("select domain from retailers").fetchall()


def test_a_file_that_is_cut_off_within_its_first_page_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(StoreError, match="nothing can be read of"):
        salvage(path)


def test_no_temporary_file_is_written_through_a_link(path: Path) -> None:
    victim = path.with_name("victim")
    victim.write_bytes(b"keep")
    for name in (f".{path.name}.header", f".{path.name}.header-wal", f".{path.name}.salvage"):
        path.with_name(name).symlink_to(victim)
    path.write_bytes(bytes(100) + path.read_bytes()[100:])
    path.with_name(f"{path.name}-wal").write_bytes(b"")
    assert salvage(path).rows["captures"] == 38
    assert victim.read_bytes() == b"keep"
    assert sorted(one.name for one in path.parent.glob(".*")) == []


OWN = """
create table coding (
    capture integer primary key references captures(id), note text default 'none', len as (length(note))
);
insert into coding (capture, note) values (1, 'read by me'), (2, 'twice');
create table [odd "name"] ([a "b"] text, rowid text) strict;
insert into [odd "name"] values ('x', 'y');
create table keyed (k text primary key, v blob) without rowid;
insert into keyed values ('k', x'00ff');
create virtual table notes using fts5(note);
insert into notes (rowid, note) values (7, 'a privacy note');
create virtual table found using fts5(note, content='coding', content_rowid='capture');
insert into found (found) values ('rebuild');
create view coded as select domain, note from retailers, coding;
create index coding_note on coding (note);
create unique index captures_unique on captures (id, original);
create table log (at text);
create trigger on_coding after insert on coding begin insert into log values (new.note); end;
create trigger on_coded instead of insert on coded begin insert into log values (new.note); end;
"""
OWN_NAMES = {
    'odd "name"', "coding", "keyed", "notes", "found", "coded", "coding_note", "captures_unique", "log",
    "on_coding", "on_coded", "big",
}  # fmt: skip


def change(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
        connection.commit()
        connection.execute("pragma wal_checkpoint(truncate)")


def rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def damage_header(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[68:72] = bytes(4)  # as a dump that was read again
    path.write_bytes(content)


def objects(path: Path) -> set[tuple[str, str, str]]:
    return set(rows(path, "select type, name, sql from sqlite_master where sql is not null"))


def test_what_users_added_is_sound_and_survives_a_salvage(path: Path) -> None:
    change(path, OWN)
    assert check_archive(path).sound
    before = objects(path)
    assert {name for _, name, _ in before} >= OWN_NAMES
    damage_header(path)
    saved = salvage(path)
    assert (saved.lost, saved.own_lost) == ([], [])
    assert (saved.rows["coding"], saved.rows['odd "name"'], saved.rows["keyed"], saved.rows["notes"]) == (
        2,
        1,
        1,
        1,
    )
    assert objects(path) == before
    assert check_archive(path).sound
    assert rows(path, "select note, len from coding order by capture") == [("read by me", 10), ("twice", 5)]
    assert rows(path, 'select * from [odd "name"]') == [("x", "y")]
    assert rows(path, "select * from keyed") == [("k", b"\x00\xff")]
    assert rows(path, "select rowid from notes where notes match 'privacy'") == [(7,)]
    assert rows(path, "select rowid from found where found match 'twice'") == [(2,)]
    assert rows(path, "select note from coded order by note") == [("read by me",), ("twice",)]
    assert rows(path, "select * from log") == []  # no trigger ran while rows were copied


def test_what_is_lost_is_named(path: Path) -> None:
    change(
        path,
        """create trigger spy after insert on captures begin delete from captures; end;
        create virtual table bare using fts5(note, content='');
        create table t (a, b); insert into t values (1, 1), (2, 1);
        create unique index only_one on t (a);
        alter table pages add column mine text;
        pragma writable_schema = on;
        update sqlite_master set sql = 'create unique index only_one on t (b)' where name = 'only_one';""",
    )
    damage_header(path)
    saved = salvage(path)
    assert [line.partition(" (")[0] for line in saved.own_lost] == [
        "your column 'mine' of pages",
        "your index 'only_one'",
        "your trigger 'spy': only policytrail may have triggers on captures",
        "the content of your table 'bare'",
    ]
    assert rows(path, "select a from t") == [(1,), (2,)]


def test_rows_of_a_users_table_that_cannot_be_read_are_named(path: Path) -> None:
    change(path, "create table notes (note text)")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany("insert into notes values (?)", [(f"{n:04}" * 200,) for n in range(40)])
    change(path, "")
    with closing(file.open_damaged(path)) as db:
        (page,) = db.execute(
            """select pageno from dbstat where name = 'notes' and pagetype = 'leaf'
            order by pageno limit 1 offset 2"""
        ).fetchone()
    content = bytearray(path.read_bytes())
    content[PAGE * (page - 1) : PAGE * page] = bytes(PAGE)
    path.write_bytes(content)
    saved = salvage(path)
    ((table, first, last),) = saved.lost
    assert table == "notes"
    assert first and last
    assert saved.rows["notes"] == 40 - (last - first + 1)


def test_a_repair_without_a_salvage_keeps_the_rest_and_names_a_trigger_on_facts(path: Path) -> None:
    change(
        path,
        OWN
        + 'create trigger [spy"] after insert on captures begin delete from captures; end; drop view gaps;',
    )
    faults = check_archive(path)
    assert {problem.table for problem in faults.problems["schema"]} == {'trigger spy"', "view gaps"}
    with closing(open_archive(path)) as db:
        assert repair.schema(db) == ['spy"']
    assert check_archive(path).sound
    assert {name for _, name, _ in objects(path)} >= OWN_NAMES
