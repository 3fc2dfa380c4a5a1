"""Arguments and options that several commands share, and functions that print."""

import re
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlite_utils import Database

from crawler import date_ranges, terminal
from crawler.addresses import web_address
from db import times
from db.database import open_to_read
from db.errors import PolicytrailError
from db.idn import to_unicode
from db.store.retailers import policies
from extract.domains import has_public_suffix

_BASE_URL = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+(?:/[A-Za-z0-9._~%!$&'()*+,;=:@-]*)*", re.ASCII)
F = TypeVar("F", bound=Callable[..., Any])


def complete_domain(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the domains in the archive file of a command line that begin like a word, for the shell.

    Returns [] without a readable archive file.
    """
    if not isinstance(path := ctx.params.get("db"), Path) or not path.is_file():
        return []
    try:
        with closing(open_to_read(path)) as db:
            return [domain for _, domain in policies(db) if domain.startswith(incomplete)]
    except PolicytrailError:
        return []


def _archive_file(ctx: click.Context, _: click.Parameter, path: Path) -> Path:
    """Return the path of the archive file. Raises click.UsageError if it was left out before a domain."""
    domain = str(path)
    if not ctx.resilient_parsing and path.name == domain and has_public_suffix(domain) and not path.exists():
        raise click.UsageError(
            f"the archive file comes before the domain: policytrail {ctx.info_name} archive.db {domain}", ctx
        )
    return path


class WebAddressType(click.ParamType[str]):
    """An option that is a web address; it may begin with a host instead of `http://`."""

    name = "URL"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the address. Raises click.BadParameter for any other text."""
        return web_address(value) or self.fail(f"{value[:200]!r} is not an http address", param, ctx)


WEB_ADDRESS = WebAddressType()
PATH = click.Path(path_type=Path)
DB = click.argument("db", type=PATH, callback=_archive_file)
DOMAIN = click.argument("domain", shell_complete=complete_domain)
DOMAINS = click.argument("domains", nargs=-1, metavar="[DOMAIN]...", shell_complete=complete_domain)
REPORT = click.option(
    "--report", type=PATH, metavar="FILE", help="Write a report about this run to FILE, as JSON."
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
CDX_PER_MINUTE = click.option(
    "--cdx-per-minute",
    type=click.FloatRange(0),
    help="Index requests per minute; 0: no limit.  [default: 24]",
)
REPLAY_PER_MINUTE = click.option(
    "--replay-per-minute",
    type=click.FloatRange(0),
    help="Replay requests per minute; 0: no limit.  [default: 480]",
)
WAIT = click.option("--wait", is_flag=True, help="Wait until no other run writes to DB.")
WAIT_FOR_ARCHIVE = click.option(
    "--wait",
    is_flag=True,
    help="Wait until no other run writes to DB, and until the archive accepts requests again.",
)


def jobs_option(what: str = "Worker processes for the extraction.") -> Callable[[F], F]:
    """Return the option `--jobs`, the number of worker processes. `what` is the help text."""
    return click.option("--jobs", type=click.IntRange(0), default=0, help=f"{what}  [default: one per core]")


def source_option(what: str) -> Callable[[F], F]:
    """Return the option `--source`, the web archive. `what` is the help text."""
    return click.option(
        "--source", default="web.archive.org", show_default=True, metavar="NAME|URL", help=what
    )


def retailers_option(what: str) -> Callable[[F], F]:
    """Return the option `--retailers`, a CSV file. `what` is the help text."""
    return click.option("--retailers", "retailers_csv", type=PATH, help=what)


def budget_option(what: str) -> Callable[[F], F]:
    """Return the option `--budget`, the maximum number of requests. `what` is the help text."""
    return click.option("--budget", type=click.IntRange(1), metavar="REQUESTS", help=what)


# Retailers. The length of a shorter list is not printed.
_LONG_LIST = 50


def note_long_list(retailers: Sequence[object]) -> None:
    """Print the length of a long list of retailers, before the first request."""
    if len(retailers) >= _LONG_LIST:
        print_note(f"{len(retailers)} retailers")


def print_json(found: Any) -> None:
    """Print an object as JSON on standard output."""
    click.echo(terminal.as_json(found))


def print_note(line: str) -> None:
    """Print a line on standard error, because it is not part of the result."""
    terminal.print_line(line, err=True)


def note_if_empty(archive: Database, db: Path) -> None:
    """Print what to do next if an archive file has no retailers, because every answer about it is empty."""
    if not policies(archive):
        print_note(
            f"{db} has no retailers yet: 'policytrail crawl {db} DOMAIN' or 'policytrail import {db} FILE'"
        )


def print_errors(problems: list[str]) -> None:
    """Print each problem as a line on standard error, beginning with "Error:"."""
    for problem in problems:
        print_note(f"Error: {problem}")


def last_second(date: str | None) -> str | None:
    """Return the last second of a day, month or year: `2018` becomes `2018-12-31T23:59:59Z`.

    Return None for None. Raises SelectionError if the text is no date.
    """
    digits = date_ranges.digits(date)
    return times.last_second(digits) if digits else None


def no_text(db: Path, domain: str, date: str | None) -> str:
    """Return the error message for a retailer without a good capture.

    A good capture is a capture with the verdict `policy`. With `date`, there is none on or before this date,
    otherwise none at all.
    """
    when = f" on or before {date}" if date else ""
    command = f"policytrail log {db} {domain}"
    return f"{to_unicode(domain)} has no good capture{when}; run '{command}' to see its dates"


def first_second(digits: str | None) -> str | None:
    """Return the first second of a day, month or year: `2018` becomes `2018-01-01T00:00:00Z`.

    `digits` is the date without hyphens. Return None for None.
    """
    return f"{digits[:4]}-{digits[4:6] or '01'}-{digits[6:8] or '01'}T00:00:00Z" if digits else None


def checked_base_url(url: str | None) -> str:
    """Return the value of `--base-url` with a slash at its end, "" without one. Raises click.UsageError."""
    if url is None:
        return ""
    if not _BASE_URL.fullmatch(url):
        raise click.UsageError("--base-url must be an address like https://news.example/policies/")
    return f"{url.rstrip('/')}/"
