"""A run leaves its row, and a report where one is asked for: whole, or none."""

import json
import os
from pathlib import Path

import pytest

from crawler.errors import ReportError
from crawler.runs import Result, Run
from db.database import open_archive
from tests.support.commands import Run as Command
from tests.support.commands import error
from tests.support.paths import DOCS
from tests.support.warcs import zipped


def test_the_report_of_an_import_says_what_it_brought(policytrail: Command, archive: str) -> None:
    said = policytrail("import", archive, "shop.warc.gz", "--report", "report.json", "--jobs", "1")
    assert said.status == 0
    again = json.loads(Path("report.json").read_text())
    assert [(shop["domain"], shop["captures"], shop["versions"]) for shop in again["retailers"]] == [
        ("shop.example", 0, [])
    ]
    said = policytrail("import", "b.db", "shop.warc.gz", "--report", "report.json", "--jobs", "1")
    assert said.status == 0
    first = json.loads(Path("report.json").read_text())
    assert list(first) == [
        "report", "policytrail", "archive", "crawl", "command", "started_at", "finished_at", "outcome",
        "requests", "listed",
        "fetched", "failed", "excluded", "exit_status", "archive_versions", "archive_changes", "retailers",
    ]  # fmt: skip
    documented = (DOCS / "scheduling.md").read_text()
    assert [key for key in (*first, *first["retailers"][0]) if f"`{key}`" not in documented] == []
    assert (first["outcome"], first["exit_status"], first["listed"], first["archive_versions"]) == (
        "done",
        0,
        4,
        2,
    )
    (shop,) = first["retailers"]
    assert (shop["captures"], shop["fetched"], len(shop["versions"])) == (4, 4, 2)
    (change,) = shop["changes"]
    assert (change["last_old"], change["first_new"]) == ("2015-01-01T00:00:00Z", "2018-05-25T00:00:00Z")
    assert sorted(
        path.name for path in Path().iterdir() if path.suffix == ".json" or path.name.startswith(".")
    ) == ["report.json"]


def test_a_rebuild_leaves_a_row_and_brings_nothing_new(policytrail: Command, archive: str) -> None:
    assert policytrail("rebuild", archive, "--jobs", "1", "--report", "report.json").status == 0
    told = json.loads(Path("report.json").read_text())
    assert told["command"].startswith("rebuild a.db")
    assert (told["crawl"], told["outcome"], [shop["versions"] for shop in told["retailers"]]) == (
        2,
        "done",
        [[]],
    )


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (KeyboardInterrupt(), "stopped: run the same command again to go on"),
        (ReportError("no report\ncan be written"), "no report can be written"),
        (None, "ended early"),
    ],
)
def test_a_run_without_a_result_has_an_outcome(
    tmp_path: Path, error: BaseException | None, outcome: str
) -> None:
    run = Run(tmp_path / "a.db", "import", create=True)
    if error:
        with pytest.raises(type(error)), run:
            raise error
    run.close()
    run.close()
    db = open_archive(tmp_path / "a.db")
    assert db.execute("select outcome, finished_at is null from crawls").fetchall() == [(outcome, 0)]


@pytest.mark.parametrize("report", ["none/report.json", "."])
def test_a_report_that_cannot_be_written_is_told_before_anything_is_done(
    policytrail: Command, report: str
) -> None:
    Path("shop.warc.gz").write_bytes(zipped())
    said = policytrail("import", "a.db", "shop.warc.gz", "--report", report)
    assert error(said) == f"no report can be written to {report}: give a file in a folder that exists"
    assert not Path("a.db").exists()


def test_a_report_is_written_through_a_link(policytrail: Command, archive: str) -> None:
    Path("disk").mkdir()
    for name, to in (("there.json", "disk/there.json"), ("dead.json", "disk/dead.json")):
        Path(name).symlink_to(to)
    Path("disk/there.json").write_text("the old one")
    for name in ("there.json", "dead.json"):
        assert policytrail("rebuild", archive, "--jobs", "1", "--report", name).status == 0
        assert (Path(name).is_symlink(), json.loads(Path(name).read_text())["exit_status"]) == (True, 0)
    assert sorted(path.name for path in Path("disk").iterdir()) == ["dead.json", "there.json"]


def test_a_temporary_report_is_not_written_through_a_link(tmp_path: Path) -> None:
    victim, file = tmp_path / "victim", tmp_path / "report.json"
    victim.write_text("keep")
    (tmp_path / f".report.json.{os.getpid()}").symlink_to(victim)
    with Run(tmp_path / "a.db", "import", create=True, report=file) as run:
        run.finish(Result(0, "done", "done"), {}, [])
    assert json.loads(file.read_text())["exit_status"] == 0
    assert victim.read_text() == "keep"


@pytest.mark.parametrize("report", ["/dev/null", "null.json", "/dev/stdout", "pipe.json", "circle.json"])
def test_a_report_never_replaces_a_device_or_a_pipe(policytrail: Command, report: str) -> None:
    Path("shop.warc.gz").write_bytes(zipped())
    Path("null.json").symlink_to("/dev/null")
    Path("circle.json").symlink_to("circle.json")
    os.mkfifo("pipe.json")
    before = os.lstat(report).st_ino
    said = policytrail("import", "a.db", "shop.warc.gz", "--report", report)
    assert (said.status, os.lstat(report).st_ino) == (2, before)
    assert error(said).startswith(f"no report can be written: {report} ")
    assert not Path("a.db").exists()


def test_a_report_that_fails_at_the_end_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report.json"
    file.write_text("the old one")
    with Run(tmp_path / "a.db", "import", create=True, report=file) as run:
        monkeypatch.setattr(
            "os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device"))
        )
        with pytest.raises(ReportError, match=r"report\.json cannot be written: No space left on device"):
            run.finish(Result(0, "done", "done"), {}, [])
    assert file.read_text() == "the old one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.db", "a.db.lock", "report.json"]
