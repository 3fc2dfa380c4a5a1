"""What commands print before their first request."""

import os
import subprocess
from pathlib import Path

import pytest

from crawler.cli.options import note_long_list
from db.database import open_archive
from tests.support.commands import Run, error
from tests.support.processes import POLICYTRAIL


@pytest.mark.parametrize(
    ("length", "line"), [(0, ""), (49, ""), (50, "50 retailers\n"), (500, "500 retailers\n")]
)
def test_the_length_of_a_long_list_is_printed(length: int, line: str, capsys: pytest.CaptureFixture[str]):
    note_long_list(range(length))
    assert capsys.readouterr() == ("", line)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("log a.db s", "plain,shop.example\n"),
        ("show a.db ", "plain,shop.example\n"),
        ("log a.db x", "\n"),
        ("log none.db s", "\n"),
        ("log text.db s", "\n"),
        ("cra", "plain,crawl\n"),
    ],
)
@pytest.mark.usefixtures("archive")
def test_domains_and_commands_are_completed(typed: str, offered: str):
    Path("text.db").write_text("no archive")
    words = typed.split(" ")
    completion = {
        "_POLICYTRAIL_COMPLETE": "bash_complete",
        "COMP_WORDS": f"policytrail {typed}",
        "COMP_CWORD": str(len(words)),
    }
    code = "from crawler.cli.main import cli; cli(prog_name='policytrail')"
    ended = subprocess.run(
        [POLICYTRAIL[0], "-c", code],
        env={**os.environ, **completion},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.stdout, ended.stderr) == (offered, "")


@pytest.mark.parametrize("command", [["log"], ["show"], ["crawl"], ["status"], ["search"], ["export"]])
def test_a_domain_in_the_place_of_the_archive_file_is_named(policytrail: Run, command: list[str]):
    said = policytrail(*command, "rei.com", "2018", *(["--format", "csv"] if command == ["export"] else []))
    assert said.status == 2
    assert said.err.splitlines()[-1] == (
        f"Error: the archive file comes before the domain: policytrail {command[0]} archive.db rei.com"
    )
    assert not Path("rei.com").exists()


@pytest.mark.parametrize("name", ["none.db", "shop.example", "here/rei.com", "rei"])
def test_other_names_can_be_an_archive_file(policytrail: Run, name: str):
    message = error(policytrail("log", name))
    assert message.startswith(f"there is no archive at {name}; make one with ")


@pytest.mark.parametrize("command", [["log"], ["status"], ["search", "cookies"]])
def test_an_archive_file_without_retailers_says_what_to_do_next(policytrail: Run, command: list[str]):
    open_archive("a.db", create=True).close()
    name, *words = command
    said = policytrail(name, "a.db", *words)
    assert said.status == 0
    assert said.err.splitlines()[-1] == (
        "a.db has no retailers yet: 'policytrail crawl a.db DOMAIN' or 'policytrail import a.db FILE'"
    )
    assert "DOMAIN" not in said.out


@pytest.mark.parametrize(
    "command", [["log"], ["show"], ["diff"], ["status"], ["news"], ["search", "cookies"]]
)
def test_part_of_a_domain_is_answered_with_the_domain(policytrail: Run, archive: str, command: list[str]):
    name, *words = command
    said = policytrail(name, archive, *words, "SHOP")
    assert error(said) == "the archive has no retailer shop; did you mean shop.example?"
    said = policytrail(name, archive, *words, "rei")
    assert error(said) == "'rei' is not a domain such as shop.example"
