"""The group of all commands, and the exit status after an error."""

import os
import shlex
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import click

from crawler import pager, terminal
from crawler.cli import config
from crawler.cli.command_group import COMMANDS, CommandGroup
from crawler.cli.process import endings
from crawler.errors import machine_problem
from db.errors import PolicytrailError

_PAGED = ("status", "log", "news", "show", "diff", "search", "promises")


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("policytrail"), "-V", "--version", prog_name="policytrail")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Print colours; auto: on a terminal, or as NO_COLOR and FORCE_COLOR state.",
)
@click.option("--wide", is_flag=True, help="Do not fit lines to the width of the terminal.")
@click.option("--no-pager", is_flag=True, help="Do not show long output in a pager (PAGER, or less).")
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"A file with options by command.  [default: {config.NAME} in the current folder]",
)
@click.pass_context
def cli(ctx: click.Context, color: str, wide: bool, no_pager: bool, config_file: Path | None) -> None:
    """Rebuild the history of online retailers' privacy policies from the Wayback Machine.

    All commands work on one SQLite file. Exit status: 0 everything done; 2 wrong use; 3 partly done (run the
    command again to continue), or another run is writing to the file; 4 the archive refuses requests for now.

    Example: policytrail crawl archive.db rei.com --select every=6months
    """
    ctx.color = terminal.uses_color(color, os.environ)
    terminal.fit_to(shutil.get_terminal_size().columns if sys.stdout.isatty() and not wide else None)
    words = None if no_pager or ctx.invoked_subcommand not in _PAGED else pager.command(os.environ)
    if words and sys.stdout.isatty():
        ctx.color = True if ctx.color is None else ctx.color
        ctx.with_resource(pager.paged(words))
    tables = config.read(config_file, COMMANDS)
    ctx.meta[config.NOTIFIERS] = tables.pop(config.NOTIFIERS, {})
    name = ctx.invoked_subcommand or ""
    if name in tables and (command := CommandGroup.get_command(cli, ctx, name)):
        ctx.default_map = {name: config.defaults(tables[name], command)}


def main() -> None:
    """Run the command line. This is the entry point of `policytrail`."""
    terminal.escape_logs()
    try:
        with endings.signals_like_ctrl_c(), endings.written_output():
            cli(obj=shlex.join(sys.argv[1:]))
    except PolicytrailError as error:
        _fail(str(error), error.exit_status)
    except MemoryError as error:
        _fail(machine_problem(error), 3)


def _fail(message: str, status: int) -> None:
    terminal.print_line(f"Error: {message}", err=True)
    sys.exit(status)
