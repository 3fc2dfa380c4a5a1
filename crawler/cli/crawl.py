"""Commands that fill an archive, and derive its texts: crawl, import."""

import asyncio
import sys
from pathlib import Path

import click

from crawler.cli.options import DB, REPORT, WAIT, say
from crawler.crawl.plan import CrawlPlan
from crawler.importing.markdown_import import import_markdown, is_markdown
from crawler.importing.warc_filter import Sieve
from crawler.importing.warc_import import Imported, import_warcs
from crawler.jobs import run_crawl
from crawler.jobs.progress import bar
from crawler.retailer_lists import listed, normal_domain, owner
from crawler.runs import Result, Run
from crawler.workers.derive import derive
from db.store import retailers as held


@click.command()
@click.argument("db", type=DB)
@click.argument("domains", nargs=-1, metavar="[DOMAIN]...")
@click.option(
    "--retailers",
    "retailers_csv",
    type=click.Path(path_type=Path),
    help="CSV with the columns domain, policy_url[, name].",
)
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
@click.option(
    "--budget",
    type=click.IntRange(1),
    metavar="REQUESTS",
    help="Make at most so many requests, where they tell most first.",
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
    "--discover",
    is_flag=True,
    help="Look for further addresses of the retailers first, under the same budget.",
)
@click.option(
    "--relist", is_flag=True, help="Ask the index for everything, not from the last known capture on."
)
@click.option(
    "--wait", is_flag=True, help="Wait for another run to end, and for the archive to take us again."
)
@REPORT
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
    result = run_crawl.crawl(plan, jobs=jobs, verbose=verbose, waiting=say if wait else None)
    click.echo(result.summary)
    sys.exit(result.exit_status)


@click.command("import")
@click.argument("db", type=DB)
@click.argument("warcs", nargs=-1, required=True, metavar="WARC...", type=click.Path(path_type=Path))
@click.option(
    "--domain",
    help="The retailer whose captures these are.  [default: who lists the address, else its domain]",
)
@click.option(
    "--retailers",
    "retailers_csv",
    type=click.Path(path_type=Path),
    help="CSV that says whose an address is, as in crawl.",
)
@click.option(
    "--url",
    "urls",
    metavar="URL",
    multiple=True,
    help="Take captures of this address alone; may be given again.",
)
@click.option("--every", is_flag=True, help="Take every document, also of crawls of whole sites.")
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=0,
    help="Worker processes for the extraction.  [default: one a core]",
)
@WAIT
@REPORT
@click.pass_obj
def import_(  # noqa: PLR0913, PLR0917 - one argument an option
    command: str | None, db: Path, warcs: tuple[Path, ...], domain: str | None, retailers_csv: Path | None,
    urls: tuple[str, ...], every: bool, jobs: int, wait: bool, report: Path | None,
) -> None:  # fmt: skip
    """Take captures from files into DB: WARC (plain, .gz, in a .wacz) and ARC, made by any tool.

    Of crawls of whole sites only what could be a policy is taken: addresses that are listed, that DB has, or that say so. What
    'policytrail export --format warc' wrote is entered again as it was.

    Markdown files, and folders of them, in the layout of the Princeton-Leuven corpus (or of 'export --format markdown') are
    taken as texts without pages: they stand until a crawl has fetched the page.

    Example: policytrail import archive.db crawl-2024.warc.gz
    """
    retailer = normal_domain(domain) if domain else None
    retailer_of = (lambda _: retailer) if retailer else owner(retailers_csv)
    sieve = Sieve(listed(retailers_csv), urls, every=every)
    for file in warcs:
        if not file.is_file() and not file.is_dir():
            raise click.UsageError(f"there is no file or folder {file}")
    markdown = [file for file in warcs if is_markdown(file)]
    with Run(db, command or "import", create=True, waiting=say if wait else None, report=report) as run:
        with bar("reading", None) as advance:
            warc = [file for file in warcs if file not in markdown]
            imported = import_warcs(run.db, warc, retailer_of, advance, sieve=sieve, domain=retailer)
            import_markdown(run.db, markdown, imported, retailer, advance)
        with bar("extracting", imported.fetched) as advance:
            asyncio.run(derive(run.db, sorted(imported.policies), jobs, advance))
        result = _result(imported, len(held.owners(run.db, imported.policies)))
        run.finish(result, {"listed": imported.new, "fetched": imported.fetched}, imported.policies)
    click.echo(result.summary)
    if imported.passed:
        click.echo(imported.passed)
    for problem in imported.problems:
        click.echo(f"Error: {problem}", err=True)
    sys.exit(result.exit_status)


def _result(imported: Imported, retailers: int) -> Result:
    status = (3 if imported.read else 2) if imported.problems else 0
    known = imported.fetched - imported.new
    filled = f", {known} whose body was missing" if known > 0 else ""
    summary = f"{imported.read} captures read, {imported.new} of them new{filled}, of {retailers} retailers"
    return Result(status, "; ".join(imported.problems) or "done", summary)
