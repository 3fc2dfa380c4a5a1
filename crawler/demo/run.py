"""The demonstration: import the bundled archive, serve it, crawl it, and print the results."""

import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
from sqlite_utils import Database

from crawler.crawl.plan import CrawlPlan
from crawler.demo.build import build
from crawler.discovery.from_common_paths import NEVER_ARCHIVED
from crawler.errors import ServerError
from crawler.importing.warc_import import import_warcs
from crawler.jobs import run_crawl
from crawler.retailer_lists import owner, read
from crawler.webarchive.sources import Source
from db.database import open_archive
from db.errors import ExportTargetError
from db.query import lineage, reports
from db.store import searches
from db.write_lock import exclusive_writer

RETAILERS = Path(__file__).with_name("retailers.csv")
START_SECONDS = 30  # the maximum time for the start of the server; two seconds are normal


def demo(folder: Path) -> int:
    """Run the demonstration in a folder, and return the exit status of its crawl.

    The result is the archive file `archive.db` in this folder. Raises ExportTargetError if the folder cannot
    be written.
    """
    warc, origin, archive = (folder / name for name in ("shops.warc.gz", "origin.db", "archive.db"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        count = build(warc)
    except OSError as error:
        raise ExportTargetError(f"{folder} cannot be written: {error.strerror}") from error
    click.echo(f"Writing the bundled archive of fictional shops: {count} records in {warc}")
    read = _import(warc, origin)
    click.echo(f"Importing it as the archive that will be crawled: {read} captures in {origin}")
    with serving(origin) as address:
        click.echo(
            f"Serving that archive as a Wayback Machine on loopback, and crawling it over HTTP into {archive}"
        )
        source = Source(
            "demo",
            "the demonstration archive",
            f"{address}/cdx/search/cdx",
            f"{address}/web",
            "wayback",
            0,
            0,
        )
        result = run_crawl.crawl(
            CrawlPlan.make(archive, retailers_csv=RETAILERS, source=source, command="demo")
        )
    click.echo(f"Done: {result.summary.splitlines()[-1]}\n")
    with closing(open_archive(archive)) as db:
        _print_addresses(db)
        _print_results(db, archive)
    return result.exit_status


@contextmanager
def serving(db: Path) -> Iterator[str]:
    """Serve an archive file in another process, and yield the address of the server.

    Raises ServerError if the server does not answer within START_SECONDS.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-P", "-m", "crawler.cli", "serve", str(db), "--port", str(port)]
    with tempfile.TemporaryFile("w+") as errors:
        # S603: the command is our own program
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)  # noqa: S603
        try:
            deadline = time.monotonic() + START_SECONDS
            while not _answers(address):
                if server.poll() is not None or time.monotonic() > deadline:
                    errors.seek(0)
                    raise ServerError(
                        f"the server of {db} did not start at {address}: {errors.read()[-300:].strip()}"
                    )
                time.sleep(0.05)
            yield address
        finally:
            server.terminate()
            server.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/-/versions.json", timeout=5):  # noqa: S310 - our own address
            return True
    except (urllib.error.URLError, OSError):
        return False


def _import(warc: Path, origin: Path) -> int:
    """Import the bundled captures, and return the count of captures.

    No texts are extracted, because the server does not need them.
    """
    with exclusive_writer(origin, "demo"), closing(open_archive(origin, create=True)) as db:
        return import_warcs(db, [warc], owner(RETAILERS)).read


def _print_addresses(db: Database) -> None:
    """Print the addresses that were found for shops without an address in the list."""
    sought = [retailer.domain for retailer in read(RETAILERS, "given") if not retailer.addresses]
    searched = {domain: searches.of_retailer(db, domain) for domain in sought}
    spent = sum(search.requests for of_one in searched.values() for search in of_one)
    click.echo(f"{len(sought)} shops came without an address; with {spent} requests these were found:")
    for domain in sought:
        click.echo(f"  {domain}")
        for address in lineage.of_retailer(db, domain, ("privacy", "regional")):
            click.echo(f"    {lineage.line(address)}")
        if any(search.reason == NEVER_ARCHIVED for search in searched[domain]):
            click.echo(f"    {NEVER_ARCHIVED}")
    click.echo()


def _print_results(db: Database, archive: Path) -> None:
    totals = reports.totals(db)
    click.echo(f"{totals['retailers']} retailers at {totals['pages']} addresses")
    click.echo(f"{sum(totals['captures'].values())} captures, by verdict:")
    for verdict, count in totals["verdicts"].items():
        click.echo(f"  {count:4d} {verdict}")
    click.echo(
        f"{totals['versions']} versions; {totals['changes']} changes of wording, each between two captures:"
    )
    for event in reports.log(db):
        if event["event"] == "wording":
            between = f"between {event['last_old'][:10]} and {event['first_new'][:10]}"
            click.echo(
                f"  {event['domain']:28s} {between}  +{event['words_added']} -{event['words_removed']} words"
            )
    shown = db.execute(
        "select retailer from change_log order by words_added + words_removed desc limit 1"
    ).fetchone()
    domain = shown[0] if shown else ""
    program = _program(sys.argv[0])
    click.echo("\nTry next:")
    click.echo(f"  {program} log {archive} {domain}")
    click.echo(f"  {program} show {archive} {domain} 2010")
    click.echo(f"  {program} serve {archive}")


def _program(started_as: str) -> str:
    """Return how to type the command `policytrail`: with its path, if the shell finds none or another one.

    `started_as` is the path of this program.
    """
    program, on_path = Path(started_as), shutil.which("policytrail")
    if program.name != "policytrail" or not program.exists():
        return "policytrail"  # started as `python -m`
    if on_path and Path(on_path).samefile(program):
        return "policytrail"
    path = program.absolute()
    if not path.is_relative_to(Path.cwd()):
        return shlex.quote(str(path))
    inside = str(path.relative_to(Path.cwd()))
    return shlex.quote(inside if "/" in inside else f"./{inside}")
