"""What `show` and `diff` print about days that no capture shows, and their option `--strict`."""

from collections.abc import Iterable

import click

from crawler.cli.options import print_note
from crawler.errors import UnseenDayError
from db.query.reports import PolicyText

STRICT = click.option("--strict", is_flag=True, help="Fail if no capture shows a DATE.")


def report_unseen(texts: Iterable[PolicyText], *, strict: bool) -> None:
    """Print a line on standard error for each unseen day: nothing is known of it, and what is shown instead.

    Equal lines are printed once. Raises UnseenDayError with `strict`.
    """
    for unseen in dict.fromkeys(text.unseen for text in texts if text.unseen):
        if strict:
            raise UnseenDayError(f"{unseen}; without --strict, the version seen before is shown")
        print_note(f"{unseen}; {unseen.shown}")
