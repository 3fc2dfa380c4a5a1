"""The command `search`: find versions that contain given words."""

from pathlib import Path

import click

from crawler import record_values, terminal
from crawler.cli.options import AS_JSON, DB, DOMAINS, print_json, print_note
from crawler.cli.own_limits import limited
from crawler.retailer_lists import normal_domain, readable
from db.database import open_archive
from db.query import reports


@click.command()
@DB
@click.argument("words")
@DOMAINS
@click.option(
    "-n",
    "--number",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Show at most this many versions.",
)
@AS_JSON
def search(db: Path, words: str, domains: tuple[str, ...], number: int, as_json: bool) -> None:
    """Find versions with all WORDS in their text; put a phrase in double quotes.

    Example: policytrail search archive.db '"do not sell"'
    """
    with limited("the search"):
        found = reports.search(open_archive(db), words, [normal_domain(domain) for domain in domains], number)
    if as_json:
        print_json(list(map(record_values.hit, found)))
        return
    for hit in found:
        seen = f"{hit['first_seen'][:10]} to {hit['last_seen'][:10]}"
        domain = terminal.styled(readable(hit["domain"]), bold=True)
        terminal.print_line(domain, f" version {hit['version']}, seen {seen}")
        terminal.print_line("    " + " ".join(hit["snippet"].split()), prose=True)
    if not found:
        print_note("no version contains these words")
