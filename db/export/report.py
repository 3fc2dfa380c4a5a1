"""The report as a folder of files: its tables as CSV, Markdown, pictures, the whole as Markdown and HTML."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from sqlite_utils import Database

from db.export import files
from db.export.evidence import ExportResult
from db.report import compute
from db.report.options import ReportOptions
from db.report.render import markdown, page
from db.report.render.png import renderer
from db.report.render.rows_csv import as_csv
from db.report.render.svg import svg
from db.report.render.words import Preface
from db.report.table import ReportTable
from db.report.tables.adoption import NAME as ADOPTION
from db.report.text_facts import Spread, in_turn


def write(
    db: Database,
    out: Path,
    names: Sequence[str],
    options: ReportOptions,
    spread: Spread = in_turn,
    *,
    with_png: bool = False,
) -> ExportResult:
    """Write the tables with these names into the folder `out`, and delete those of an earlier report.

    Files of another origin are kept. The same archive file has the same bytes. `spread` can measure texts in
    other processes. With `with_png`, pictures are written as PNG too. Raises ReportError, MissingExtraError,
    ExportTargetError, ArchiveLockedError, ExportWriteError, StoreError.
    """
    draw = renderer() if with_png else None
    written, removed, paths = 0, 0, set()
    with files.folder(out) as folder:
        tables, preface = compute.report(db, names, options, spread), compute.preface_of(db, options)
        for path, content in _files(preface, tables, draw):
            written += folder.put(PurePosixPath(path), content)
            paths.add(path)
        for path in sorted(folder.paths):
            if path not in paths and "/" not in path and _is_of_report(path):
                removed += folder.drop(path)
    foreign = tuple(folder.foreign_files)
    return ExportResult(written, len(paths) - written - len(foreign), foreign_files=foreign, removed=removed)


def _files(
    preface: Preface, tables: Sequence[ReportTable], draw: Callable[[str], bytes] | None
) -> Iterator[tuple[str, bytes]]:
    for table in tables:
        picture = svg(table)
        yield f"{table.file_name}.csv", _encoded(as_csv(table))
        yield f"{table.file_name}.md", _encoded(f"{markdown.section(table, with_picture=True)}\n")
        yield f"{table.file_name}.svg", _encoded(picture)
        if draw:
            yield f"{table.file_name}.png", draw(picture)
    yield "report.md", _encoded(f"{markdown.document(preface, tables, with_pictures=True)}\n")
    forms = ("csv", "md", "svg", *(["png"] if draw else []))
    yield "index.html", _encoded(page.document(preface, tables, forms))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _is_of_report(path: str) -> bool:
    """Return whether an exported file can be a table of a report. Another export can share the folder."""
    return path.partition(".")[0].upper() in (*compute.NAMES, ADOPTION)
