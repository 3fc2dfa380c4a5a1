"""Folders of WARC and Markdown files, named on the command line."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from crawler.importing.folders import markdown_files, warc_files
from tests.support.commands import Run
from tests.support.warcs import HTML, record, zipped

WARCS = ("a.warc", "b/c.WARC.GZ", "b/d/e.arc", "f.arc.gz", "g.wacz", "h.warc.wet.gz", "i.warc.wat.gz")
TEXTS = ("a.md", "b/c.MD")
OTHERS = ("a.txt", "warc", "b.gz", ".git/x.warc", ".git/x.md", "c.warc.gz.part")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    for name in (*WARCS, *TEXTS, *OTHERS):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return folder


def test_the_files_of_a_folder_are_found_by_name(folder: Path) -> None:
    problems: list[str] = []
    assert {str(path.relative_to(folder)) for path in warc_files([folder], problems)} == set(WARCS)
    assert {str(path.relative_to(folder)) for path in markdown_files([folder], problems)} == set(TEXTS)
    assert problems == []


def test_a_named_file_is_what_its_ending_says(folder: Path) -> None:
    paths = [folder / "a.txt", folder / "a.md", folder / "a.warc"]
    assert warc_files(paths, []) == [folder / "a.txt", folder / "a.warc"]
    assert list(markdown_files(paths, [])) == [folder / "a.md"]


def test_links_are_skipped_and_named_and_a_folder_with_nothing_too(folder: Path) -> None:
    (folder / "link.warc").symlink_to(folder / "a.warc")
    (folder / "link.md").symlink_to(folder / "a.md")
    (folder / "empty").mkdir()
    problems: list[str] = []
    assert folder / "link.warc" not in warc_files([folder, folder / "empty"], problems)
    assert folder / "link.md" not in list(markdown_files([folder, folder / "empty"], problems))
    assert problems == [
        f"{folder / 'link.warc'} is a link or no plain file, and was skipped",
        f"{folder / 'link.md'} is a link or no plain file, and was skipped",
        f"{folder / 'empty'} has no WARC and no Markdown file",
    ]


def captures(db: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(
            "select timestamp, original, state, headers from captures order by 1"
        ).fetchall()


def test_the_folder_of_an_export_is_imported_as_the_same_captures(policytrail: Run) -> None:
    Path("crawl/2014").mkdir(parents=True)
    Path("crawl/2015").mkdir()
    page = HTML + b"<h1>Privacy</h1><p>We keep your name and address for as long as the law asks for it."
    Path("crawl/2014/a.warc").write_bytes(record(page))
    Path("crawl/2015/b.warc.gz").write_bytes(zipped(record(page, date="2015-05-30T13:02:40Z")))
    said = policytrail("import", "a.db", "crawl", "--jobs", "1")
    printed = (
        "2 captures read, 2 of them new, of 1 retailers\n"
        "2 captures without a policy: 2 thin\n"
        "1 retailer without any version: shop.example\n"
    )
    assert said == (0, printed, "")
    assert policytrail("export", "a.db", "out", "--format", "warc").status == 0
    said = policytrail("import", "b.db", "out", "--jobs", "1")
    assert said == (0, printed, "")
    assert captures("b.db") == captures("a.db")
    assert json.loads(str(captures("b.db")[0][3])) == [["Content-Type", "text/html; charset=utf-8"]]


def test_the_command_says_why_it_took_nothing(policytrail: Run) -> None:
    Path("empty").mkdir()
    said = policytrail("import", "a.db", "empty", "--jobs", "1")
    assert (said.status, said.err) == (2, "Error: empty has no WARC and no Markdown file\n")
    Path("a.warc.wet").write_bytes(record(b"We keep your name.", kind="conversion"))
    said = policytrail("import", "a.db", "a.warc.wet", "--jobs", "1")
    assert (said.status, said.err) == (0, "")
    assert said.out == (
        "0 captures read, 0 of them new, of 0 retailers\n"
        "a.warc.wet has no captures to import, only 1 conversions (the text of pages, as in WET files)\n"
    )


def test_the_command_names_damaged_records(policytrail: Run) -> None:
    short = record(HTML + b"<p>one").replace(b"<p>one\r\n", b"<p>one and more\r\n")
    Path("a.warc").write_bytes(short + record(HTML + b"<p>two", date="2015-05-30T13:02:40Z"))
    said = policytrail("import", "a.db", "a.warc", "--jobs", "1")
    problem = f"its record states a length of {len(HTML) + 6} bytes, and has {len(HTML) + 15}"
    assert (said.status, said.out.splitlines()[-1]) == (3, "2 captures read, 2 of them new, of 1 retailers")
    assert said.err == f"Error: a.warc: record 1 (http://shop.example/privacy 20140530130240): {problem}\n"
    assert [row[2] for row in captures("a.db")] == ["failed", "fetched"]
