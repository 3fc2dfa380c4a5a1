"""The commands by name: their summaries, similar names, and what is imported for the help."""

import subprocess
import sys

import pytest
from click import Context

from crawler.cli import cli
from crawler.cli.command_group import COMMANDS
from tests.support.commands import Run, error

SLOW = ("scrapy", "datasette", "sqlite_utils", "trafilatura")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_name_has_its_command(name: str) -> None:
    command = cli.get_command(Context(cli), name)
    assert command and command.name == name


def test_every_summary_fits_a_terminal_of_80_columns() -> None:
    assert [
        row.summary for row in COMMANDS.values() if len(row.summary) > 66 or row.summary[-1:] != "."
    ] == []


@pytest.mark.parametrize(("typed", "meant"), [("crwl", "crawl"), ("lgo", "log"), ("stauts", "status")])
def test_a_wrong_name_is_answered_with_a_similar_one(policytrail: Run, typed: str, meant: str) -> None:
    assert error(policytrail(typed, "a.db")) == f"No such command '{typed}'. Did you mean '{meant}'?"


def test_a_name_that_resembles_none(policytrail: Run) -> None:
    assert error(policytrail("x")) == "No such command 'x'."


def test_help_is_a_command_too(policytrail: Run) -> None:
    assert policytrail("help", "log") == policytrail("log", "--help")
    assert policytrail("help") == policytrail("--help")
    assert error(policytrail("help", "lgo")) == "No such command 'lgo'. Did you mean 'log'?"


@pytest.mark.parametrize("option", ["--help", "--version", "-V"])
def test_help_and_version_import_nothing_slow(option: str) -> None:
    code = (
        "import sys, contextlib, crawler.cli\n"
        f"sys.argv = ['policytrail', {option!r}]\n"
        "with contextlib.suppress(SystemExit):\n    crawler.cli.main()\n"
        f"print([name for name in {SLOW} if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stderr == "[]\n"
