"""The command `discover`: find the addresses of policies."""

import sys
from pathlib import Path

import click

from crawler import terminal
from crawler.cli.options import (
    CDX_PER_MINUTE,
    DB,
    DOMAINS,
    REPLAY_PER_MINUTE,
    REPORT,
    WAIT_FOR_ARCHIVE,
    budget_option,
    jobs_option,
    note_long_list,
    print_note,
    retailers_option,
    source_option,
)
from crawler.cli.process.logs import with_log
from crawler.discovery.plan import DiscoveryPlan
from crawler.jobs import run_crawl


@click.command()
@DB
@DOMAINS
@retailers_option(
    "CSV with the columns domain, policy_url[, name], and columns of yours; policy_url may be empty."
)
@budget_option("Make at most this many requests; cheap ones come first.")
@source_option("The web archive to read.")
@CDX_PER_MINUTE
@REPLAY_PER_MINUTE
@jobs_option()
@WAIT_FOR_ARCHIVE
@REPORT
@with_log
@click.pass_obj
def discover(  # noqa: PLR0913, PLR0917 - one argument an option
    command: str | None,
    db: Path,
    domains: tuple[str, ...],
    retailers_csv: Path | None,
    budget: int | None,
    source: str,
    cdx_per_minute: float | None,
    replay_per_minute: float | None,
    jobs: int,
    wait: bool,
    report: Path | None,
) -> None:
    """Find all addresses that retailers' privacy policies have or had, and store them in DB.

    The retailers are the DOMAINs, or the retailers in the file of --retailers; with both, the DOMAINs choose
    from the file. Without both, they are all retailers in DB. Requests go only to the web archive, never to a
    shop. Captures that the search fetches are stored, and the next crawl does not fetch them again.

    Example: policytrail discover archive.db shop.example --budget 50
    """
    plan = DiscoveryPlan.make(
        db,
        domains,
        retailers_csv,
        source,
        cdx_per_minute,
        replay_per_minute,
        command or "discover",
        budget=budget,
        wait=wait,
        report=report,
    )
    if retailers_csv:
        note_long_list(plan.retailers)
    result = run_crawl.discover(plan, jobs=jobs, waiting=print_note if wait else None)
    terminal.print_text(result.printed)
    sys.exit(result.exit_status)
