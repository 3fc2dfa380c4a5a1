"""An empty archive file; for the command line also a way to type commands, and an archive file to read."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.cli import main
from db.database import open_archive
from tests.support.commands import RECORDS, CommandResult, Run
from tests.support.shop import Shop
from tests.support.warcs import zipped


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_archive(tmp_path / "archive.db", create=True)
    yield db
    db.close()


@pytest.fixture
def shelf(db: Database) -> Shop:
    return Shop(db)


@pytest.fixture
def policytrail(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Types a command, in an empty folder.

    `serve` does not limit SQLite's memory as in a process of its own: SQLite keeps the limit, and other tests
    need more.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("db.web.limits.connections.bound_memory", lambda: None)

    def run(*arguments: str | Path) -> CommandResult:
        monkeypatch.setattr(sys, "argv", ["policytrail", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        return CommandResult(int(caught.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def archive(policytrail: Run) -> str:
    Path("shop.warc.gz").write_bytes(zipped(*RECORDS))
    said = policytrail("import", "a.db", "shop.warc.gz", "--jobs", "1")
    assert said == (
        0,
        "4 captures read, 4 of them new, of 1 retailers\n"
        "2 new versions and 1 new change of wording, of 1 retailer:\n"
        "  shop.example: 1 change, the last between 2015-01-01 and 2018-05-25\n"
        "1 capture without a policy: 1 empty\n"
        "See: policytrail news a.db\n",
        "",
    )
    return "a.db"
