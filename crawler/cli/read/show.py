"""The command `show`: print the text that a policy had on a given day."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from crawler import record_values, terminal
from crawler.cli.options import AS_JSON, DB, DOMAIN, print_json
from crawler.cli.read.chosen_text import chosen_capture, moment_of
from crawler.cli.read.finding_lines import finding_lines
from crawler.cli.read.unseen_days import STRICT, report_unseen
from crawler.retailer_lists import domain_in
from crawler.webarchive import citation
from db.database import open_archive
from db.query import reports
from db.query.findings import Meaning, latest_change
from db.store import retailers


@click.command()
@DB
@DOMAIN
@click.argument("date", required=False)
@click.option(
    "--findings",
    is_flag=True,
    help="Instead of the text, show what it says otherwise than the text before it.",
)
@STRICT
@AS_JSON
def show(db: Path, domain: str, date: str | None, findings: bool, strict: bool, as_json: bool) -> None:
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
    if findings:
        change = latest_change(archive, retailers.policy_of(archive, domain), found.captured_at)
        if as_json:
            print_json(_values(change))
        else:
            for line in _lines(change):
                terminal.print_line(line)
        return
    if as_json:
        print_json(record_values.text(found))
        return
    line = citation.provenance_line(
        found.domain, found.archive, found.replay_key or found.timestamp, found.captured_at, found.original
    )
    terminal.print_text(line + "\n\n" + found.markdown, nl=False)


def _values(change: tuple[str, str, Meaning] | None) -> dict[str, Any]:
    last_old, first_new, meaning = change or (None, None, Meaning())
    return {"last_old": last_old, "first_new": first_new, **record_values.meaning(meaning)}


def _lines(change: tuple[str, str, Meaning] | None) -> Iterator[str]:
    if change is None:
        yield "no change before this text is known"
        return
    last_old, first_new, meaning = change
    yield f"between {last_old[:10]} and {first_new[:10]}"
    yield from (f"  {line}" for line in finding_lines(meaning, None))
