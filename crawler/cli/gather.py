"""Commands that fill an archive, and derive its texts: crawl, import, rebuild."""

import asyncio
import sys
from pathlib import Path

import click

from crawler import running
from crawler.cli.options import DB
from crawler.derive import derive
from crawler.derive import rebuild as derive_again
from crawler.importing import import_warcs
from crawler.plan import Plan
from crawler.progress import bar
from crawler.retailers import normal_domain, owner
from db import crawls
from db import retailers as held
from db.archive import open_archive


@click.command()
@click.argument("db", type=DB)
@click.argument("domains", nargs=-1, metavar="[DOMAIN]...")
@click.option(
    "--retailers", "retailers_csv", type=click.Path(path_type=Path), help="CSV with the columns domain, policy_url[, name]."
)
@click.option("--from", "first", metavar="DATE", help="Captures from this day, month or year on (2018-05-25, 2018-05, 2018).")
@click.option("--to", "last", metavar="DATE", help="Captures up to and with this day, month or year.")
@click.option(
    "--select", default="all", show_default=True, metavar="all|changed|every=6months|bisect", help="Which captures to fetch."
)
@click.option(
    "--budget",
    type=click.IntRange(1),
    metavar="REQUESTS",
    help="Make at most so many requests, where they tell most first.",
)
@click.option("--source", default="web.archive.org", show_default=True, metavar="NAME|URL", help="The archive to read.")
@click.option("--cdx-per-minute", type=click.FloatRange(0), help="Index requests a minute; 0: no limit.  [default: 24]")
@click.option("--replay-per-minute", type=click.FloatRange(0), help="Replay requests a minute; 0: no limit.  [default: 480]")
@click.option("--jobs", type=click.IntRange(0), default=0, help="Worker processes for the extraction.  [default: one a core]")
@click.option("-v", "--verbose", is_flag=True, help="Log every request.")
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
    verbose: bool,
) -> None:
    """Fetch captures of retailers' policies from a web archive into DB.

    Retailers are those of --retailers, those named (looked up in the built-in list), or, with neither, those that DB has.
    What DB has is not fetched again; a crawl that was stopped goes on where it was.

    Example: policytrail crawl archive.db rei.com walmart.com --select every=6months
    """
    plan = Plan.make(
        db, domains, retailers_csv, source, select, first, last, cdx_per_minute, replay_per_minute, command or "crawl", budget
    )
    result = running.crawl(plan, jobs=jobs, verbose=verbose)
    click.echo(result.summary)
    sys.exit(result.exit_status)


@click.command("import")
@click.argument("db", type=DB)
@click.argument("warcs", nargs=-1, required=True, metavar="WARC...", type=click.Path(path_type=Path))
@click.option("--domain", help="The retailer whose captures these are.  [default: who lists the address, else its domain]")
@click.option(
    "--retailers", "retailers_csv", type=click.Path(path_type=Path), help="CSV that says whose an address is, as in crawl."
)
@click.option("--jobs", type=click.IntRange(0), default=0, help="Worker processes for the extraction.  [default: one a core]")
@click.pass_obj
def import_(
    command: str | None, db: Path, warcs: tuple[Path, ...], domain: str | None, retailers_csv: Path | None, jobs: int
) -> None:
    """Take captures from WARC files into DB.

    Example: policytrail import archive.db crawl-2024.warc.gz
    """
    retailer = normal_domain(domain) if domain else None
    retailer_of = (lambda _: retailer) if retailer else owner(retailers_csv)
    for file in warcs:
        if not file.is_file():
            raise click.UsageError(f"there is no file {file}")
    archive = open_archive(db, create=True)
    crawl_id = crawls.begin(archive, command or "import")
    with bar("reading", None) as advance:
        imported = import_warcs(archive, list(warcs), retailer_of, advance)
    with bar("extracting", imported.fetched) as advance:
        asyncio.run(derive(archive, sorted(imported.policies), jobs, advance))
    outcome = "; ".join(imported.problems) or "done"
    crawls.finish(archive, crawl_id, outcome, {"listed": imported.new, "fetched": imported.fetched})
    known = imported.fetched - imported.new
    filled = f", {known} whose body was missing" if known > 0 else ""
    click.echo(f"{imported.read} captures read, {imported.new} of them new{filled}, of {len(imported.policies)} retailers")
    for problem in imported.problems:
        click.echo(f"Error: {problem}", err=True)
    if imported.problems:
        sys.exit(3 if imported.read else 2)


@click.command()
@click.argument("db", type=DB)
@click.option("--jobs", type=click.IntRange(0), default=0, help="Worker processes.  [default: one a core]")
def rebuild(db: Path, jobs: int) -> None:
    """Derive texts, versions and changes of DB again from the stored bodies, without any request.

    Example: policytrail rebuild archive.db
    """
    archive = open_archive(db)
    policies = [policy_id for policy_id, _ in held.policies(archive)]
    (fetched,) = archive.execute("select count(*) from captures where state = 'fetched'").fetchone()
    with bar("extracting", fetched) as advance:
        asyncio.run(derive_again(archive, policies, jobs, advance))
    (versions,) = archive.execute("select count(*) from versions").fetchone()
    click.echo(f"{fetched} captures extracted again, {versions} versions")
