"""The command `export`: write texts, changes and captures in the formats of other tools."""

import os
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import click
from sqlite_utils import Database

from crawler import date_ranges, terminal
from crawler.cli.options import DB, checked_base_url, first_second, last_second, print_note
from crawler.cli.process.logs import with_log
from crawler.errors import SelectionError
from crawler.jobs.progress import bar
from crawler.retailer_lists import normal_domain
from crawler.webarchive.citation import CITATIONS
from db.database import open_archive
from db.errors import ExportTargetError
from db.export import formats
from db.export.descriptors import write as descriptors
from db.export.descriptors.datapackage import Origin
from db.export.evidence import ExportFilter, ExportResult, reading
from db.query.panel import PERIODS
from extract import EXTRACTOR

_NAMED = 3  # how many files of another origin the error message names


@click.command()
@DB
@click.argument("out", type=click.Path())
@click.option(
    "--format", "form", type=click.Choice(formats.NAMES), required=True, help="The format to write."
)
@click.option(
    "--retailer",
    "domains",
    metavar="DOMAIN",
    multiple=True,
    help="Export only this retailer; can be repeated.",
)
@click.option(
    "--from",
    "first",
    metavar="DATE",
    help="Only versions that were live on this day, month or year (2018-05-25, 2018-05, 2018) or later.",
)
@click.option(
    "--to", "last", metavar="DATE", help="Only versions that were live on this day, month or year or earlier."
)
@click.option(
    "--on",
    metavar="DAY",
    help="csv, jsonl, parquet: instead, a row for each retailer with its text on this day (2018-05-25).",
)
@click.option(
    "--every",
    type=click.Choice(list(PERIODS)),
    help="panel-...: the length of a period.  [default: month]",
)
@click.option("--with-text", is_flag=True, help="csv: two more columns with the words that went and came.")
@click.option("--latest", is_flag=True, help="Only the latest version of each retailer.")
@click.option(
    "--describe",
    "described",
    is_flag=True,
    help="Tables: also write datapackage.json and croissant.json beside the file.",
)
@click.option(
    "--base-url",
    metavar="URL",
    help="site: its public address, for citations, the feed and the sitemap."
    " atom: the address of 'policytrail serve', for links.",
)
@with_log
def export(  # noqa: PLR0913, PLR0917 - one argument an option
    db: Path,
    out: str,
    form: str,
    domains: tuple[str, ...],
    first: str | None,
    last: str | None,
    latest: bool,
    with_text: bool,
    on: str | None,
    every: str | None,
    described: bool,
    base_url: str | None,
) -> None:
    """Write the contents of DB to OUT, for other tools.

    markdown: a folder of texts. git: a repository with one commit per version. jsonl, parquet: a file with
    one row per version and its evidence. csv: a file with one row per change. changes-jsonl,
    changes-parquet: the same with the words and the findings of each change. findings-csv, findings-jsonl,
    findings-parquet: a file with one row per finding; claims-… and promises-… with one row per statement
    of a version, and per promise with its time. panel-csv, panel-jsonl, panel-parquet: a file
    with one row per retailer and month (quarter, half-year, year): version, words, changes, gaps. warc: a
    folder of WARC files with all captures from the chosen time. atom: a feed of the latest changes. site: a
    folder with the pages of 'policytrail serve' as files, for any web server.

    A second export to the same OUT writes only what is new. Files of another origin are never changed.

    Example: policytrail export archive.db policies.jsonl --format jsonl --from 2018
    """
    if with_text and form != "csv":
        raise click.UsageError("--with-text is an option of --format csv")
    if every and not form.startswith("panel-"):
        raise click.UsageError("--every is an option of the formats panel-csv, panel-jsonl and panel-parquet")
    if on and form not in formats.ON_A_DAY:
        raise click.UsageError(f"--on is an option of the formats {', '.join(formats.ON_A_DAY)}")
    if on and (first or last or latest or with_text):
        raise click.UsageError("--on names one day: it goes with --retailer only")
    if base_url is not None and form not in ("site", "atom"):
        raise click.UsageError("--base-url is an option of the formats site and atom")
    if form == "site" and (domains or first or last or latest):
        raise click.UsageError("a site has all versions of all retailers: leave the options that choose out")
    chosen = replace(
        _selection(domains, first, last, latest),
        with_text=with_text,
        on=_day(on),
        every=every or ExportFilter.every,
        base_url=checked_base_url(base_url),
    )
    archive, chosen_format = open_archive(db), formats.named(form, on_a_day=on is not None)
    table = chosen_format if isinstance(chosen_format, formats.TableFormat) else None
    if described and not table:
        raise click.UsageError(f"--describe is for tables, and {form} is none")
    place = _place(out, is_file=form in formats.FILES)
    with reading(archive):
        if described and table:
            descriptors.check(place, table)
        with bar("exporting", chosen_format.count(archive, chosen)) as advance:
            exported = chosen_format.export(archive, place, chosen, CITATIONS, advance)
        if described and table:
            rows = exported.written + exported.kept
            descriptors.describe(archive, place, table, chosen, rows, _origin(archive, db))
    terminal.print_line(_summary(exported, place / table.file_name if table and place.is_dir() else place))
    if exported.foreign_files:
        count, names = len(exported.foreign_files), ", ".join(exported.foreign_files[:_NAMED])
        more = " …" if count > _NAMED else ""
        print_note(
            f"Error: {out} has {count} files of the same names from elsewhere, which were kept: {names}{more}"
        )
        sys.exit(3)


def _origin(archive: Database, db: Path) -> Origin:
    """Return what an export is made from, and by what, with its options as they were typed."""
    parameters = click.get_current_context().params
    options = {
        "format": parameters["form"],
        "retailer": ", ".join(parameters["domains"]),
        "from": parameters["first"],
        "to": parameters["last"],
        "on": parameters["on"],
        "every": parameters["every"],
        "latest": parameters["latest"],
        "with-text": parameters["with_text"],
    }
    shown = " ".join(
        f"--{name}" if value is True else f"--{name} {value}" for name, value in options.items() if value
    )
    return descriptors.origin(
        archive, db.name, program=version("policytrail"), extractor=EXTRACTOR, options=shown
    )


def _selection(domains: tuple[str, ...], first: str | None, last: str | None, latest: bool) -> ExportFilter:
    begin, _ = date_ranges.window(first, last)
    return ExportFilter(
        tuple(dict.fromkeys(map(normal_domain, domains))), first_second(begin), last_second(last), latest
    )


def _day(text: str | None) -> str | None:
    """Return a day as ISO 8601, or None. Raises SelectionError for a text that is no day."""
    digits = date_ranges.digits(text)
    if digits and len(digits) != len("20180525"):
        raise SelectionError(f"{text!r} is not a day such as 2018-05-25")
    return digits and f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def _place(out: str, *, is_file: bool) -> Path:
    """Return the path to export to. Raises ExportTargetError for a file in a folder that does not exist."""
    place = Path(out)
    if is_file and out.endswith(("/", os.sep)) and not place.is_dir():
        raise ExportTargetError(f"there is no folder {out}: make it, or name a file")
    return place


def _summary(exported: ExportResult, place: Path) -> str:
    note = f"; {exported.note}" if exported.note else ""
    return f"{place}: {exported.written} written, {exported.kept} there already{note}"
