"""The commands by name, and the group that imports the module of a command only when it is used.

The imports of Scrapy and Datasette take a second each, so the help of the group uses the summaries below.
"""

from importlib import import_module
from typing import Any, NamedTuple

import click

from crawler import terminal
from crawler.errors import STOPPED_RUN


class CommandRow(NamedTuple):
    """A command: the heading that the help lists it under, its module, and its summary in one short line."""

    heading: str
    module: str
    summary: str


COMMANDS = {
    "demo": CommandRow("Begin", "demo", "Run everything on a bundled archive, without a network."),
    "retailers": CommandRow(
        "Begin", "retailers", "List the built-in retailers, or check a list of your own."
    ),
    "discover": CommandRow("Fetch", "fetch.discover", "Find all addresses of retailers' policies."),
    "crawl": CommandRow("Fetch", "fetch.crawl", "Fetch captures of policies from a web archive."),
    "save": CommandRow("Fetch", "fetch.save", "Request new captures from a web archive."),
    "import": CommandRow("Fetch", "fetch.import_", "Import captures from WARC or Markdown files."),
    "bulk": CommandRow("Fetch", "bulk", "Derive many WARC files into Parquet, on many cores or machines."),
    "status": CommandRow("Read", "read.status", "Show what an archive has, and what is missing."),
    "log": CommandRow("Read", "read.log", "Show how policies changed, newest first."),
    "news": CommandRow("Read", "read.news", "Show the changes that became known lately."),
    "show": CommandRow("Read", "read.show", "Print the text of a policy on a day."),
    "diff": CommandRow("Read", "read.diff", "Show how a policy differs between two days."),
    "search": CommandRow("Read", "read.search", "Find policies with some words, and since when."),
    "promises": CommandRow(
        "Read", "statements.promises", "Show what policies promise, since when and until when."
    ),
    "trends": CommandRow("Read", "statements.trends", "Show who added or removed statements, by period."),
    "kinds": CommandRow("Read", "statements.kinds", "Explain the kinds of statements and their weights."),
    "report": CommandRow("Read", "read.report", "Compute the tables of the literature."),
    "serve": CommandRow("Read", "serve", "Serve an archive for browsers and Wayback clients."),
    "export": CommandRow("Share", "export", "Write an archive in other formats."),
    "merge": CommandRow("Share", "merge", "Copy other archives into an archive."),
    "rebuild": CommandRow("Maintain", "rebuild", "Derive texts, versions and changes again."),
    "verify": CommandRow("Maintain", "verify", "Check that an archive is undamaged, or repair it."),
    "extract": CommandRow("Maintain", "extract", "Convert one page to Markdown."),
}


class CommandGroup(click.Group):
    """The group of all commands. `help COMMAND` is another form of `COMMAND --help`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or return None if there is none with this name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"crawler.cli.{COMMANDS[cmd_name].module}")
        command = getattr(module, module.__name__.rpartition(".")[2])
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name, command and remaining arguments; a wrong name is answered with similar names."""
        if args[0] == "help":
            args = [*args[1:2], "--help"]
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise click.exceptions.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command of the command line. After Ctrl-C, print one line and exit with 3.

        Messages about wrong use are escaped.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            row = COMMANDS.get(ctx.invoked_subcommand or "")
            terminal.print_line("stopped" if row and row.heading == "Read" else STOPPED_RUN, err=True)
            ctx.exit(3)
        except click.ClickException as error:  # it repeats what was typed
            error.message = terminal.escaped(error.message)  # type: ignore[misc]
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with their summaries, heading by heading."""
        width = max(map(len, COMMANDS))
        for heading in dict.fromkeys(row.heading for row in COMMANDS.values()):
            with formatter.section(heading):
                formatter.write_dl(
                    [
                        (name.ljust(width), row.summary)
                        for name, row in COMMANDS.items()
                        if row.heading == heading
                    ]
                )
