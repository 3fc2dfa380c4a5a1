"""The group of all commands, and the exit status after an error."""

import shlex
import sys
from importlib import import_module
from importlib.metadata import version

import click

from crawler import terminal
from db.errors import PolicytrailError

COMMANDS = {
    "demo": "crawler.cli.demo",
    "discover": "crawler.cli.discover",
    "crawl": "crawler.cli.crawl",
    "save": "crawler.cli.save",
    "import": "crawler.cli.import_",
    "rebuild": "crawler.cli.rebuild",
    "verify": "crawler.cli.verify",
    "merge": "crawler.cli.merge",
    "status": "crawler.cli.read.status",
    "log": "crawler.cli.read.log",
    "show": "crawler.cli.read.show",
    "diff": "crawler.cli.read.diff",
    "search": "crawler.cli.read.search",
    "extract": "crawler.cli.extract",
    "retailers": "crawler.cli.retailers",
    "export": "crawler.cli.export",
    "serve": "crawler.cli.serve",
}


class _LazyGroup(click.Group):
    """A group that imports the module of a command only when the command is used.

    The imports of Scrapy and Datasette take a second each.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(COMMANDS[cmd_name]), cmd_name if cmd_name != "import" else "import_")
        return command if isinstance(command, click.Command) else None


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("policytrail"), prog_name="policytrail")
def cli() -> None:
    """Rebuild the history of online retailers' privacy policies from the Wayback Machine.

    All commands work on one SQLite file. Exit status: 0 everything done; 2 wrong use; 3 partly done (run the
    command again to continue), or another run is writing to the file; 4 the archive refuses requests for now.

    Example: policytrail crawl archive.db rei.com --select every=6months
    """


def main() -> None:
    """Run the command line. This is the entry point of `policytrail`."""
    terminal.escape_logs()
    try:
        cli(obj=shlex.join(sys.argv[1:]))
    except PolicytrailError as error:
        _fail(str(error), error.exit_status)


def _fail(message: str, status: int) -> None:
    terminal.print_line(f"Error: {message}", err=True)
    sys.exit(status)
