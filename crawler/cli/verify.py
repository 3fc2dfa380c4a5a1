"""The command `verify`: check an archive file, and repair it if requested."""

import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from os import W_OK, access
from pathlib import Path
from typing import Any

import click

from crawler import terminal
from crawler.cli.options import (
    AS_JSON,
    DB,
    REPLAY_PER_MINUTE,
    WAIT,
    jobs_option,
    print_json,
    print_note,
)
from crawler.cli.process.logs import with_log
from crawler.jobs.repair import Repair, run_repair, run_verify
from crawler.jobs.verify import Sample
from crawler.webarchive import sources
from db.errors import NoArchiveError
from db.verify.faults import Faults

LINES = 20  # the maximum number of problems that are printed for each check


@click.command()
@DB
@click.option(
    "--sample",
    "size",
    type=click.IntRange(1),
    metavar="N",
    help="Check only N bodies with their texts, and the histories of N policies.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Each number chooses a different sample."
)
@click.option(
    "--repair",
    is_flag=True,
    help="Repair damage: compute the data again from stored bodies, or fetch it again.",
)
@click.option(
    "--source",
    metavar="NAME|URL",
    help="The web archive to fetch from.  [default: the web archive of each capture]",
)
@REPLAY_PER_MINUTE
@jobs_option("Worker processes.")
@WAIT
@AS_JSON
@with_log
@click.pass_obj
def verify(  # noqa: PLR0913, PLR0917 - one argument an option
    command: str | None,
    db: Path,
    size: int | None,
    seed: int,
    repair: bool,
    source: str | None,
    replay_per_minute: float | None,
    jobs: int,
    wait: bool,
    as_json: bool,
) -> None:
    """Check that DB is undamaged: the file, and every body, text, version and change.

    Nothing is written without --repair. Exit status: 0 no problems; 3 problems were found, or remain after a
    repair.

    Example: policytrail verify archive.db
    """
    chosen = sources.find(source) if source else None
    if chosen and replay_per_minute is not None:
        chosen = replace(chosen, replay_per_minute=replay_per_minute)
    if not db.is_file():
        raise NoArchiveError(f"there is no archive at {db}")
    if repair and not access(db.parent, W_OK):
        raise click.UsageError(f"no write permission for {db.parent}, which a repair needs")
    sample = Sample(size, seed) if size else None
    waiting = print_note if wait else None
    if repair:
        how = Repair(db, command or "verify --repair", chosen, jobs, print_note)
        faults, missing = run_repair(how, sample, waiting, lambda found: _print_lines(found, sample))
    else:
        faults, missing = run_verify(db, command or "verify", sample, jobs, waiting), 0
    if as_json:
        print_json(_as_json(faults, sample))
    else:
        for line in (*_lines(faults, sample), _summary(db, faults, repair, missing)):
            terminal.print_line(line)
    sys.exit(0 if faults.sound and not missing else 3)


def _print_lines(faults: Faults, sample: Sample | None) -> None:
    for line in _lines(faults, sample):
        print_note(line)


def _as_json(faults: Faults, sample: Sample | None) -> dict[str, Any]:
    return {
        "sound": faults.sound,
        "problems": [asdict(problem) for of_check in faults.problems.values() for problem in of_check],
        "counts": dict(faults.counts),
        "checked": dict(faults.checked),
        "not_checked": {table: count for table, count in faults.left_out.items() if count},
        "notes": faults.notes,
        "seed": sample.seed if sample else None,
    }


def _lines(faults: Faults, sample: Sample | None) -> Iterator[str]:
    for check, problems in faults.problems.items():
        count = faults.counts[check]
        yield f"{check}: {terminal.counted(count, 'problem')}"
        yield from (f"  {problem}" for problem in problems[:LINES])
        if count > LINES:
            yield f"  … and {count - LINES} more (--json prints up to 1000)"
    yield from (f"note: {note}" for note in faults.notes)
    if faults.checked:
        yield "checked: " + ", ".join(f"{count} {table}" for table, count in faults.checked.items())
    left_out = ", ".join(f"{count} {table}" for table, count in faults.left_out.items() if count)
    if left_out:
        yield f"not checked: {left_out}" + (f" (a sample, with seed {sample.seed})" if sample else "")


def _summary(db: Path, faults: Faults, repaired: bool, missing: int) -> str:
    if faults.sound:
        return f"no problems, but {missing} captures are still missing (see above)" if missing else "sound"
    count = sum(faults.counts.values())
    if repaired:
        return f"{count} problems remain: import or crawl the lost captures again"
    return (
        f"{count} problems: run 'policytrail verify {db} --repair' to derive or fetch the damaged data again"
    )
