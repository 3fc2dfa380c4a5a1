"""What several commands share."""

import json
from pathlib import Path
from typing import Any

import click

from crawler import date_ranges

DB = click.Path(path_type=Path)
WAIT = click.option("--wait", is_flag=True, help="Wait for another run on DB to end.")
REPORT = click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write what the run brought into FILE, as JSON.",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(found: Any) -> None:
    """Print what a command found, for tools."""
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


def say(line: str) -> None:
    """Say something that is no result."""
    click.echo(line, err=True)


def end_of(date: str | None) -> str | None:
    """The last second of a day, month or year, as the tables write it; None without a date. Raises SelectionError."""
    digits = date_ranges.digits(date)
    if digits is None:
        return None
    year, month, day = digits[:4], digits[4:6] or "12", digits[6:8] or "31"
    return f"{year}-{month}-{day}T23:59:59Z"  # compared as text: a 31st of June is simply after the 30th
