"""The command that verifies an archive, and repairs it when told to."""

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict, replace
from os import W_OK, access
from pathlib import Path
from typing import Any

import click

from crawler.cli.options import AS_JSON, DB, WAIT, print_json, say
from crawler.jobs.progress import bar
from crawler.jobs.repair import repair as repair_it
from crawler.jobs.verify import Sample
from crawler.jobs.verify import verify as look
from crawler.webarchive import sources
from db.errors import NoArchiveError
from db.verify.findings import Findings
from db.write_lock import exclusive_writer

LINES = 20  # problems of a check that are shown


@click.command()
@click.argument("db", type=DB)
@click.option(
    "--sample",
    type=click.IntRange(1),
    metavar="N",
    help="Check N bodies with their texts, and N histories, only.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Which ones a sample takes.")
@click.option("--repair", is_flag=True, help="Derive or fetch again what is damaged and can be had again.")
@click.option(
    "--source",
    metavar="NAME|URL",
    help="The archive to fetch from again.  [default: where a capture came from]",
)
@click.option(
    "--replay-per-minute",
    type=click.FloatRange(0),
    help="Replay requests a minute; 0: no limit.  [default: 480]",
)
@click.option("--jobs", type=click.IntRange(0), default=0, help="Worker processes.  [default: one a core]")
@WAIT
@AS_JSON
@click.pass_obj
def verify(  # noqa: PLR0913, PLR0917 - one argument an option
    command: str | None,
    db: Path,
    sample: int | None,
    seed: int,
    repair: bool,
    source: str | None,
    replay_per_minute: float | None,
    jobs: int,
    wait: bool,
    as_json: bool,
) -> None:
    """Check that DB is what it was when it was written: the file, every body, every text, every version and change.

    Nothing is written without --repair. Exit status: 0 sound, 3 problems were found, or are left after a repair.

    Example: policytrail verify archive.db
    """
    chosen = sources.find(source) if source else None
    if chosen and replay_per_minute is not None:
        chosen = replace(chosen, replay_per_minute=replay_per_minute)
    if not db.is_file():
        raise NoArchiveError(f"there is no archive at {db}")
    if repair and not access(db.parent, W_OK):
        raise click.UsageError(f"{db.parent} may not be written: nothing can be repaired there")
    which = Sample(sample, seed) if sample else None
    waiting = say if wait else None
    # Whoever writes meanwhile would be found in the midst of it. Where none may write, none does.
    with exclusive_writer(db, command or "verify", waiting) if access(db.parent, W_OK) else nullcontext():
        findings, missing = _look(db, which, jobs), 0
        if repair:
            if not findings.sound:
                for line in _lines(findings, which):
                    say(line)
            missing = repair_it(db, findings, command or "verify --repair", chosen, jobs, say)
            findings = findings if findings.sound and not missing else _look(db, which, jobs)
    if as_json:
        print_json(_told(findings, which))
    else:
        click.echo("\n".join([*_lines(findings, which), _summary(db, findings, repair, missing)]))
    sys.exit(0 if findings.sound and not missing else 3)


def _look(db: Path, sample: Sample | None, jobs: int) -> Findings:
    with bar("extracting", None) as advance:
        return look(db, sample, jobs, advance)


def _told(findings: Findings, sample: Sample | None) -> dict[str, Any]:
    return {
        "sound": findings.sound,
        "problems": [asdict(problem) for of_check in findings.problems.values() for problem in of_check],
        "counts": dict(findings.counts),
        "checked": dict(findings.checked),
        "not_checked": {table: count for table, count in findings.left_out.items() if count},
        "notes": findings.notes,
        "seed": sample.seed if sample else None,
    }


def _lines(findings: Findings, sample: Sample | None) -> Iterator[str]:
    for check, problems in findings.problems.items():
        yield f"{check}: {findings.counts[check]} problem{'' if findings.counts[check] == 1 else 's'}"
        yield from (f"  {problem}" for problem in problems[:LINES])
        if findings.counts[check] > LINES:
            yield f"  … and {findings.counts[check] - LINES} more (--json tells up to 1000)"
    yield from (f"note: {note}" for note in findings.notes)
    if findings.checked:
        yield "checked: " + ", ".join(f"{count} {table}" for table, count in findings.checked.items())
    left_out = ", ".join(f"{count} {table}" for table, count in findings.left_out.items() if count)
    if left_out:
        yield f"not checked: {left_out}" + (f" (a sample, with seed {sample.seed})" if sample else "")


def _summary(db: Path, findings: Findings, repaired: bool, missing: int) -> str:
    if findings.sound:
        return (
            "sound"
            if not missing
            else f"what is there is sound; {missing} captures are still to be had again, see above"
        )
    count = sum(findings.counts.values())
    if repaired:
        return f"{count} problems are left: what is lost has to be imported or crawled again"
    return (
        f"{count} problems: 'policytrail verify {db} --repair' derives or fetches again what can be had again"
    )
