"""What commands print before their first request."""

import os
import subprocess
from pathlib import Path

import pytest

from crawler.cli.options import note_long_list
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
