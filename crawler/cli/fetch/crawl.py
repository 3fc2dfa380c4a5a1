"""The command `crawl`: fetch captures of policies from a web archive."""

import sys
from pathlib import Path

import click

from crawler import terminal
from crawler.cli.fetch.notifying import notify_options, receivers, send_news
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
from crawler.crawl.plan import CrawlPlan
from crawler.jobs import run_crawl


@click.command()
@DB
@DOMAINS
@retailers_option("CSV with the columns domain, policy_url[, name], and columns of yours.")
@click.option(
    "--from",
    "first",
    metavar="DATE",
    help="Only captures from this day, month or year on (2018-05-25, 2018-05, 2018).",
)
@click.option(
    "--to", "last", metavar="DATE", help="Only captures up to and including this day, month or year."
)
@click.option(
    "--select",
    default="all",
    show_default=True,
    metavar="all|changed|every=6months|bisect",
    help="The rule that chooses the captures to fetch (see docs/selection.md).",
)
@budget_option("Make at most this many requests; the most informative ones come first.")
@source_option("The web archive to read.")
@CDX_PER_MINUTE
@REPLAY_PER_MINUTE
@jobs_option()
@click.option(
    "--discover",
    is_flag=True,
    help="First search for more addresses of the policies, within the same request budget.",
)
@click.option(
    "--relist", is_flag=True, help="Read the whole index of each page again, not only the rows that are new."
)
@WAIT_FOR_ARCHIVE
@REPORT
@notify_options
@with_log
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
    notify: tuple[str, ...],
    on_change: str | None,
) -> None:
    """Fetch captures of retailers' policies from a web archive into DB.

    The retailers are the DOMAINs (with their addresses in the built-in list), or the retailers in the file of
    --retailers; with both, the DOMAINs choose from the file. Without both, they are all retailers in DB. A
    DOMAIN can be the address of a page. If no address of a retailer's policy is known, the crawl searches for
    one first (see 'policytrail discover').

    Captures that DB already has are not fetched again. To continue a crawl that was stopped, run the same
    command again. For a page that was listed completely before, only one index request for newer captures is
    necessary.

    Example: policytrail crawl archive.db rei.com walmart.com --select every=6months
    """
    to = receivers(notify, on_change)
    plan = CrawlPlan.make(
        db,
        domains,
        retailers_csv,
        source,
        select,
        first,
        last,
        cdx_per_minute,
        replay_per_minute,
        command or "crawl",
        budget=budget,
        relist=relist,
        wait=wait,
        report=report,
        discover=discover,
    )
    if retailers_csv:
        note_long_list(plan.retailers)
    result = run_crawl.crawl(plan, jobs=jobs, waiting=print_note if wait else None)
    terminal.print_text(result.printed)
    send_news(plan.db, to, result.exit_status, report)
    sys.exit(result.exit_status)
