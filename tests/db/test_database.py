import sqlite3
from functools import partial
from pathlib import Path

import pytest
from sqlite_utils import Database

from db.database import open_archive, transaction
from db.errors import (
    ArchiveError,
    NewerSchemaError,
    NoArchiveError,
    NotAnArchiveError,
    OlderSchemaError,
    StoreError,
)
from db.schema.migrations import APPLICATION_ID, migrations

TABLES = {
    "retailers",
    "policies",
    "pages",
    "captures",
    "bodies",
    "texts",
    "versions",
    "changes",
    "crawls",
    "versions_fts",
} | {
    "clues",
    "searches",
    "conflicts",
}
VIEWS = {
    "latest_policies",
    "change_log",
    "timeline",
    "gaps",
    "capture_health",
    "version_texts",
    "lineage",
} | {"conflicting_captures", "finding_log", "panel_half_years", "claims"}


def pragma(db: Database, name: str) -> object:
    return db.execute(f"pragma {name}").fetchone()[0]


def test_a_new_archive_has_the_tables_and_views_of_the_contract(db: Database) -> None:
    assert set(db.table_names()) >= TABLES
    assert set(db.view_names()) == VIEWS


def test_an_archive_is_in_write_ahead_mode_with_foreign_keys(db: Database) -> None:
    assert (pragma(db, "journal_mode"), pragma(db, "foreign_keys"), pragma(db, "application_id")) == (
        "wal",
        1,
        APPLICATION_ID,
    )
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("insert into policies (retailer) values ('nobody.example')")


def test_what_is_asked_of_captures_and_texts_has_an_index(db: Database) -> None:
    assert {"captures_seen", "captures_unjudged", "texts_extractor"} <= {
        name for (name,) in db.execute("select name from sqlite_master where type = 'index'")
    }


def test_every_view_of_an_empty_archive_is_empty(db: Database) -> None:
    assert [db.execute(f"select count(*) from {view}").fetchone()[0] for view in sorted(VIEWS)] == [0] * len(
        VIEWS
    )


def test_an_archive_opened_again_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with transaction(first := open_archive(path, create=True)):
        first.execute("insert into retailers (domain) values ('shop.example')")
    schema = first.schema
    first.close()
    for create in (True, False):
        again = open_archive(path, create=create)
        assert (again.schema, again.execute("select * from retailers").fetchall()) == (
            schema,
            [("shop.example", None)],
        )
        again.close()


def test_reading_needs_a_file(tmp_path: Path) -> None:
    with pytest.raises(NoArchiveError, match=r"there is no archive at .*none.db; make one with"):
        open_archive(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_an_empty_file_becomes_an_archive_only_when_one_is_to_be_made(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(NotAnArchiveError):
        open_archive(path)
    assert path.read_bytes() == b""
    open_archive(path, create=True).close()
    assert path.read_bytes().startswith(b"SQLite format 3\0")


@pytest.mark.parametrize(
    "content", [b"domain,policy_url\n", b"<!DOCTYPE html>", b"SQLite format 2\0", b"S", b"\0" * 4096]
)
@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_archive_is_refused_and_left_alone(
    tmp_path: Path, content: bytes, create: bool
) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(content)
    with pytest.raises(NotAnArchiveError, match=r"notes.db is not a policytrail archive"):
        open_archive(path, create=create)
    assert path.read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["notes.db"]


def test_a_folder_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchiveError):
        open_archive(tmp_path, create=True)


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table bookmarks (url text)")
    connection.close()
    content = path.read_bytes()
    with pytest.raises(NotAnArchiveError, match="is a database, but not a policytrail archive"):
        open_archive(path, create=True)
    assert path.read_bytes() == content


def test_an_archive_of_a_newer_policytrail_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    db = open_archive(path, create=True)
    record = {"migration_set": "policytrail", "name": "m999_from_the_future", "applied_at": "2031-01-01"}
    db["_sqlite_migrations"].insert(record)  # type: ignore[union-attr]
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    content = path.read_bytes()
    with pytest.raises(
        NewerSchemaError, match=r"written by a newer policytrail \(m999_from_the_future\); update policytrail"
    ):
        open_archive(path)
    assert path.read_bytes() == content


def test_an_archive_whose_making_was_killed_is_made_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive.db"
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "apply", migrations.ensure_migrations_table)
        open_archive(path, create=True).close()
    db = open_archive(path, create=True)
    assert set(db.table_names()) >= TABLES


def test_an_older_archive_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "archive.db"
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "apply", partial(migrations.apply, stop_before="m003_gaps"))
        old = open_archive(path, create=True)
    old.execute("insert into retailers (domain) values ('a.example')")
    old.execute("insert into policies (retailer) values ('a.example')")
    assert old.execute("select count(*) from gaps").fetchone() == (0,)
    old.conn.commit()
    old.close()
    assert open_archive(path).execute("select retailer, kind from gaps").fetchall() == [
        ("a.example", "no capture")
    ]


def test_an_older_archive_that_cannot_be_written_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive.db"
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "apply", partial(migrations.apply, stop_before="m014_underived"))
        open_archive(path, create=True).close()
    monkeypatch.setattr("db.database._is_writable", lambda _: False)
    with pytest.raises(
        OlderSchemaError, match=r"an older policytrail wrote .*: copy it to a folder that can be"
    ):
        open_archive(path)


def test_a_damaged_archive_says_so(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    open_archive(path, create=True).close()
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"archive.db cannot be used: "):
        open_archive(path)


def test_a_folder_that_is_not_there_is_an_error_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(NoArchiveError, match=r"there is no folder .*nowhere$"):
        open_archive(tmp_path / "nowhere" / "archive.db", create=True)


def test_a_transaction_keeps_all_or_nothing(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), transaction(db):
        db.execute("insert into retailers (domain) values ('a.example')")
        raise ZeroDivisionError
    with transaction(db):
        db.execute("insert into retailers (domain) values ('b.example')")
        with pytest.raises(ZeroDivisionError), transaction(db):
            db.execute("insert into retailers (domain) values ('c.example')")
            raise ZeroDivisionError
    assert db.execute("select domain from retailers").fetchall() == [("b.example",)]


def test_a_store_that_fails_is_told_from_other_errors(db: Database) -> None:
    (page_count,) = db.execute("pragma page_count").fetchone()
    db.execute(f"pragma max_page_count = {page_count}")  # what a full disk is to SQLite
    with (
        pytest.raises(
            StoreError, match="could not be written: database or disk is full; nothing of this step"
        ),
        transaction(db),
    ):
        db.execute("insert into retailers (domain, name) values ('a.example', ?)", ["x" * 100_000])
    assert db.execute("select count(*) from retailers").fetchone() == (0,)


def test_all_errors_of_an_archive_have_one_base() -> None:
    assert all(
        issubclass(error, ArchiveError)
        for error in (NewerSchemaError, NoArchiveError, NotAnArchiveError, StoreError)
    )
