"""The report as a folder: what is written, what is kept, what is refused."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from db.errors import ExportTargetError
from db.export import report
from db.report import compute
from db.report.options import ReportOptions
from tests.support.reports import plant


def written(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_the_same_archive_has_the_same_bytes(db: Database, tmp_path: Path) -> None:
    plant(db, shops=2)
    first = report.write(db, tmp_path / "a", compute.NAMES, ReportOptions())
    report.write(db, tmp_path / "b", compute.NAMES, ReportOptions())
    assert written(tmp_path / "a") == written(tmp_path / "b")
    again = report.write(db, tmp_path / "a", compute.NAMES, ReportOptions())
    files = 3 * len(compute.NAMES) + 2
    assert (first.written, again.written, again.kept) == (files, 0, files)


def test_tables_of_an_earlier_report_go(db: Database, tmp_path: Path) -> None:
    report.write(db, tmp_path / "out", ("A1", "A9"), ReportOptions())
    result = report.write(db, tmp_path / "out", ("A9",), ReportOptions())
    assert (result.written, result.kept, result.removed) == (2, 3, 3)
    assert sorted(written(tmp_path / "out")) == [
        "a9.csv", "a9.md", "a9.svg", "index.html", "policytrail.sha256", "report.md",
    ]  # fmt: skip


def test_files_of_others_are_kept(db: Database, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "index.html").write_text("mine")
    result = report.write(db, out, ("A1",), ReportOptions())
    assert (result.written, result.foreign_files) == (4, ("index.html",))
    assert (out / "index.html").read_text() == "mine"


def test_a_file_is_no_folder(db: Database, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(ExportTargetError, match="is a file"):
        report.write(db, tmp_path / "out", ("A1",), ReportOptions())
