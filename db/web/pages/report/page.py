"""The report: a page with its tables, and a page for each table, with its picture and its data."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from markupsafe import Markup
from sqlite_utils import Database

from db.errors import MissingExtraError, OverTimeError
from db.report import compute
from db.report.options import ReportOptions
from db.report.published import beside
from db.report.render import page as html
from db.report.render.rows_csv import as_csv
from db.report.render.svg import svg
from db.report.render.words import HOLLOW
from db.report.table import ReportTable
from db.web.common.errors import BadQueryError, NoSuchPageError
from db.web.common.responses import Response
from db.web.common.views import PageRequest, view
from db.web.pages.report import options as choices

# A table reads texts one after the other, and its work is between these queries: READ_SECONDS of processor
# time are its limit, however many others the machine works for.
MILLISECONDS = 60_000
_SIZE = 100  # of a kept table without its cells, and of the words of a visitor, in cells
_SAFETY = [("content-security-policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'"),
           ("x-content-type-options", "nosniff")]  # fmt: skip


@view
async def index(request: PageRequest) -> Response:
    """Show `/{database}/-/report`: what tables there are."""
    return await request.render("reports.html", tables=compute.described(ReportOptions()))


@view
async def page(request: PageRequest) -> Response:
    """Show `/{database}/-/report/{table}?by=…&group=…&published=1&compare=1`, or send it (`.csv`, `.svg`).

    A table is computed once for each state of the archive file. Raises NoSuchPageError, BadQueryError, and
    OverTimeError where it takes too long: `policytrail report` has no limit.
    """
    name, form = request.path_value("table").upper(), request.path_value("form")
    if name not in compute.NAMES:
        raise NoSuchPageError(f"there is no table {name}; the tables are {', '.join(compute.NAMES)}")
    options = choices.chosen(request)
    return await sent(
        request,
        await computed(request, name, options),
        form,
        "report.html",
        options=options,
        query=choices.query_of(options),
        periods=choices.PERIODS,
        groups=await request.read_once("groups of the report", choices.offered_groups),
        names=compute.NAMES,
    )


async def computed(request: PageRequest, name: str, options: ReportOptions) -> ReportTable:
    """Return a table, which is kept until the file changes, and published figures beside it if wanted.

    Raises BadQueryError, ReportError, OverTimeError.
    """
    plain = replace(options, compare=False)
    found = await request.read_once(
        ("report", name, plain), partial(_computed, name, plain), MILLISECONDS, _size
    )
    if not found:
        raise OverTimeError("this table takes too much processor time")
    (table,) = found
    return await request.read(lambda _: beside(table, options)) if options.compare else table


async def sent(
    request: PageRequest, table: ReportTable | None, form: str, template: str, **context: Any
) -> Response:
    """Send a table as a file (`csv`, `svg`), or show it in a template.

    The template has the cells, and what is below, as HTML. These are written where reading has its limits,
    because a table can have very many cells.
    """
    if table and form == "csv":
        text = await request.read(lambda _: as_csv(table))
        return Response(200, [("content-type", "text/csv; charset=utf-8")], text.encode())
    if table and form == "svg":
        text = await request.read(lambda _: svg(table))
        return Response(200, [("content-type", "image/svg+xml; charset=utf-8")], text.encode(), _SAFETY)
    written = await request.read(lambda _: _written(table)) if table else {}
    return await request.render(template, table=table, **written, **context)


def _written(table: ReportTable) -> dict[str, Any]:
    return {
        "cells": Markup(html.cells(table)),  # noqa: S704 - escaped there
        "below": Markup(html.below(table)),  # noqa: S704
        "hollow": HOLLOW,
    }


def _size(tables: list[ReportTable]) -> int:
    return _SIZE + sum(len(table.cells) for table in tables)


def _computed(name: str, options: ReportOptions, db: Database) -> list[ReportTable]:
    """Return a table, or [] if that takes too long: this is kept too, so that nobody tries again."""
    choices.check_group(db, options.group)
    try:
        return compute.report(db, [name], options)
    except OverTimeError:
        return []
    except MissingExtraError as error:  # its message is for the owner of the server
        raise BadQueryError(f"this server cannot compute {name} as published: it lacks a package") from error


ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"/(?P<db>[^/]+)/-/report$", index),
    (r"/(?P<db>[^/]+)/-/report/(?P<table>[A-Za-z0-9]{1,20})(?:\.(?P<form>csv|svg))?$", page),
]
