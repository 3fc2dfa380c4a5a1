"""No command claims to know the day of a change: it lies between two captures."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import cli
from crawler.cli.command_group import COMMANDS
from crawler.demo.build import build
from tests.support.commands import Run
from tests.support.paths import DOCS

# "changed on 2018-05-25", "was updated in May", "modified at": a date of a change, that nobody has seen
CLAIM = re.compile(
    r"(?i)\b(?:changed|updated|modified|replaced|deleted|removed) (?:on|at|in) (?:the day|the"
    r" date|\d)|changed on"
)
DATED = re.compile(r"\d{4}-\d\d-\d\d")


QUOTE = re.compile(r'“[^”]*[”…]|"(?:before|after)": .*')  # the words of a policy, in a finding


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled archive of fictional shops, imported."""
    folder = tmp_path_factory.mktemp("demo")
    build(folder / "shops.warc.gz")
    done = CliRunner().invoke(
        cli, ["import", str(folder / "a.db"), str(folder / "shops.warc.gz")], obj="import"
    )
    assert done.exit_code == 0, done.output
    return folder / "a.db"


@pytest.mark.parametrize(
    "command",
    [
        ["status"], ["status", "--gaps", "6"], ["status", "--json"],
        ["log"], ["log", "--presentation", "--evidence", "--variants"], ["log", "--json"],
        ["log", "velvetbyte.example", "--why"], ["search", "privacy"],
        ["show", "velvetbyte.example", "2023"], ["show", "velvetbyte.example", "--json"],
        ["diff", "velvetbyte.example"], ["diff", "velvetbyte.example", "2018", "2022"],
        ["diff", "velvetbyte.example", "--html"],
    ],
)  # fmt: skip
def test_no_command_says_when_a_policy_changed(policytrail: Run, demo: Path, command: list[str]) -> None:
    said = policytrail(command[0], demo, *command[1:])
    assert said.status == 0
    # What a policy says of itself is its own affair.
    out = "" if command[0] == "show" else QUOTE.sub("", said.out)
    assert "changed on" not in out + said.err
    assert CLAIM.findall(out + said.err) == []


def test_every_date_of_the_log_is_of_a_capture_and_says_so(policytrail: Run, demo: Path) -> None:
    lines = [line for line in policytrail("log", demo, "--variants").out.splitlines() if DATED.search(line)]
    assert (
        len(lines) == 58 + 22 + 3 + 11
    )  # changes, retailers (an import takes each domain of a shop for one), variants, stated dates
    day = r"\d{4}-\d\d-\d\d"
    dated = re.compile(
        rf"between {day} and {day} |first seen {day} |also at \S+: the wording of version \d+, seen {day}$"
        r"|^      (?:announced|ahead|silent|false): the policy (?:still )?states "
    )
    assert [line for line in lines if not dated.search(line)] == []


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_no_help_says_so_either(command: list[str]) -> None:
    assert CLAIM.findall(CliRunner().invoke(cli, [*command, "--help"]).output) == []


def test_no_page_of_the_documentation_says_so() -> None:
    files = list(DOCS.glob("**/*.md"))
    assert files
    assert [file.name for file in files if "changed on" in file.read_text()] == []
