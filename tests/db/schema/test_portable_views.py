"""DuckDB reads an archive as SQLite does: its tables, its indexes, and the rows of its views."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from db.database import transaction
from db.schema.portable_views import UNJUDGED_PAGE
from db.schema.views import PRIVACY_GAPS, PRIVACY_HEALTH
from db.store import captures, retailers
from tests.support import loaders
from tests.support.shop import Shop

POLICY = "# Privacy\n\nWe sell data.\n"
# Whatever lists tables reads the SQL of all views, and whatever lists indexes reads the SQL of all indexes.
LISTINGS = (
    "show all tables",
    "show tables from archive",
    "from information_schema.tables",
    "from information_schema.columns",
    "from duckdb_views()",
    "from duckdb_indexes()",
    "from pg_catalog.pg_class",
    "copy from database archive to memory",
)
READ = f"""
import json
archive, views, columns = sys.argv[1] + "/archive.db", *json.loads(open(sys.argv[1] + "/wanted.json").read())
for listing in {LISTINGS!r}:
    report([listing, len(attach(archive).execute(listing).fetchall()) >= 0])
duck = attach(archive)
report(sorted(row[0] for row in duck.execute("show tables from archive").fetchall()))
for view in views:
    names = ", ".join(f'"{{name}}"' for name in columns[view])
    report([view, duck.execute(f"select {{names}} from archive.{{view}}").fetchall()])
"""


def views_of(db: Database) -> dict[str, list[str]]:
    """The columns of each view."""
    return {
        view: [row[1] for row in db.execute(f"pragma table_info({view})")] for view in sorted(db.view_names())
    }


def plain(rows: Any) -> list[str]:
    return sorted(json.dumps(list(row)) for row in rows)


def fill(shelf: Shop, neighbour: Shop) -> None:
    """Captures of all states and verdicts, with gaps of all kinds."""
    shelf.observe("20111231235959", "Access denied", verdict="block-page")
    shelf.observe("20140201000000", POLICY)
    shelf.observe("20140301000000", "Gone", verdict="soft-404", page=shelf.add_page("http://shop.example/b"))
    shelf.observe("20160229120000", POLICY + "More.")
    shelf.observe("20190228115959", POLICY)
    shelf.fetch(shelf.list("20190301000000"))
    barred, silent = (shelf.add_page(f"http://shop.example/{name}") for name in ("barred", "silent"))
    shelf.list("20130101000000", page=barred)
    with transaction(shelf.db):
        retailers.set_listing(shelf.db, barred.id, "excluded", "2020-06-01T00:00:00Z", "robots.txt")
        retailers.set_listing(shelf.db, silent.id, "failed", "2020-06-01T00:00:00Z", "the index answered 500")
        captures.exclude(shelf.db, barred.id, "web.archive.org", "robots.txt")
        for month, reason in ("02", "503"), ("03", "503"), ("04", "no answer"):
            captures.set_failed(shelf.db, shelf.list(f"2015{month}01000000").id, reason)
    neighbour.observe("20140101000000", "Access denied", verdict="block-page")
    Shop(shelf.db, "nobody.example")
    shelf.derive()


@loaders.needed
def test_duckdb_lists_an_archive_and_reads_its_views(
    db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path
):
    fill(shelf, neighbour)
    views = views_of(db)
    (tmp_path / "wanted.json").write_text(json.dumps([list(views), views]))
    db.execute("pragma wal_checkpoint(truncate)")
    read = loaders.run_code(loaders.ATTACH + READ, tmp_path)
    assert read[: len(LISTINGS)] == [[listing, True] for listing in LISTINGS]
    tables, *rows_of_views = read[len(LISTINGS) :]
    assert set(tables) >= {*views, "captures", "pages", "versions", "texts", "bodies"}
    for view, rows in rows_of_views:
        names = ", ".join(views[view])
        assert plain(rows) == plain(db.execute(f"select {names} from {view}")), view
    assert len(rows_of_views) == len(views)
    assert db.execute("select count(*) from gaps").fetchone()[0] >= 10


@loaders.needed
def test_duckdb_reads_an_empty_archive(db: Database, tmp_path: Path):
    views = views_of(db)
    (tmp_path / "wanted.json").write_text(json.dumps([list(views), views]))
    db.execute("pragma wal_checkpoint(truncate)")
    read = loaders.run_code(loaders.ATTACH + READ, tmp_path)
    assert [rows for _, rows in read[-len(views) :]] == [[]] * len(views)


@pytest.mark.parametrize(("view", "older"), [("gaps", PRIVACY_GAPS), ("capture_health", PRIVACY_HEALTH)])
def test_the_views_have_the_same_columns_and_rows_as_the_older_sql(
    db: Database, shelf: Shop, neighbour: Shop, view: str, older: str
):
    fill(shelf, neighbour)
    columns, rows = views_of(db)[view], db.execute(f"select * from {view}").fetchall()
    db.execute(f"drop view {view}")
    db.execute(older)
    assert views_of(db)[view] == columns
    assert db.execute(f"select * from {view}").fetchall() == rows


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("20000101000000", "20010101000000"),
        ("20000228000000", "20010301000000"),
        ("19991231235959", "20040229235959"),
        ("20040229120000", "20240229115959"),
        ("19991231000000", "20010301000000"),
        ("20140201101112", "20150201101112"),
    ],
)
def test_days_of_a_gap_are_whole_days(shelf: Shop, since: str, until: str):
    shelf.observe(since, POLICY)
    shelf.observe(until, POLICY)
    seconds = "strftime('%s', until) - strftime('%s', since)"
    days, expected = shelf.db.execute(f"select days, ({seconds}) / 86400 from gaps").fetchone()
    assert days == expected


def test_captures_without_a_verdict_are_found_by_the_index(db: Database, shelf: Shop):
    shelf.observe("20140101000000", POLICY)
    waiting = shelf.list("20150101000000", digest="D")
    shelf.fetch(waiting)
    query = f"select id from captures where {UNJUDGED_PAGE} > 0"
    assert db.execute(query).fetchall() == [(waiting.id,)]
    (plan,) = db.execute(f"explain query plan {query}").fetchall()
    assert "captures_unjudged" in plan[3]


def test_no_index_is_partial(db: Database):
    """DuckDB 1.5 reads no partial index, and then no index of the file, and cannot copy it."""
    names = [name for (name,) in db.execute("select name from sqlite_master where type = 'index'")]
    partial_ones = [
        row[1] for table in db.table_names() for row in db.execute(f"pragma index_list({table})") if row[4]
    ]
    assert names
    assert partial_ones == []
