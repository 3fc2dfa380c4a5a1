"""The report as a folder of files: a table as CSV, Markdown and SVG, and the whole as Markdown and HTML."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from sqlite_utils import Database

from db.export import files
from db.export.evidence import ExportResult
from db.report import compute
from db.report.options import ReportOptions
from db.report.render import markdown, page
from db.report.render.rows_csv import as_csv
from db.report.render.svg import svg
from db.report.render.words import Preface
from db.report.table import ReportTable
from db.report.tables.adoption import NAME as ADOPTION
from db.report.text_facts import Spread, in_turn


def write(
    db: Database, out: Path, names: Sequence[str], options: ReportOptions, spread: Spread = in_turn
) -> ExportResult:
    """Write the tables with these names into the folder `out`, and delete those of an earlier report.

    Files of another origin are kept. The same archive file has the same bytes. `spread` can measure texts in
    other processes. Raises ReportError, MissingExtraError, ExportTargetError, ArchiveLockedError,
    ExportWriteError, StoreError.
    """
    written, paths = 0, set()
    with files.folder(out) as folder:
        tables, preface = compute.report(db, names, options, spread), compute.preface_of(db, options)
        for path, content in _files(preface, tables):
            written += folder.put(PurePosixPath(path), content.encode("utf-8", "replace"))
            paths.add(path)
        for path in sorted(folder.paths):
            if path not in paths and "/" not in path and _is_of_report(path):
                folder.drop(path)
    foreign = tuple(folder.foreign_files)
    return ExportResult(written, len(paths) - written - len(foreign), foreign_files=foreign)


def _files(preface: Preface, tables: Sequence[ReportTable]) -> Iterator[tuple[str, str]]:
    for table in tables:
        yield f"{table.file_name}.csv", as_csv(table)
        yield f"{table.file_name}.md", f"{markdown.section(table, with_picture=True)}\n"
        yield f"{table.file_name}.svg", svg(table)
    yield "report.md", f"{markdown.document(preface, tables, with_pictures=True)}\n"
    yield "index.html", page.document(preface, tables)


def _is_of_report(path: str) -> bool:
    """Return whether an exported file can be a table of a report. Another export can share the folder."""
    return path.partition(".")[0].upper() in (*compute.NAMES, ADOPTION)
