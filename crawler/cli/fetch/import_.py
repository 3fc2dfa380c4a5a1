"""The command `import`: store captures and texts from files."""

import sys
from dataclasses import replace
from pathlib import Path

import click

from crawler import terminal
from crawler.bulk.result import is_result
from crawler.cli.fetch.notifying import notify_options, receivers, send_news
from crawler.cli.options import (
    DB,
    PATH,
    REPORT,
    WAIT,
    WEB_ADDRESS,
    jobs_option,
    print_errors,
    print_note,
    retailers_option,
)
from crawler.cli.process.logs import with_log
from crawler.importing.warc_filter import format_skipped
from crawler.jobs.run_import import ImportPlan, run_import
from crawler.retailer_lists import normal_domain


@click.command("import")
@DB
@click.argument("warcs", nargs=-1, required=True, metavar="WARC...", type=PATH)
@click.option(
    "--domain",
    help="The retailer of all captures.  [default: the retailer that lists the address, else the address's"
    " domain]",
)
@retailers_option("CSV of the retailers and their addresses, as in crawl.")
@click.option(
    "--url",
    "urls",
    type=WEB_ADDRESS,
    multiple=True,
    help="Import only captures of this address; can be repeated.",
)
@click.option("--every", is_flag=True, help="Import every document, also from crawls of whole sites.")
@click.option(
    "--retailer",
    "chosen",
    metavar="DOMAIN",
    multiple=True,
    help="Of a bulk result, import only this retailer; can be repeated.",
)
@jobs_option()
@WAIT
@REPORT
@notify_options
@with_log
@click.pass_obj
def import_(  # noqa: PLR0913, PLR0917 - one argument an option
    command: str | None,
    db: Path,
    warcs: tuple[Path, ...],
    domain: str | None,
    retailers_csv: Path | None,
    urls: tuple[str, ...],
    every: bool,
    chosen: tuple[str, ...],
    jobs: int,
    wait: bool,
    report: Path | None,
    notify: tuple[str, ...],
    on_change: str | None,
) -> None:
    """Import captures from files into DB: WARC (plain, .gz or in a .wacz) and ARC, made by any tool.

    A folder stands for all such files in it. A record that contradicts its length or digest is named, and its
    capture is stored as failed.

    From a crawl of a whole site, only pages that can be a policy are imported: the address is in a list or in
    DB, or contains words such as "privacy". Files of 'policytrail export --format warc' are restored without
    loss.

    Markdown files, or folders of them, are imported as texts without pages. They must have the layout of the
    Princeton-Leuven corpus or of 'export --format markdown'. Such a text is used until a crawl fetches the
    page.

    The result of 'policytrail bulk' is imported with its texts.

    Example: policytrail import archive.db crawl-2024.warc.gz
    """
    for file in warcs:
        if not file.is_file() and not file.is_dir():
            raise click.UsageError(f"there is no file or folder {file}")
    if chosen and not all(map(is_result, warcs)):
        raise click.UsageError("--retailer chooses from the results of 'policytrail bulk'")
    to = receivers(notify, on_change)
    plan = ImportPlan.make(
        db, warcs, command or "import", domain, retailers_csv, urls, every=every, report=report
    )
    plan = replace(plan, chosen=tuple(map(normal_domain, chosen)))
    result, imported = run_import(plan, jobs=jobs, waiting=print_note if wait else None)
    terminal.print_text(result.printed)
    if skipped := format_skipped(imported.skipped):
        terminal.print_text(skipped)
    for note in imported.notes:
        terminal.print_line(note)
    print_errors(imported.problems)
    send_news(plan.db, to, result.exit_status, report)
    sys.exit(result.exit_status)
