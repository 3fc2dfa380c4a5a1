"""The command `merge`: make one archive of several."""

import sys
from pathlib import Path

import click

from crawler.cli.options import DB, PATH, REPORT, WAIT, jobs_option, print_errors, print_note
from crawler.jobs.merge import run_merge


@click.command()
@DB
@click.argument("others", nargs=-1, required=True, metavar="OTHER...", type=PATH)
@jobs_option()
@WAIT
@REPORT
@click.pass_obj
def merge(
    command: str | None, db: Path, others: tuple[Path, ...], jobs: int, wait: bool, report: Path | None
) -> None:
    """Take all that other archives hold into DB, which is made where there is none.

    The result is the same in whatever order, and however often, archives are merged. The OTHERs are only read. Where two of
    them hold different bodies for one capture, both are kept, and it is said.

    Example: policytrail merge all.db shelf.db attic.db
    """
    merged = run_merge(db, others, command or "merge", jobs, print_note if wait else None, report)
    click.echo("\n".join([merged.result.summary, *merged.conflicts]))
    print_errors(merged.problems)
    sys.exit(merged.result.exit_status)
