"""The command `report`: the tables of the literature, from an archive file."""

import sys
from pathlib import Path

import click

from crawler import terminal
from crawler.cli.options import AS_JSON, DB, jobs_option, note_if_empty, print_json, print_note
from crawler.cli.process.logs import with_log
from crawler.workers.spread import WorkerSpread
from db.database import open_archive
from db.export import report as report_files
from db.export.evidence import reading
from db.report import compute
from db.report.options import EVERY, ReportOptions
from db.report.render import markdown
from db.report.tables.adoption import NAME as ADOPTION


def _filled(_: click.Context, __: click.Parameter, value: str | None) -> str:
    """Return the value of an option, or "" if it was left out. Raises click.BadParameter for a blank one."""
    if value is not None and not value.strip():
        raise click.BadParameter("the value is empty: write one, or leave the option out")
    return value or ""


@click.command()
@DB
@click.option(
    "--table",
    "tables",
    metavar="NAMES",
    callback=_filled,
    help="Only these tables: A1,A3.  [default: all]",
)
@click.option("--out", type=click.Path(), metavar="FOLDER", callback=_filled, help="Write files into FOLDER.")
@click.option("--png", "with_png", is_flag=True, help="With --out: write each picture as PNG too.")
@click.option(
    "--by",
    "every",
    type=click.Choice(EVERY),
    default=EVERY[0],
    show_default=True,
    help="The length of a period.",
)
@click.option(
    "--group",
    metavar="NAME",
    callback=_filled,
    help="Also for each language, history (length of the history), or value of a column of your list.",
)
@click.option("--as-published", is_flag=True, help="As the papers define it, with their lists and slips.")
@click.option(
    "--adoption",
    "questions",
    metavar="QUESTION",
    multiple=True,
    help="Since when policies have it: 'phrase:WORDS', 'claim:KIND', or 'term:NAME' of A3 to A6; can be"
    " repeated.",
)
@click.option(
    "--compare", type=click.Choice(["paper"]), help="Put the published figures beside those of this archive."
)
@jobs_option("Worker processes that read texts.")
@AS_JSON
@with_log
def report(  # noqa: PLR0913, PLR0917 - one argument an option
    db: Path,
    tables: str,
    out: str,
    with_png: bool,
    every: str,
    group: str,
    questions: tuple[str, ...],
    as_published: bool,
    compare: str | None,
    jobs: int,
    as_json: bool,
) -> None:
    """Compute the tables of the literature: lengths, updates, words, trackers, gaps.

    Without --out, the tables are printed as Markdown, and with --json as rows. With --out, FOLDER gets a
    table as CSV, Markdown and SVG, and the whole as report.md and index.html. Files of another origin are
    kept. The definition of each table, with its source, stands beneath it. With --adoption alone, the report
    has only that table; add --table for others.

    Example: policytrail report archive.db --out report
    """
    if out and as_json:
        raise click.UsageError("--json prints rows: leave --out out")
    if with_png and not out:
        raise click.UsageError("--png writes files: add --out FOLDER")
    names = compute.chosen(tables) if tables or not questions else ()
    if questions and ADOPTION not in names:
        names = (*names, ADOPTION)
    options = ReportOptions(
        every, as_published, group.strip(), bool(compare), tuple(dict.fromkeys(questions))
    )
    archive, spread = open_archive(db), WorkerSpread(jobs)
    note_if_empty(archive, db)
    with reading(archive):
        if out:
            written = report_files.write(archive, Path(out), names, options, spread, with_png=with_png)
        else:
            found = compute.report(archive, names, options, spread)
            preface = compute.preface_of(archive, options)
    if not out:
        if as_json:
            print_json([row for table in found for row in table.rows()])
        else:
            terminal.print_text(markdown.document(preface, found, with_pictures=False))
        return
    removed = f", {written.removed} of the last report removed" if written.removed else ""
    terminal.print_line(f"{out}: {written.written} written, {written.kept} there already{removed}")
    if written.foreign_files:
        names_of = ", ".join(written.foreign_files[:3])
        print_note(
            f"Error: {out} has {len(written.foreign_files)} files of the same names from elsewhere, which"
            f" were kept: {names_of}"
        )
        sys.exit(3)
