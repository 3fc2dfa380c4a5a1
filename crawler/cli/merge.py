"""The command `merge`: merge several archive files into one."""

import sys
from pathlib import Path

import click

from crawler import terminal
from crawler.cli.options import DB, PATH, REPORT, WAIT, jobs_option, print_errors, print_note
from crawler.cli.process.logs import with_log
from crawler.jobs.merge import run_merge


@click.command()
@DB
@click.argument("others", nargs=-1, required=True, metavar="OTHER...", type=PATH)
@jobs_option()
@WAIT
@REPORT
@with_log
@click.pass_obj
def merge(
    command: str | None, db: Path, others: tuple[Path, ...], jobs: int, wait: bool, report: Path | None
) -> None:
    """Copy everything in other archives into DB, which is created if it does not exist.

    The result does not depend on the order of the archives, nor on how often they are merged. The OTHERs are
    only read. If two archives have different bodies for one capture, both are kept, and the conflict is
    printed.

    Example: policytrail merge all.db shelf.db attic.db
    """
    merged = run_merge(db, others, command or "merge", jobs, print_note if wait else None, report)
    terminal.print_text(merged.result.summary)
    for line in merged.conflicts:
        terminal.print_line(line)
    print_errors(merged.problems)
    sys.exit(merged.result.exit_status)
