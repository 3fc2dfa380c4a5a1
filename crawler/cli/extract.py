"""Commands that need no archive: extract, retailers."""

import csv
import sys
from typing import BinaryIO

import click

from crawler import retailer_lists as lists
from extract import extract_policy


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--url", required=True, help="The address at which the page was captured.")
@click.option(
    "--timestamp", help="The capture's 14 digits; the first line then says where the text comes from."
)
@click.option("--content-type", help="The page's Content-Type header.")
def extract(file: BinaryIO, url: str, timestamp: str | None, content_type: str | None) -> None:
    """Turn one page (FILE, or - for standard input) into Markdown; the verdict goes to standard error.

    Example: policytrail extract page.html --url http://shop.example/privacy --timestamp 20140530130240
    """
    document = extract_policy(file.read(), url=url, timestamp=timestamp, content_type=content_type)
    click.echo(document.markdown if timestamp else document.text, nl=False)
    click.echo(f"{document.verdict}: {document.reason}", err=True)


@click.command()
@click.option(
    "--csv", "as_csv", is_flag=True, help="Print CSV, as --retailers of crawl and discover reads it."
)
def retailers(as_csv: bool) -> None:
    """List the retailers whose policy addresses policytrail knows.

    Example: policytrail retailers --csv > shops.csv
    """
    if as_csv:
        lines = csv.writer(sys.stdout, lineterminator="\n")
        lines.writerow(("domain", "name", "policy_url"))
        lines.writerows(
            (r.domain, r.name, address) for r in lists.built_in().values() for address in r.addresses
        )
        return
    for retailer in lists.built_in().values():
        click.echo(f"{retailer.domain:24s} {retailer.name}")
        for address in retailer.addresses:
            click.echo(f"    {address}")
