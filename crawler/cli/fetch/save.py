"""The command `save`: request new captures of pages from a web archive."""

import os
import sys
from pathlib import Path

import click

from crawler import terminal
from crawler.cli.options import (
    DB,
    DOMAINS,
    REPORT,
    WAIT_FOR_ARCHIVE,
    print_note,
    source_option,
)
from crawler.cli.process.logs import with_log
from crawler.jobs import run_save
from crawler.save.plan import SavePlan


@click.command()
@DB
@DOMAINS
@click.option(
    "--if-older-than",
    default="7d",
    show_default=True,
    metavar="SPAN",
    help="Skip pages that have a capture younger than this, such as 12h, 7d or 2w.",
)
@click.option("--all-pages", is_flag=True, help="Also request addresses that no longer have the policy.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Request at most this many captures.",
)
@click.option("--dry-run", is_flag=True, help="Print what would be requested, and send nothing.")
@source_option("The web archive that makes the captures.")
@click.option(
    "--saves-per-minute", type=click.FloatRange(0), help="Captures per minute; 0: no limit.  [default: 5.6]"
)
@click.option(
    "--interval",
    type=click.FloatRange(0),
    default=10,
    show_default=True,
    help="Seconds until the status of a capture is requested for the first time.",
)
@WAIT_FOR_ARCHIVE
@REPORT
@with_log
@click.pass_obj
def save(  # noqa: PLR0913, PLR0917 - one argument an option
    command: str | None,
    db: Path,
    domains: tuple[str, ...],
    if_older_than: str,
    all_pages: bool,
    limit: int,
    dry_run: bool,
    source: str,
    saves_per_minute: float | None,
    interval: float,
    wait: bool,
    report: Path | None,
) -> None:
    """Request that a web archive captures the policy pages of DB now.

    The Wayback Machine needs your keys (https://archive.org/account/s3.php), in the environment variables
    IA_ACCESS_KEY and IA_SECRET_KEY. The next crawl fetches the new captures.

    Example: policytrail save archive.db rei.com
    """
    environment = None if dry_run else os.environ
    plan = SavePlan.make(
        db,
        domains,
        source,
        environment,
        if_older_than,
        limit,
        all_pages,
        saves_per_minute,
        interval,
        command or "save",
        wait=wait,
        report=report,
    )
    if dry_run:
        for line in run_save.intentions(plan):
            terminal.print_line(line)
        return
    result = run_save.save(plan, waiting=print_note if wait else None)
    terminal.print_text(result.summary)
    sys.exit(result.exit_status)
