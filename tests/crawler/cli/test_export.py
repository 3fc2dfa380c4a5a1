"""`policytrail export`: what is chosen, what is said, and what cannot be done."""

import json
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from db.database import open_archive, transaction
from db.errors import ExportWriteError
from db.export import files
from extract import EXTRACTOR
from tests.support.commands import Run, error

FORMATS = ("markdown", "jsonl", "parquet", "csv", "changes-jsonl", "changes-parquet", "panel-csv")
SHELF = Path("s/sh/sho")


def rows(place: str | Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(place).read_text().splitlines()]


@pytest.fixture
def wayback(archive: str) -> str:
    """The archive, as if its captures came from the Wayback Machine."""
    db = open_archive(archive)
    with transaction(db):
        db.execute("update captures set archive = 'web.archive.org'")
    db.close()
    return archive


def test_markdown_is_what_show_prints(policytrail: Run, wayback: str):
    assert policytrail("export", wayback, "out", "--format", "markdown") == (
        0,
        "out: 3 written, 0 there already\n",
        "",
    )
    days = {"-20140101": "2014-01-01", "-20180525": "2018-05-25", "": "2018-05-25"}
    for dated, day in days.items():
        text = (Path("out") / SHELF / f"shop.example{dated}.md").read_bytes()
        assert text.decode() == policytrail("show", wayback, "shop.example", day).out
        assert text.startswith(
            b"> *The following text is extracted and transformed from the shop.example privacy policy that"
        )
    assert policytrail("export", wayback, "out", "--format", "markdown") == (
        0,
        "out: 0 written, 3 there already\n",
        "",
    )


def test_markdown_of_an_archive_that_nobody_else_can_reach(policytrail: Run, archive: str):
    policytrail("export", archive, "out", "--format", "markdown", "--latest")
    text = (Path("out") / SHELF / "shop.example.md").read_text()
    assert text == policytrail("show", archive, "shop.example").out
    assert "capture 20180525000000 of shop.warc.gz)" in text.splitlines()[0]


@pytest.mark.parametrize(
    ("options", "versions"),
    [
        ([], [1, 2]),
        (["--latest"], [2]),
        (["--from", "2018"], [2]),
        (["--from", "2018-05-26"], []),
        (["--to", "2017"], [1]),
        (["--to", "2014-01-01"], [1]),
        (["--to", "2013"], []),
        (["--from", "2016", "--to", "2017"], []),
        (["--to", "2017", "--latest"], [1]),
        (["--retailer", "https://www.Shop.example/", "--retailer", "shop.example"], [1, 2]),
    ],
)
def test_what_is_chosen(policytrail: Run, archive: str, options: list[str], versions: list[int]):
    said = policytrail("export", archive, "x.jsonl", "--format", "jsonl", *options)
    assert said == (0, f"x.jsonl: {len(versions)} written, 0 there already\n", "")
    assert [row["version"] for row in rows("x.jsonl")] == versions


def test_rows_have_the_archives_own_addresses(policytrail: Run, wayback: str):
    policytrail("export", wayback, "x.jsonl", "--format", "jsonl", "--latest")
    (row,) = rows("x.jsonl")
    assert (
        row["first_snapshot"] == "https://web.archive.org/web/20180525000000id_/http://shop.example/privacy"
    )
    assert policytrail("log", wayback, "--evidence").out.count(str(row["first_snapshot"])) == 1


def test_a_folder_takes_files_of_every_format(policytrail: Run, archive: str):
    Path("out").mkdir()
    for form in FORMATS:
        assert policytrail("export", archive, "out", "--format", form).status == 0
    found = {str(path.relative_to("out")) for path in Path("out").rglob("*") if path.is_file()}
    texts = {str(SHELF / f"shop.example{dated}.md") for dated in ("", "-20140101", "-20180525")}
    whole = {f"{kind}.{form}" for kind in ("versions", "changes") for form in ("jsonl", "parquet")}
    assert found == texts | whole | {"changes.csv", "panel.csv", files.LIST}


def test_a_folder_that_does_not_exist_is_no_file(policytrail: Run, archive: str):
    said = policytrail("export", archive, "study/", "--format", "csv")
    assert error(said) == "there is no folder study/: make it, or name a file"
    assert not Path("study").exists()
    Path("study").mkdir()
    said = policytrail("export", archive, "study/", "--format", "csv")
    assert said == (0, "study/changes.csv: 1 written, 0 there already\n", "")
    said = policytrail("export", archive, "texts/", "--format", "markdown")
    assert said == (0, "texts: 3 written, 0 there already\n", "")


def test_only_csv_needs_to_be_asked_for_the_words(policytrail: Run, archive: str):
    assert policytrail("export", archive, "x.csv", "--format", "csv", "--with-text").status == 0
    assert ",title,removed,added," in Path("x.csv").read_text().splitlines()[0]
    said = policytrail("export", archive, "x.jsonl", "--format", "jsonl", "--with-text")
    assert error(said) == "--with-text is an option of --format csv"


def test_the_texts_of_a_day_and_a_panel(policytrail: Run, archive: str):
    said = policytrail("export", archive, "x.jsonl", "--format", "jsonl", "--on", "2016-02-29")
    assert said == (0, "x.jsonl: 1 written, 0 there already\n", "")
    (row,) = rows("x.jsonl")
    assert (row["day"], row["version"], row["known"]) == ("2016-02-29", 1, False)
    said = policytrail("export", archive, "p.jsonl", "--format", "panel-jsonl", "--every", "year")
    assert said == (0, "p.jsonl: 5 written, 0 there already\n", "")
    assert [row["period"] for row in rows("p.jsonl")] == ["2014", "2015", "2016", "2017", "2018"]


def test_a_table_is_described_with_the_options_of_its_export(policytrail: Run, archive: str):
    Path("out").mkdir()
    said = policytrail(
        *("export", archive, "out", "--format", "csv", "--from", "2018", "--with-text", "--describe")
    )
    assert said == (0, "out/changes.csv: 1 written, 0 there already\n", "")
    (found,) = json.loads(Path("out/datapackage.json").read_text())["resources"]
    assert (found["path"], found["policytrail"]["archive"]) == ("changes.csv", archive)
    assert found["policytrail"]["options"] == "--format csv --from 2018 --with-text"
    assert found["policytrail"]["extractor"] == EXTRACTOR
    Path("other").mkdir()
    Path("other/croissant.json").write_text("{}")
    said = policytrail("export", archive, "other", "--format", "csv", "--describe")
    assert error(said) == (
        "other/croissant.json was not written by this export: move it away, or export into another folder"
    )
    assert not Path("other/changes.csv").exists()


def test_exporting_leaves_the_archive_as_it_is(policytrail: Run, archive: str):
    def content() -> list[str]:
        connection = sqlite3.connect(archive)
        try:
            return list(connection.iterdump())
        finally:
            connection.close()

    before = content()
    for form in FORMATS:
        policytrail("export", archive, "out" if form == "markdown" else f"x.{form}", "--format", form)
    assert content() == before


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_archive(policytrail: Run, form: str):
    open_archive("a.db", create=True).close()
    assert policytrail("export", "a.db", "out", "--format", form).status == 0
    assert policytrail("export", "a.db", "out", "--format", form) == (
        0,
        "out: 0 written, 0 there already\n",
        "",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.db", "file", "--format", "markdown"], "file is a file: this format needs a folder"),
        (["a.db", "no/out", "--format", "markdown"], "there is no folder no"),
        (["a.db", "no/x.jsonl", "--format", "jsonl"], "there is no folder no"),
        (
            ["a.db", "file", "--format", "jsonl"],
            "file was not written by this export: move it away, or choose another file",
        ),
        (
            ["a.db", "a.db", "--format", "parquet"],
            "a.db was not written by this export: move it away, or choose another file",
        ),
        (
            ["b.db", "out", "--format", "csv"],
            "there is no archive at b.db; make one with 'policytrail crawl' or 'policytrail import'",
        ),
        (
            ["a.db", "out", "--format", "csv", "--retailer", "other.example"],
            "the archive has no retailer other.example; it has 1 retailers: see 'policytrail status'",
        ),
        (["a.db", "out", "--format", "csv", "--retailer", "["], "'[' is not a domain such as shop.example"),
        (
            ["a.db", "out", "--format", "csv", "--from", "May"],
            "'May' is no date such as 2018, 2018-05 or 2018-05-25",
        ),
        (
            ["a.db", "out", "--format", "csv", "--from", "2019", "--to", "2018"],
            "2019 is after 2018: nothing lies between them",
        ),
        (
            ["a.db", "out", "--format", "git", "--on", "2018-05-25"],
            "--on is an option of the formats csv, jsonl, parquet",
        ),
        (["a.db", "out", "--format", "csv", "--on", "2018-05"], "'2018-05' is not a day such as 2018-05-25"),
        (
            ["a.db", "out", "--format", "csv", "--on", "2018-02-30"],
            "'2018-02-30' is no date such as 2018, 2018-05 or 2018-05-25",
        ),
        (
            ["a.db", "out", "--format", "csv", "--on", "2018-05-25", "--latest"],
            "--on names one day: it goes with --retailer only",
        ),
        (
            ["a.db", "out", "--format", "csv", "--every", "year"],
            "--every is an option of the formats panel-csv, panel-jsonl and panel-parquet",
        ),
        (["a.db", "out", "--format", "git", "--describe"], "--describe is for tables, and git is none"),
        (["a.db", "out"], "Missing option '--format'. Choose from:"),
    ],
)
def test_what_cannot_be_done(policytrail: Run, archive: str, arguments: list[str], message: str):
    Path("file").write_text("theirs")
    said = policytrail("export", *arguments)
    if said.err.startswith("Usage"):
        assert (said.status, message in said.err) == (2, True)
    else:
        assert error(said) == message
    assert not Path("out").exists()
    assert Path("file").read_text() == "theirs"


@pytest.mark.parametrize(("form", "place"), [("markdown", "/sys/out"), ("jsonl", "/sys/x.jsonl")])
def test_a_place_that_may_not_be_written(policytrail: Run, archive: str, form: str, place: str):
    """Not even by root: there the kernel makes files."""
    message = error(policytrail("export", archive, place, "--format", form))
    assert message.startswith("/sys/")
    assert " cannot be written: " in message


def test_a_file_of_another_in_the_way_is_named(policytrail: Run, archive: str):
    theirs = Path("out") / SHELF / "shop.example.md"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs")
    said = policytrail("export", archive, "out", "--format", "markdown")
    assert said.status == 3
    assert said.out == "out: 2 written, 0 there already\n"
    assert (
        said.err == "Error: out has 1 files of the same names from elsewhere, which were kept: "
        f"{SHELF / 'shop.example.md'}\n"
    )
    assert theirs.read_text() == "theirs"


def test_pyarrow_is_missing(policytrail: Run, archive: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    said = policytrail("export", archive, "x.parquet", "--format", "parquet")
    assert error(said) == f"parquet needs pyarrow: {sys.executable} -m pip install 'policytrail[parquet]'"


def test_a_full_disk(policytrail: Run, archive: str, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> bool:
        raise ExportWriteError(
            "out could not be written: No space left on device; the files in it are complete"
        )

    monkeypatch.setattr(files.ExportFolder, "put", full)
    said = policytrail("export", archive, "out", "--format", "markdown")
    assert error(said, 3) == "out could not be written: No space left on device; the files in it are complete"


def test_an_archive_that_may_not_be_written(policytrail: Run, archive: str, monkeypatch: pytest.MonkeyPatch):
    """As that of another user is, in a folder of his."""
    monkeypatch.setattr("os.access", lambda _, mode: mode != os.W_OK)
    assert policytrail("export", archive, "x.csv", "--format", "csv") == (
        0,
        "x.csv: 1 written, 0 there already\n",
        "",
    )


@pytest.mark.parametrize("form", ["jsonl", "parquet", "csv"])
def test_a_file_is_written_through_a_link_in_every_format(policytrail: Run, archive: str, form: str):
    Path("disk").mkdir()
    link = Path(f"out.{form}")
    link.symlink_to(Path("disk") / "data")
    assert policytrail("export", archive, "plain", "--format", form).status == 0
    assert policytrail("export", archive, link, "--format", form).status == 0
    assert (link.is_symlink(), link.read_bytes()) == (True, Path("plain").read_bytes())
    written = Path("disk/data").stat().st_ino
    said = policytrail("export", archive, link, "--format", form)
    assert (said.status, said.out.split(",")[0]) == (0, f"{link}: 0 written")
    assert Path("disk/data").stat().st_ino == written
    assert [path.name for path in Path("disk").iterdir()] == ["data"]


@pytest.mark.parametrize("form", ["markdown", "warc", "git"])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_folder_is_written_through_a_link_in_every_format(
    policytrail: Run, archive: str, form: str, is_there: bool
):
    if is_there:
        Path("disk").mkdir()
    link = Path("out")
    link.symlink_to("disk")
    assert policytrail("export", archive, link, "--format", form).status == 0
    assert link.is_symlink()
    assert any(Path("disk").iterdir())
    said = policytrail("export", archive, link, "--format", form)
    assert (said.status, said.out.split(",")[0]) == (0, "out: 0 written")


@pytest.mark.parametrize("form", ["jsonl", "parquet", "csv", "markdown", "warc", "git"])
@pytest.mark.parametrize("out", ["/dev/null", "null", "/dev/stdout", "circle"])
def test_no_format_replaces_a_device_or_a_circle_of_links(
    policytrail: Run, archive: str, form: str, out: str
):
    Path("null").symlink_to("/dev/null")
    Path("circle").symlink_to("circle")
    before = {name: os.lstat(name).st_ino for name in ("/dev/null", "null", "circle")}
    said = policytrail("export", archive, out, "--format", form)
    assert said.status == 2
    assert f"{out} " in error(said)
    assert {name: os.lstat(name).st_ino for name in before} == before
    assert not list(Path("/dev").glob(".*.part"))
