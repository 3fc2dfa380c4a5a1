"""The command that finds the addresses of policies: discover."""

import sys
from pathlib import Path

import click

from crawler.cli.options import DB, REPORT, say
from crawler.discovery.plan import DiscoveryPlan
from crawler.jobs import run_crawl


@click.command()
@click.argument("db", type=DB)
@click.argument("domains", nargs=-1, metavar="[DOMAIN]...")
@click.option(
    "--retailers",
    "retailers_csv",
    type=click.Path(path_type=Path),
    help="CSV with the columns domain, policy_url[, name]; an empty policy_url is looked for.",
)
@click.option(
    "--budget",
    type=click.IntRange(1),
    metavar="REQUESTS",
    help="Make at most so many requests, cheap ones first.",
)
@click.option(
    "--source", default="web.archive.org", show_default=True, metavar="NAME|URL", help="The archive to read."
)
@click.option(
    "--cdx-per-minute", type=click.FloatRange(0), help="Index requests a minute; 0: no limit.  [default: 24]"
)
@click.option(
    "--replay-per-minute",
    type=click.FloatRange(0),
    help="Replay requests a minute; 0: no limit.  [default: 480]",
)
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=0,
    help="Worker processes for the extraction.  [default: one a core]",
)
@click.option(
    "--wait", is_flag=True, help="Wait for another run to end, and for the archive to take us again."
)
@REPORT
@click.option("-v", "--verbose", is_flag=True, help="Log every request.")
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
    verbose: bool,
) -> None:
    """Find every address at which retailers' privacy policies are or were, and enter them into DB.

    Retailers are the domains named, those of --retailers, or, with neither, those that DB has. Only the
    archive is asked, never a shop. What is fetched on the way is kept, so the crawl that follows does not
    fetch it again.

    Example: policytrail discover archive.db shop.example --budget 50
    """
    plan = DiscoveryPlan.make(
        db, domains, retailers_csv, source, cdx_per_minute, replay_per_minute, command or "discover",
        budget=budget, wait=wait, report=report,
    )  # fmt: skip
    result = run_crawl.discover(plan, jobs=jobs, verbose=verbose, waiting=say if wait else None)
    click.echo(result.summary)
    sys.exit(result.exit_status)
