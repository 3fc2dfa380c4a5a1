"""The command that makes one archive of several: merge."""

import asyncio
import sys
from pathlib import Path

import click

from crawler.cli.options import DB, REPORT, WAIT, say
from crawler.jobs.merge import check, told
from crawler.jobs.merge import merge as merge_archives
from crawler.runs import Run


@click.command()
@click.argument("db", type=DB)
@click.argument("others", nargs=-1, required=True, metavar="OTHER...", type=DB)
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=0,
    help="Worker processes for the extraction.  [default: one a core]",
)
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
    check(db, others)
    with Run(db, command or "merge", create=True, waiting=say if wait else None, report=report) as run:
        gathered = asyncio.run(merge_archives(run.db, others, jobs))
        result, brought = gathered.result, gathered.brought
        run.finish(
            result, {"listed": brought.captures.new, "fetched": brought.captures.fetched}, brought.policies
        )
        conflicts = list(told(run.db, gathered))
    for line in (result.summary, *conflicts):
        click.echo(line)
    for problem in gathered.problems:
        click.echo(f"Error: {problem}", err=True)
    sys.exit(result.exit_status)
