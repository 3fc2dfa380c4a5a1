"""An archive that is to be merged is only read, whatever it is and whoever writes to it."""

import multiprocessing
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlite_utils import Database

from db import merge as merging
from db.database import open_archive
from db.errors import ArchiveError, DamagedArchiveError, NewerSchemaError, NoArchiveError, NotAnArchiveError
from db.schema.migrations import migrations
from tests.support.merging import merge_and_derive
from tests.support.shop import Shop


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "other" / "other.db"
    path.parent.mkdir()
    db = open_archive(path, create=True)
    Shop(db).observe("20140101000000", "We sell data.")
    db.close()
    yield path


def merge(db: Database, path: Path) -> int:
    merging.check_source(path)
    with merging.open_source(path) as opened:
        assert opened.count() == 1
        return merge_and_derive(db, opened).captures.new


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_nothing_of_it_changes(db: Database, other: Path) -> None:
    before = files(other.parent)
    assert merge(db, other) == 1
    assert files(other.parent) == before


def test_it_may_lie_where_nothing_can_be_written(db: Database, other: Path) -> None:
    other.chmod(0o444)
    other.parent.chmod(0o555)
    try:
        assert merge(db, other) == 1
    finally:
        other.parent.chmod(0o755)


def test_one_of_an_older_schema_is_read_from_a_copy(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "apply", partial(migrations.apply, stop_before="m007_discovery"))
        old = open_archive(folder / "old.db", create=True)
        old.execute("insert into retailers values ('shop.example', null)")
        old.execute("insert into policies (retailer) values ('shop.example')")
        old.execute(
            "insert into pages (policy_id, url, urlkey, found_by)"
            " values (1, 'http://shop.example/', 'k', 'link')"
        )
        old.execute(
            "insert into captures (page_id, archive, timestamp, original, digest)"
            " values (1, 'ia', '20140101000000', 'o', 'D')"
        )
        old.close()
    before = files(folder)
    assert merge(db, folder / "old.db") == 1
    assert db.execute("select waypoint from pages").fetchall() == [(1,)]
    assert files(folder) == before


def write_and_wait(
    path: Path, ready: "multiprocessing.synchronize.Event", go: "multiprocessing.synchronize.Event"
) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("begin immediate")
    connection.execute("insert into retailers values ('new.example', null)")
    ready.set()
    go.wait(60)
    connection.execute("commit")
    connection.close()


def test_another_process_may_be_writing_to_it(db: Database, other: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, go = context.Event(), context.Event()
    writer = context.Process(target=write_and_wait, args=(other, ready, go))
    writer.start()
    assert ready.wait(60)
    with merging.open_source(other) as opened:
        assert list(opened.rows("select domain from retailers")) == [("shop.example",)]
        go.set()
        writer.join(60)
        assert merge_and_derive(db, opened).captures.new == 1
    assert db.execute("select domain from retailers").fetchall() == [("shop.example",)]
    assert merge(db, other) == 0
    assert db.execute("select domain from retailers order by 1").fetchall() == [
        ("new.example",),
        ("shop.example",),
    ]


def test_one_that_is_written_to_where_nobody_seemed_to_is_not_believed(other: Path) -> None:
    with (
        pytest.raises(
            DamagedArchiveError, match=r"other.db was written to while it was read: .* run this again"
        ),
        merging.open_source(other),
        closing(open_archive(other)) as writer,
    ):
        writer.execute("insert into retailers values ('new.example', null)")


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NoArchiveError, match="there is no archive at"):
        merging.check_source(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"domain,policy_url\n", b"SQLite format 3\0" + b"\xff" * 4080])
def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=r"notes.db (is not a policytrail archive|is damaged)"):
        merging.check_source(path)
    with pytest.raises(NotAnArchiveError):
        merging.check_source(tmp_path)


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "places.db")) as connection:
        connection.execute("create table bookmarks (url text)")
    with pytest.raises(NotAnArchiveError, match="is a database, but not a policytrail archive"):
        merging.check_source(tmp_path / "places.db")


def test_an_archive_of_a_newer_policytrail_is_refused(other: Path) -> None:
    with closing(open_archive(other)) as db:
        record = {"migration_set": "policytrail", "name": "m999_from_the_future", "applied_at": "2031-01-01"}
        db["_sqlite_migrations"].insert(record)  # type: ignore[union-attr]
    with pytest.raises(NewerSchemaError, match="written by a newer policytrail"):
        merging.check_source(other)


@pytest.mark.parametrize(
    "trick",
    [
        "alter table captures rename to real; create view captures as select * from real",
        "alter table pages add column secret text",
        "drop table clues",
    ],
)
def test_other_tables_than_an_archives_are_refused(other: Path, trick: str) -> None:
    with closing(sqlite3.connect(other)) as connection:
        connection.executescript(f"pragma foreign_keys = off; pragma legacy_alter_table = on; {trick}")
    with (
        pytest.raises(NotAnArchiveError, match="has other tables than a policytrail archive"),
        merging.open_source(other),
    ):
        pass


LENGTHS = [
    ("retailers", "name", 1_000),
    ("pages", "url", 65_536),
    ("pages", "urlkey", 786_432),
    ("captures", "archive", 1_000),
    ("captures", "original", 65_536),
    ("captures", "mimetype", 1_000),
]


@pytest.mark.parametrize(("table", "column", "most"), LENGTHS)
def test_names_without_end_are_refused(db: Database, other: Path, table: str, column: str, most: int) -> None:
    with closing(open_archive(other)) as writer:
        writer.execute(f"update {table} set {column} = ?", ["n" * most])
    assert merge(db, other) == 1
    with closing(open_archive(other)) as writer:
        writer.execute(f"update {table} set {column} = ?", ["n" * (most + 1)])
    with pytest.raises(DamagedArchiveError, match=f"a {column} in {table} is longer than {most} characters"):
        merge(db, other)
    assert db.execute("select count(*) from retailers").fetchall() == [(1,)]


def test_flipped_bits_anywhere_are_found_or_do_no_harm(tmp_path: Path, other: Path) -> None:
    """Wherever a page of the file is damaged, what was merged of it is what was there, or nothing."""
    content = other.read_bytes()
    outcomes = set()
    for number, at in enumerate(range(0, len(content), 4096)):
        damaged = tmp_path / f"{number}.db"
        damaged.write_bytes(
            content[:at] + bytes(byte ^ 0xFF for byte in content[at : at + 64]) + content[at + 64 :]
        )
        into = open_archive(tmp_path / f"into-{number}.db", create=True)
        try:
            merging.check_source(damaged)
            with merging.open_source(damaged) as opened:
                merge_and_derive(into, opened)
            outcomes.add("merged")
            assert into.execute("select count(*), min(state) from captures").fetchall() == [(1, "fetched")]
        except ArchiveError as error:
            outcomes.add("refused")
            assert "\n" not in str(error)
            assert into.execute("select count(*) from retailers").fetchall() == [(0,)]
        into.close()
    assert outcomes == {"merged", "refused"}


def test_two_paths_to_one_file_are_the_same(tmp_path: Path, other: Path) -> None:
    (tmp_path / "link.db").symlink_to(other)
    (tmp_path / "hard.db").hardlink_to(other)
    copy = tmp_path / "copy.db"
    shutil.copy(other, copy)
    assert [merging.is_same(other, tmp_path / f"{name}.db") for name in ("link", "hard", "copy", "none")] == [
        True,
        True,
        False,
        False,
    ]
