"""The command `retailers`: print the built-in list of retailers."""

import csv
import sys

import click

from crawler.retailer_lists import built_in


@click.command()
@click.option(
    "--csv", "as_csv", is_flag=True, help="Print CSV, which --retailers of crawl and discover can read."
)
def retailers(as_csv: bool) -> None:
    """List the retailers whose policy addresses policytrail knows.

    Example: policytrail retailers --csv > shops.csv
    """
    known = built_in().values()
    if as_csv:
        lines = csv.writer(sys.stdout, lineterminator="\n")
        lines.writerow(("domain", "name", "policy_url"))
        lines.writerows((r.domain, r.name, address) for r in known for address in r.addresses)
        return
    for retailer in known:
        click.echo(f"{retailer.domain:24s} {retailer.name}")
        for address in retailer.addresses:
            click.echo(f"    {address}")
