"""The command `show`: print the text that a policy had on a given day."""

from pathlib import Path

import click

from crawler import record_values, terminal
from crawler.cli.options import AS_JSON, DB, DOMAIN, print_json
from crawler.cli.read.chosen_text import chosen_capture, moment_of
from crawler.cli.read.unseen_days import STRICT, report_unseen
from crawler.retailer_lists import domain_in
from crawler.webarchive import citation
from db.database import open_archive
from db.query import reports


@click.command()
@DB
@DOMAIN
@click.argument("date", required=False)
@STRICT
@AS_JSON
def show(db: Path, domain: str, date: str | None, strict: bool, as_json: bool) -> None:
    """Print the text of a policy on DATE (2018-05-25; the end of 2018-05 or 2018), or the latest text.

    DATE can also be a version, such as v9. If no capture shows a day, the text of the last capture before is
    printed, with a remark.

    Example: policytrail show archive.db rei.com 2018-05-25
    """
    archive = open_archive(db)
    domain = domain_in(archive, domain)
    capture = chosen_capture(archive, db, domain, date)
    found = reports.text_of(archive, domain, capture, moment_of(date))
    report_unseen([found], strict=strict)
    if as_json:
        print_json(record_values.text(found))
        return
    line = citation.provenance_line(
        found.domain, found.archive, found.replay_key or found.timestamp, found.captured_at, found.original
    )
    terminal.print_text(line + "\n\n" + found.markdown, nl=False)
