"""The command line as a user types it: its output and exit status. Crawls are in tests/end_to_end."""

import json
import re
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from crawler.cli.command_group import COMMANDS
from crawler.cli.main import main
from crawler.retailer_lists import built_in, read
from db.database import open_archive
from db.errors import StoreError
from db.known_archives import KNOWN
from tests.support.commands import RECORDS, URI, Run, error, policy


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_every_command_has_help_with_an_example(policytrail: Run, command: list[str]) -> None:
    said = policytrail(*command, "--help")
    assert (said.status, said.err) == (0, "")
    assert "Example: policytrail " in said.out


def test_the_version(policytrail: Run) -> None:
    assert re.fullmatch(r"policytrail, version \d+\.\d+\.\d+\n", policytrail("--version").out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["status"],
        ["show", "a.db"],
        ["import", "a.db"],
        ["crawl", "a.db", "--nonsense"],
        ["log", "a.db", "-n", "0"],
    ],
)
def test_wrong_use(policytrail: Run, arguments: list[str]) -> None:
    assert error(policytrail(*arguments))
    assert not Path("a.db").exists()


@pytest.mark.parametrize("command", [["status"], ["log"], ["show"], ["search"], ["rebuild"], ["serve"]])
def test_reading_what_is_not_there(policytrail: Run, command: list[str]) -> None:
    more = {"show": ["shop.example"], "search": ["words"]}.get(command[0], [])
    message = "there is no archive at none.db; make one with 'policytrail crawl' or 'policytrail import'"
    assert error(policytrail(*command, "none.db", *more)) == message
    assert not Path("none.db").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["status", "a.db"],
        ["crawl", "a.db", "rei.com"],
        ["import", "a.db", "shop.warc"],
        ["rebuild", "a.db"],
        ["serve", "a.db"],
    ],
)
@pytest.mark.parametrize("content", [b"no archive at all", b"<html>"])
def test_a_file_that_is_no_archive(policytrail: Run, command: list[str], content: bytes) -> None:
    Path("shop.warc").write_bytes(RECORDS[0])
    Path("a.db").write_bytes(content)
    assert error(policytrail(*command)) == "a.db is not a policytrail archive"
    assert Path("a.db").read_bytes() == content


@pytest.mark.parametrize(
    "command", [["status", "a.db"], ["crawl", "a.db", "rei.com"], ["import", "a.db", "shop.warc"]]
)
def test_an_archive_of_a_newer_schema(policytrail: Run, command: list[str]) -> None:
    Path("shop.warc").write_bytes(RECORDS[0])
    db = open_archive("a.db", create=True)
    db["_sqlite_migrations"].insert({"migration_set": "policytrail", "name": "m999", "applied_at": ""})  # type: ignore[union-attr]
    db.close()
    assert (
        error(policytrail(*command)) == "a.db was written by a newer policytrail (m999); update policytrail"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no domain"], "'no domain' is not a domain such as shop.example"),
        (["http://[broken"], "'http://[broken' is not a domain such as shop.example"),
        (["--retailers", "none.csv"], "none.csv cannot be read: No such file or directory"),
        (["--retailers", "empty.csv"],
         "empty.csv has no column domain and no column policy_url in its first line"),
        (["--retailers", "header.csv"], "header.csv names no retailer"),
        (["--retailers", "columns.csv"], "columns.csv has no column policy_url in its first line"),
        (["--retailers", "bad.csv"], "bad.csv line 3: 'shop' is not a domain such as shop.example"),
        (["rei.com", "--select", "some"],
         "'some' is no selection: use all, changed, bisect, or every=6months"),
        (["rei.com", "--from", "25.5.2018"], "'25.5.2018' is no date such as 2018, 2018-05 or 2018-05-25"),
        (["rei.com", "--from", "2019", "--to", "2018"], "2019 is after 2018: nothing lies between them"),
        (["rei.com", "--source", "nowhere"],
         f"'nowhere' is no known archive ({', '.join(KNOWN)}) nor an address such as http://127.0.0.1:8001"),
        (["rei.com", "--cdx-per-minute", "-1"],
         "Invalid value for '--cdx-per-minute': -1.0 is not in the range x>=0."),
        ([], "a.db has no retailers yet: name some (see 'policytrail retailers'), or give --retailers"),
    ],
)  # fmt: skip
def test_a_crawl_that_cannot_begin_says_why_and_leaves_nothing(
    policytrail: Run, arguments: list[str], message: str
) -> None:
    Path("empty.csv").write_text("")
    Path("header.csv").write_text("domain,policy_url\n")
    Path("columns.csv").write_text("domain,url\nshop.example,http://shop.example/\n")
    Path("bad.csv").write_text(
        "domain,policy_url\nshop.example,http://shop.example/\nshop,http://shop.example/\n"
    )
    assert error(policytrail("crawl", "a.db", *arguments)) == message
    assert not Path("a.db").exists()


def test_an_import_of_what_is_no_warc_file(policytrail: Run) -> None:
    Path("a.warc").write_text("<html>")
    said = policytrail("import", "a.db", "a.warc")
    assert (said.status, said.err) == (2, "Error: a.warc is no WARC file\n")
    assert error(policytrail("import", "a.db", "none.warc")) == "there is no file or folder none.warc"


def test_a_folder_of_wrong_files_is_a_short_line_in_status(policytrail: Run) -> None:
    Path("docs").mkdir()
    for name in "abcde":
        Path(f"docs/{name}.md").write_text("# No text of an export")
    said = policytrail("import", "a.db", "docs")
    assert (said.status, said.err.count("Error: docs/")) == (2, 5)
    (line,) = [line for line in policytrail("status", "a.db").out.splitlines() if "last run" in line]
    assert (line.count("docs/"), line.rpartition("; ")[2]) == (3, "and 2 more problems")


def test_an_import_that_is_cut_off_keeps_what_is_whole(policytrail: Run) -> None:
    Path("a.warc").write_bytes(b"".join(RECORDS)[:-20])
    said = policytrail("import", "a.db", "a.warc", "--jobs", "1")
    assert said.status == 3
    assert said.out == (
        "1 new version, of 1 retailer\n"
        "1 capture without a policy: 1 empty\n"
        "3 captures read, 3 of them new, of 1 retailers\n"
    )
    assert said.err == "Error: a.warc is cut off within record 4; the 3 before it were read\n"
    assert policytrail("status", "a.db").out.count("shop.example") >= 1


def test_an_import_may_name_the_retailer(policytrail: Run) -> None:
    Path("a.warc").write_bytes(RECORDS[0])
    assert policytrail("import", "a.db", "a.warc", "--domain", "WWW.Owner.example", "--jobs", "1").status == 0
    assert [shop["domain"] for shop in json.loads(policytrail("status", "a.db", "--json").out)] == [
        "owner.example"
    ]


def test_a_second_import_brings_nothing(policytrail: Run, archive: str) -> None:
    assert (
        policytrail("import", archive, "shop.warc.gz").out
        == "4 captures read, 0 of them new, of 1 retailers\n"
    )


def test_extract(policytrail: Run) -> None:
    Path("page.html").write_bytes(policy("name").partition(b"\r\n\r\n")[2])
    said = policytrail("extract", "page.html", "--url", URI, "--timestamp", "20140530130240")
    assert said.status == 0
    assert said.err.startswith("policy: ")
    assert "https://web.archive.org/web/20140530130240id_/http" in said.out.splitlines()[0]
    assert policytrail("extract", "page.html", "--url", URI).out.startswith(
        "# Privacy Policy\n\nFor orders we collect"
    )
    assert "No such file" in error(policytrail("extract", "none.html", "--url", URI))


def test_a_file_without_an_end_is_no_page(policytrail: Run) -> None:
    assert policytrail("extract", "/dev/zero", "--url", URI) == (
        3,
        "",
        "Error: /dev/zero is larger than 64 MB, so it is no policy\n",
    )


def test_retailers(policytrail: Run) -> None:
    said = policytrail("retailers")
    assert re.search(r"^rei\.com +REI\b.*\n    http", said.out, re.M)


def test_serve_says_when_it_cannot_listen(policytrail: Run, archive: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert re.fullmatch(
            rf"cannot listen on 127\.0\.0\.1:{port} \(.*\); try another --port",
            error(policytrail("serve", archive, "--port", str(port))),
        )


def test_a_store_that_fails_is_done_in_part(
    policytrail: Run, archive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise StoreError(
            "the archive could not be written: database or disk is full; nothing of this step was kept"
        )

    monkeypatch.setattr("db.store.run_log.begin", fail)
    said = policytrail("import", archive, "shop.warc.gz")
    assert (
        error(said, 3)
        == "the archive could not be written: database or disk is full; nothing of this step was kept"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no domain"], "'no domain' is not a domain such as shop.example"),
        (["--retailers", "none.csv"], "none.csv cannot be read: No such file or directory"),
        (["rei.com", "--source", "nowhere"],
         f"'nowhere' is no known archive ({', '.join(KNOWN)}) nor an address such as http://127.0.0.1:8001"),
        (["rei.com", "--budget", "0"], "Invalid value for '--budget': 0 is not in the range x>=1."),
        (["rei.com", "--from", "2018"], "No such option '--from'."),
        (["rei.com", "--report", "none/r.json"],
         "no report can be written to none/r.json: give a file in a folder"),
        ([], "a.db has no retailers yet: name some (see 'policytrail retailers'), or give --retailers"),
    ],
)  # fmt: skip
def test_a_search_that_cannot_begin_says_why_and_leaves_nothing(
    policytrail: Run, arguments: list[str], message: str
) -> None:
    assert error(policytrail("discover", "a.db", *arguments)).startswith(message)
    assert not Path("a.db").exists()


def test_the_built_in_list_as_csv_is_a_list_of_ones_own(policytrail: Run) -> None:
    said = policytrail("retailers", "--csv")
    Path("shops.csv").write_text(said.out)
    again = {retailer.domain: retailer for retailer in read(Path("shops.csv"), "list")}
    assert (said.status, again) == (0, built_in())


def test_a_list_of_ones_own_is_shown_and_checked(policytrail: Run) -> None:
    shops = Path("shops.csv")
    shops.write_text(
        "domain;policy_url;name;sector\n"
        "www.a.example;http://a.example/privacy;A \x1b[1m;books\n"
        "bücher.example;;;\na.example;http://a.example/legal;;\n"
    )
    said = policytrail("retailers", shops)
    assert (said.status, said.out.splitlines()) == (
        0,
        [
            r"a.example                A \x1b[1m",
            "    sector: books",
            "    http://a.example/privacy",
            "    http://a.example/legal",
            "bücher.example",
            "2 retailers, 2 addresses; 1 without one: 'policytrail crawl' searches for them",
        ],
    )
    Path("again.csv").write_text(policytrail("retailers", shops, "--csv").out)
    assert read(Path("again.csv"), "given") == read(shops, "given")
    shops.write_text("domain,policy_url\na.example,\nno domain,\n")
    assert error(policytrail("retailers", shops)) == (
        "shops.csv line 3: 'no domain' is not a domain such as shop.example"
    )
    assert error(policytrail("retailers", "none.csv")) == "none.csv cannot be read: No such file or directory"


def test_too_little_memory_is_an_error_of_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fill(**_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(sys.modules["crawler.cli.main"], "cli", fill)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    assert capsys.readouterr().err == "Error: this process may not use enough memory: see 'ulimit -v'\n"
