"""The command `bulk`: derive many archive files of captures into Parquet files."""

import sys
from pathlib import Path

import click

from crawler import terminal
from crawler.bulk.buckets import MOST
from crawler.bulk.history import TABLES
from crawler.bulk.manifest import NAME, BulkOutcome
from crawler.bulk.storage.remote import without_secrets
from crawler.cli.options import WEB_ADDRESS, jobs_option, print_errors, print_note, retailers_option
from crawler.cli.process.logs import with_log
from crawler.jobs.bulk_plan import BUCKETS, BulkPlan
from crawler.jobs.run_bulk import run_bulk

_NAMED = 10  # how many problems are printed; the manifest has all of them


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.argument("out")
@click.option(
    "--domain",
    help="The retailer of all captures.  [default: the retailer that lists the address, else the address's"
    " domain]",
)
@retailers_option("CSV of the retailers and their addresses, as in crawl.")
@click.option(
    "--url",
    "urls",
    type=WEB_ADDRESS,
    multiple=True,
    help="Take only captures of this address; can be repeated.",
)
@click.option("--every", is_flag=True, help="Take every document, also from crawls of whole sites.")
@click.option(
    "--buckets",
    type=click.IntRange(1, MOST),
    help=f"Into how many parts a new OUT is divided.  [default: {BUCKETS}]",
)
@click.option(
    "--files-at",
    default="",
    metavar="ADDRESS",
    help="From where the rows of an index name their files.  [default: the folder of the index]",
)
@click.option(
    "--ranges-per-minute",
    type=click.FloatRange(0),
    default=60,
    show_default=True,
    help="For the rows of an index: requests for single records; 0: no limit.",
)
@click.option("--bodies", is_flag=True, help="Write the bodies as WARC files too, one for each part of OUT.")
@jobs_option("Worker processes on this machine.")
@click.option(
    "--scheduler", metavar="ADDRESS", help="Use the Dask scheduler at this address (tcp://host:8786)."
)
@with_log
def bulk(  # noqa: PLR0913, PLR0917 - one argument an option
    inputs: tuple[str, ...],
    out: str,
    domain: str | None,
    retailers_csv: Path | None,
    urls: tuple[str, ...],
    every: bool,
    buckets: int | None,
    files_at: str,
    ranges_per_minute: float,
    bodies: bool,
    jobs: int,
    scheduler: str | None,
) -> None:
    """Derive captures in INPUT into OUT: captures, texts, versions, changes and findings as Parquet.

    INPUT is a WARC, WACZ or ARC file, a folder of them, a list of them (.txt, .lst or .paths, one a line), an
    archive file, or rows of an index (.csv, .jsonl or .parquet with file, offset and length). INPUT is a path
    or an address (s3://..., gs://..., https://...), OUT a path or an address of an object store. The rows are
    those of 'policytrail import' and 'policytrail export', divided into parts by retailer, for DuckDB and
    pandas. Each process of this machine, or each worker of a Dask cluster, derives one file or one part at a
    time.

    The same command goes on where a run was stopped, and derives only what is missing or has changed.

    Example: policytrail bulk collection/ result/
    """
    plan = BulkPlan(
        inputs,
        out,
        retailers_csv,
        domain,
        urls,
        every,
        buckets or 0,
        files_at,
        ranges_per_minute,
        jobs,
        scheduler,
        bodies,
    )
    outcome = run_bulk(plan, print_note)
    problems, out = _problems(outcome), without_secrets(out)
    if outcome.files:
        terminal.print_text(_summary(outcome, out))
    for line in outcome.notes[:_NAMED]:
        print_note(line)
    print_errors(problems[:_NAMED])
    if (more := len(problems) - _NAMED) > 0:
        where = f", which {out}/{NAME} lists" if outcome.inputs else ""
        print_note(f"Error: and {more:,} more problems{where}")
    sys.exit((3 if outcome.inputs else 2) if problems else 0)


def _summary(outcome: BulkOutcome, out: str) -> str:
    passed, failed = outcome.passed_over.total(), outcome.failed.total()
    rows = ", ".join(f"{outcome.rows[table]:,} {table}" for table in TABLES)
    counted = f"{outcome.taken:,} records taken, {passed:,} passed over, {failed:,} failed"
    lines = [f"{terminal.counted(len(outcome.files), 'file')}: {counted}"]
    lines += [f"  {number:,} {reason}" for reason, number in sorted(outcome.passed_over.items())]
    lines += [f"  {number:,} {reason}" for reason, number in sorted(outcome.failed.items())]
    return "\n".join([*lines, f"{out}: {rows}"])


def _problems(outcome: BulkOutcome) -> list[str]:
    files = sorted(outcome.files.items(), key=lambda item: item[0].source)
    return [
        *outcome.problems,
        *(f"{what}: {why}" for what, why in sorted(outcome.failures.items())),
        *(found.damage for _, found in files if found.damage),
        *(f"{one.archive}: {line}" for one, found in files for line in found.faults),
        *outcome.problems_of_buckets,
    ]
