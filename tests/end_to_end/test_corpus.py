"""All commands over 1,814 real captures of 40 retailers: imported, served, crawled over HTTP.

The tests need the corpus beside the project (../shared/corpus/retailers) and are skipped without it.
"""

import hashlib
from pathlib import Path

import pytest

from crawler.demo.run import serving
from crawler.importing import warc_reader
from tests.support import one_difference
from tests.support.archives import content, one, rows
from tests.support.paths import SHARED
from tests.support.processes import RATES_OFF, policytrail

CORPUS = SHARED / "corpus" / "retailers"
WARC, CSV = CORPUS / "retailers.warc.gz", CORPUS / "retailers.csv"

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    db = tmp_path_factory.mktemp("corpus") / "real.db"
    ended = policytrail("import", db, WARC)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("1814 captures read, 1814 of them new, of 40 retailers\n")
    return db


@pytest.fixture(scope="module")
def crawled(origin: Path) -> Path:
    """The archive after two crawls of the served one; the second crawl has nothing to do."""
    db = origin.with_name("crawled.db")
    with serving(origin) as address:
        command = ("crawl", db, "--retailers", CSV, "--source", address, *RATES_OFF)
        first = policytrail(*command)
        assert first.status == 0
        assert first.out.startswith("1641 requests, 1814 captures new in the index, 1585 fetched\n")
        second = policytrail(*command)
        assert (second.status, second.out) == (0, "nothing new: 56 requests\n")
    return db


def test_every_body_is_read_as_it_was_stored(origin: Path):
    stored = rows(
        origin, "select c.timestamp, c.original, b.sha256 from captures c join bodies b on b.id = c.body_id"
    )
    file = [
        (r.timestamp, r.original, hashlib.sha256(r.body or b"").hexdigest())
        for r in warc_reader.read(WARC)
        if isinstance(r, warc_reader.Record)
    ]
    assert sorted(stored) == sorted(file)


def test_every_listed_capture_is_fetched_once_and_no_digest_twice(crawled: Path):
    assert rows(crawled, "select state, count(*) from captures group by state") == [("fetched", 1814)]
    assert rows(crawled, "select attempts, count(*) from captures group by attempts") == [(0, 229), (1, 1585)]
    assert one(crawled, "select count(*) from (select distinct page_id, digest from captures)") == 1585


def test_the_crawl_has_the_same_texts_versions_and_changes_as_the_import(origin: Path, crawled: Path):
    imported, fetched = content(origin), content(crawled)
    for table in ("texts", "versions", "changes", "search"):
        assert fetched[table] == imported[table], table


def test_a_rebuild_gives_the_same_bytes(origin: Path):
    derived = ("texts", "versions", "changes")
    before = {table: rows(origin, f"select * from {table} order by id") for table in derived}
    judged = rows(origin, "select id, verdict, reason, text_id from captures order by id")
    assert policytrail("rebuild", origin).status == 0
    assert {table: rows(origin, f"select * from {table} order by id") for table in derived} == before
    assert rows(origin, "select id, verdict, reason, text_id from captures order by id") == judged


def test_a_body_takes_at_most_900_bytes_of_the_file(origin: Path):
    pages = one(
        origin,
        "select sum(pgsize) from dbstat"
        " where name in ('bodies', 'sqlite_autoindex_bodies_1', 'captures_body')",
    )
    assert pages / 1814 <= 900


def test_everything_counts_the_same_words_of_every_change(origin: Path, tmp_path: Path):
    assert one_difference.check(origin, tmp_path) > 300
