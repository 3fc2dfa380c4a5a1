"""SQL from any visitor over `policytrail serve`: it may read for a second, and nothing else."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo.run import serving
from tests.support import archives

ENDLESS = "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c"


@pytest.fixture(scope="module")
def archive(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archives.snapshot(crawled, tmp_path_factory.mktemp("sql") / "archive.db")


@pytest.fixture(scope="module")
def address(archive: Path) -> Iterator[str]:
    with serving(archive) as address:
        yield address


def ask(address: str, sql: str) -> tuple[int, str]:
    """Return the status, and the error if there is one."""
    try:
        with urllib.request.urlopen(
            f"{address}/archive.json?{urllib.parse.urlencode({'sql': sql})}", timeout=60
        ) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["error"]


def test_reading_is_allowed(address: str):
    assert ask(address, "select retailer, title from latest_policies") == (200, "")
    assert ask(address, "with a as (select * from versions) select count(*) from a") == (200, "")


@pytest.mark.parametrize(
    "statement",
    [
        "insert into retailers values ('x.example', 'x')",
        "update texts set markdown = ''",
        "delete from versions",
        "drop table versions",
        "create table t (x)",
        "vacuum into '/tmp/stolen.db'",
        "attach database '/etc/passwd' as p",
        "pragma writable_schema = 1",
        "with a as (select 1) insert into retailers select 'x.example', 'x' from a",
        "with a as (select 1) delete from versions",
        "explain delete from versions",
        "select 1; delete from versions",
        "select load_extension('x')",
        "select writefile('/tmp/stolen', 'x')",
        "select readfile('/etc/passwd')",
    ],
)
def test_nothing_can_be_written_or_reached_beyond_the_file(address: str, archive: Path, statement: str):
    before = archives.content(archive)
    status, _ = ask(address, statement)
    assert status == 400
    assert archives.content(archive) == before


def test_an_endless_query_is_ended(address: str):
    status, error = ask(address, ENDLESS)
    assert status == 400
    assert "time limit" in error
    assert ask(address, "select 1") == (200, "")  # and the server lives


@pytest.mark.parametrize("aggregate", ["json_group_array(y)", "json_group_object(x, y)"])
def test_an_aggregate_collects_no_gigabytes(address: str, aggregate: str):
    """A busy machine ends the query by its time, others by the memory."""
    numbers = "with recursive c(x) as (select 1 union all select x + 1 from c limit 2000)"
    rows = "select x, hex(zeroblob(195000)) as y from c"
    status, error = ask(address, f"{numbers} select length({aggregate}) from ({rows})")
    assert status == 400
    assert "too much memory" in error or "took too long" in error
    assert ask(address, "select 1") == (200, "")
