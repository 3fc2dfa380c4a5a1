"""A report as one HTML page, with its pictures in files beside it."""

from collections.abc import Sequence
from html import escape

from markdown_it import MarkdownIt

from db.news.frame import frame
from db.processor_time import in_time
from db.report.render.grid import Grid, grids
from db.report.render.words import HOLLOW, Preface, explained
from db.report.table import ReportTable

_STYLE = """:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 1.5em auto; max-width: 62em; padding: 0 1em; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9em; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #8886; padding: .2em .7em; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
img { height: auto; max-width: 100%; }
.small { font-size: .9em; }"""
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def document(preface: Preface, tables: Sequence[ReportTable], forms: Sequence[str]) -> str:
    """Return the whole report. `forms` are the endings of the files of a table beside it: csv, svg."""
    parts = [f"<p>{escape(paragraph)}</p>" for paragraph in (*preface.paragraphs, HOLLOW)]
    links = (f'<li><a href="#{table.file_name}">{escape(_title(table))}</a></li>' for table in tables)
    parts.append(f"<ul>{''.join(links)}</ul>")
    parts += [_section(table, forms) for table in tables]
    return frame(preface.title, _STYLE, "\n".join(parts))


def cells(table: ReportTable) -> str:
    """Return the cells of a table as HTML tables, one a group."""
    return "\n".join(map(_table, grids(table)))


def below(table: ReportTable) -> str:
    """Return what stands below a table as HTML: how to read it, its definition, source and notes."""
    return str(_MARKDOWN.render("\n\n".join(explained(table))))


def _section(table: ReportTable, forms: Sequence[str]) -> str:
    files = " · ".join(f'<a href="{table.file_name}.{form}">{form.upper()}</a>' for form in forms)
    return (
        f'<section>\n<h2 id="{table.file_name}">{escape(_title(table))}</h2>\n'
        f'<p><img src="{table.file_name}.svg" alt="{escape(table.title)}"></p>\n{cells(table)}\n'
        f'<p class="small">{files}</p>\n<div class="small">{below(table)}</div>\n</section>'
    )


def _title(table: ReportTable) -> str:
    return f"{table.name}: {table.title}"


def _table(grid: Grid) -> str:
    heading = f"<h3>{escape(grid.group)}</h3>\n" if grid.group else ""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in grid.header)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(text)}</td>" for text in row[1:])
        + "</tr>"
        for row in in_time(grid.rows)
    )
    return (
        f'{heading}<div class="wide" tabindex="0">\n<table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
    )
