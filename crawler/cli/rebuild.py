"""The command `rebuild`: compute texts and histories again, and print what changed."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from crawler import terminal
from crawler.cli.options import AS_JSON, DB, REPORT, WAIT, jobs_option, print_json, print_note
from crawler.cli.process.logs import with_log
from crawler.jobs.run_rebuild import run_rebuild


@click.command()
@DB
@jobs_option("Worker processes.")
@click.option(
    "--again", is_flag=True, help="Also derive histories again that went over a limit of time or memory."
)
@WAIT
@REPORT
@AS_JSON
@with_log
@click.pass_obj
def rebuild(
    command: str | None, db: Path, jobs: int, again: bool, wait: bool, report: Path | None, as_json: bool
) -> None:
    """Derive the texts, versions and changes of DB again from the stored bodies, without any request.

    Prints how many captures have a different text than before, and the largest differences.

    Example: policytrail rebuild archive.db
    """
    waiting = print_note if wait else None
    result, changed = run_rebuild(db, command or "rebuild", jobs, waiting, report, again=again)
    if as_json:
        print_json(changed)
    else:
        terminal.print_text(result.summary)
        for line in _format(changed):
            terminal.print_line(line)
    sys.exit(result.exit_status)


def _format(changed: dict[str, Any]) -> Iterator[str]:
    if changed["changed_texts"] or changed["changed_verdicts"]:
        yield (
            f"{changed['changed_texts']} captures have a different text than before,"
            f" {changed['changed_verdicts']} a different verdict"
        )
    for one in changed["largest"]:
        size = f"+{one['words_added']} -{one['words_removed']} words, {one['similarity']:.0%} the same"
        more = f", and {one['captures'] - 1} captures like it" if one["captures"] > 1 else ""
        yield f"  {one['retailer']} {one['timestamp']} {one['original'][:200]}: {size}{more}"
        yield f"    {one['line'] or 'the same words, but a different layout'}"
