"""docs/commands.md holds every command's help; `python tests/crawler/cli/test_docs.py` writes it anew."""

import re
from pathlib import Path

from click import Context
from click.testing import CliRunner

from crawler.cli import cli
from crawler.cli.command_group import COMMANDS
from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "commands.md"


def helps() -> str:
    parts = ["# Commands\n", "Every command with its options, as `policytrail COMMAND --help` says it.\n"]
    for name in COMMANDS:
        text = CliRunner().invoke(cli, [name, "--help"], prog_name="policytrail", terminal_width=100).output
        parts.append(f"## {name}\n\n```\n{text.rstrip()}\n```\n")
    return "\n".join(parts)


def test_every_command_is_documented_as_it_is():
    assert PAGE.read_text() == helps()


def test_every_help_text_ends_with_an_example():
    for name in COMMANDS:
        command = cli.get_command(Context(cli), name)
        assert command and re.search(rf"Example: policytrail {name}\b", command.help or ""), name


def without_code(page: Path) -> str:
    return re.sub(r"`[^`\n]*`", "", page.read_text())


def test_links_between_the_pages_lead_somewhere():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")]
    links = [
        (page, link)
        for page in pages
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", without_code(page))
    ]
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []


def test_the_readme_names_every_table_of_commands():
    readme = (ROOT / "README.md").read_text()
    assert [name for name in COMMANDS if f"policytrail {name}" not in readme] == []


if __name__ == "__main__":
    PAGE.write_text(helps())
