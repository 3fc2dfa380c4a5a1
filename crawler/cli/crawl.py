"""The command `crawl`: fetch captures of policies from a web archive."""

import sys
from pathlib import Path

import click

from crawler.cli.options import (
    CDX_PER_MINUTE,
    DB,
    DOMAINS,
    REPLAY_PER_MINUTE,
    REPORT,
    VERBOSE,
    WAIT_FOR_ARCHIVE,
    budget_option,
    jobs_option,
    print_note,
    retailers_option,
    source_option,
)
from crawler.crawl.plan import CrawlPlan
from crawler.jobs import run_crawl


@click.command()
@DB
@DOMAINS
@retailers_option("CSV with the columns domain, policy_url[, name].")
@click.option(
    "--from",
    "first",
    metavar="DATE",
    help="Captures from this day, month or year on (2018-05-25, 2018-05, 2018).",
)
@click.option("--to", "last", metavar="DATE", help="Captures up to and with this day, month or year.")
@click.option(
    "--select",
    default="all",
    show_default=True,
    metavar="all|changed|every=6months|bisect",
    help="Which captures to fetch.",
)
@budget_option("Make at most so many requests, where they tell most first.")
@source_option("The archive to read.")
@CDX_PER_MINUTE
@REPLAY_PER_MINUTE
@jobs_option()
@click.option(
    "--discover",
    is_flag=True,
    help="Look for further addresses of the retailers first, under the same budget.",
)
@click.option(
    "--relist", is_flag=True, help="Ask the index for everything, not from the last known capture on."
)
@WAIT_FOR_ARCHIVE
@REPORT
@VERBOSE
@click.pass_obj
def crawl(  # noqa: PLR0913, PLR0917 - one argument an option
    command: str | None,
    db: Path,
    domains: tuple[str, ...],
    retailers_csv: Path | None,
    first: str | None,
    last: str | None,
    select: str,
    budget: int | None,
    source: str,
    cdx_per_minute: float | None,
    replay_per_minute: float | None,
    jobs: int,
    discover: bool,
    relist: bool,
    wait: bool,
    report: Path | None,
    verbose: bool,
) -> None:
    """Fetch captures of retailers' policies from a web archive into DB.

    Retailers are those of --retailers, those named (looked up in the built-in list), or, with neither, those that DB has. Where
    nobody knows an address of a retailer's policy, it is looked for first (see 'policytrail discover').
    What DB has is not fetched again; a crawl that was stopped goes on where it was. Pages whose captures were all listed cost
    one index request: for what is newer.

    Example: policytrail crawl archive.db rei.com walmart.com --select every=6months
    """
    plan = CrawlPlan.make(
        db, domains, retailers_csv, source, select, first, last, cdx_per_minute, replay_per_minute, command or "crawl",
        budget=budget, relist=relist, wait=wait, report=report, discover=discover,
    )  # fmt: skip
    result = run_crawl.crawl(plan, jobs=jobs, verbose=verbose, waiting=print_note if wait else None)
    click.echo(result.summary)
    sys.exit(result.exit_status)
