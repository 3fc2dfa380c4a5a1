"""The group of all commands, and the exit status after an error."""

import os
import shlex
import sys
from importlib.metadata import version

import click

from crawler import terminal
from crawler.cli.command_group import CommandGroup
from db.errors import PolicytrailError


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("policytrail"), "-V", "--version", prog_name="policytrail")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Print colours; auto: on a terminal, or as NO_COLOR and FORCE_COLOR state.",
)
@click.pass_context
def cli(ctx: click.Context, color: str) -> None:
    """Rebuild the history of online retailers' privacy policies from the Wayback Machine.

    All commands work on one SQLite file. Exit status: 0 everything done; 2 wrong use; 3 partly done (run the
    command again to continue), or another run is writing to the file; 4 the archive refuses requests for now.

    Example: policytrail crawl archive.db rei.com --select every=6months
    """
    ctx.color = terminal.uses_color(color, os.environ)


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
