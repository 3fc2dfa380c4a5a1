"""Arguments and options that several commands share, and how they print."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from crawler import date_ranges
from db.idn import to_unicode

F = TypeVar("F", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)
DB = click.argument("db", type=PATH)
DOMAIN = click.argument("domain")
DOMAINS = click.argument("domains", nargs=-1, metavar="[DOMAIN]...")
REPORT = click.option(
    "--report", type=PATH, metavar="FILE", help="Write a report of the run to FILE, as JSON."
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
VERBOSE = click.option("-v", "--verbose", is_flag=True, help="Log every request.")
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
    """Return the option for the number of worker processes; `what` is its help."""
    return click.option("--jobs", type=click.IntRange(0), default=0, help=f"{what}  [default: one per core]")


def source_option(what: str) -> Callable[[F], F]:
    """Return the option for the web archive; `what` is its help."""
    return click.option(
        "--source", default="web.archive.org", show_default=True, metavar="NAME|URL", help=what
    )


def retailers_option(what: str) -> Callable[[F], F]:
    """Return the option for a CSV file of retailers; `what` is its help."""
    return click.option("--retailers", "retailers_csv", type=PATH, help=what)


def budget_option(what: str) -> Callable[[F], F]:
    """Return the option for the number of requests of a run; `what` is its help."""
    return click.option("--budget", type=click.IntRange(1), metavar="REQUESTS", help=what)


def count_of(retailers: Sequence[object]) -> str:
    """Return how many retailers a run is about."""
    return f"{len(retailers)} retailer{'' if len(retailers) == 1 else 's'}"


def print_json(found: Any) -> None:
    """Print a result as JSON."""
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


def print_note(line: str) -> None:
    """Print a line that is no result, on standard error."""
    click.echo(line, err=True)


def print_errors(problems: list[str]) -> None:
    """Print problems on standard error, each as a line that begins with "Error:"."""
    for problem in problems:
        print_note(f"Error: {problem}")


def last_second(date: str | None) -> str | None:
    """Return the last second of a day, month or year as the tables write it; None without a date.

    Raises SelectionError.
    """
    digits = date_ranges.digits(date)
    if digits is None:
        return None
    year, month, day = digits[:4], digits[4:6] or "12", digits[6:8] or "31"
    return f"{year}-{month}-{day}T23:59:59Z"  # compared as text, so June 31 is after June 30


def no_text(db: Path, domain: str, date: str | None) -> str:
    """Return the message for a retailer without a good capture on or before a date; None: at any time."""
    when = f" on or before {date}" if date else ""
    return f"{to_unicode(domain)} has no good capture{when}; run 'policytrail log {db} {domain}' to see its dates"


def first_second(digits: str | None) -> str | None:
    """Return the first second of a day, month or year, given in digits, as the tables write it."""
    return f"{digits[:4]}-{digits[4:6] or '01'}-{digits[6:8] or '01'}T00:00:00Z" if digits else None
