"""The command `retailers`: print the built-in list of retailers, or a list of the user's own."""

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from crawler.retailer_lists import Retailer, built_in, read, readable
from crawler.terminal import counted, escaped_line


@click.command()
@click.argument("file", metavar="[CSV]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--csv", "as_csv", is_flag=True, help="Print CSV, which --retailers of crawl and discover can read."
)
def retailers(file: Path | None, as_csv: bool) -> None:
    """List the retailers whose policy addresses policytrail knows, or those of your list CSV.

    Your list is checked as crawl and discover read it: domains, addresses and other columns. A line that
    cannot be read is named.

    Example: policytrail retailers shops.csv
    """
    known = read(file, "given") if file else list(built_in().values())
    if as_csv:
        _print_csv(known)
        return
    for retailer in known:
        _print(retailer)
    if file:
        addresses = sum(len(retailer.addresses) for retailer in known)
        unknown = sum(not retailer.addresses for retailer in known)
        search = f"; {unknown} without one: 'policytrail crawl' searches for them" if unknown else ""
        click.echo(f"{counted(len(known), 'retailer')}, {counted(addresses, 'address', 'addresses')}{search}")


def _print(retailer: Retailer) -> None:
    click.echo(f"{readable(retailer.domain):24s} {escaped_line(retailer.name or '')}".rstrip())
    for name, value in retailer.attributes:
        click.echo(f"    {escaped_line(f'{name}: {value}')}")
    for address in retailer.addresses:
        click.echo(f"    {escaped_line(address)}")


def _print_csv(known: Sequence[Retailer]) -> None:
    """Print a row for each address. A retailer without an address has a row without one."""
    names = list(dict.fromkeys(name for retailer in known for name, _ in retailer.attributes))
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow(("domain", "name", "policy_url", *names))
    for retailer in known:
        values = dict(retailer.attributes)
        for address in _addresses(retailer):
            others = (values.get(name, "") for name in names)
            lines.writerow((retailer.domain, retailer.name or "", address, *others))


def _addresses(retailer: Retailer) -> Iterable[str]:
    return retailer.addresses or ("",)
