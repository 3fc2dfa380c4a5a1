"""Runs from Python: each is a command in a process of its own."""

from pathlib import Path

import pytest

import policytrail
from policytrail import RunError, RunResult
from tests.support.commands import RECORDS
from tests.support.warcs import zipped

pytestmark = pytest.mark.e2e


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    file = tmp_path / "shop.warc.gz"
    file.write_bytes(zipped(*RECORDS))
    return file


def test_an_import_and_an_export(warc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(warc.parent)
    for name in ("db", "crawler", "extract", "policytrail"):  # folders of the user hide nothing
        Path(name).mkdir()
        Path(name, "__init__.py").write_text("raise ImportError")
    result = policytrail.import_warc("a.db", [warc])
    assert result == RunResult(0, "done", 0, 4, 0, 0, 2, 1, ("shop.example",), result.output)
    assert policytrail.import_warc("a.db", [warc], domain="shop.example").new_versions == 0
    summary = policytrail.export(
        "a.db", "out.csv", "csv", domains=["shop.example"], since="2014", latest=True
    )
    assert summary == "out.csv: 1 written, 0 there already"
    assert Path("out.csv").read_text().count("shop.example") >= 1


def test_runs_that_cannot_begin(warc: Path) -> None:
    db = warc.with_name("a.db")
    with pytest.raises(RunError, match=r"^there is no file or folder none\.warc$") as caught:
        policytrail.import_warc(db, ["none.warc"])
    assert caught.value.exit_status == 2
    with pytest.raises(RunError, match=r"^there is no archive at "):
        policytrail.export(db, warc.with_name("out"), "markdown")
    with pytest.raises(RunError, match=r"is no known archive"):
        policytrail.crawl(db, ["shop.example"], source="none")


def test_a_crawl_that_is_refused(warc: Path) -> None:
    db = warc.with_name("a.db")
    policytrail.import_warc(db, [warc])
    result = policytrail.crawl(
        db, ["shop.example"], since="2014", until="2018", budget=3, source="http://127.0.0.1:9"
    )
    assert (result.exit_status, result.new_versions, result.changed) == (4, 0, ())
    assert result.outcome.startswith("127.0.0.1:9 refuses us: ")
