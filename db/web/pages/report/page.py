"""The report: a page with its tables, and a page for each table, with its picture and its data."""

from collections.abc import Callable
from functools import partial
from typing import Any

from markupsafe import Markup
from sqlite_utils import Database

from db.errors import OverTimeError
from db.report import compute
from db.report.options import DAY, EVERY, ReportOptions
from db.report.render import page as html
from db.report.render.rows_csv import as_csv
from db.report.render.svg import svg
from db.report.table import ReportTable
from db.web.common.errors import BadQueryError, NoSuchPageError
from db.web.common.responses import Response
from db.web.common.views import PageRequest, view

# A table reads texts one after the other, and its work is between these queries: READ_SECONDS of processor
# time are its limit, however many others the machine works for.
MILLISECONDS = 60_000
PERIODS = tuple(every for every in EVERY if every != DAY)
_SAFETY = [("content-security-policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'"),
           ("x-content-type-options", "nosniff")]  # fmt: skip


@view
async def index(request: PageRequest) -> Response:
    """Show `/{database}/-/report`: what tables there are."""
    return await request.render("reports.html", tables=compute.described(ReportOptions()))


@view
async def page(request: PageRequest) -> Response:
    """Show `/{database}/-/report/{table}?by=…`, or send it with `.csv` or `.svg`.

    A table is computed once for each state of the archive file. Raises NoSuchPageError, BadQueryError, and
    OverTimeError where it takes too long: `policytrail report` has no limit.
    """
    name, form, every = (
        request.path_value("table").upper(),
        request.path_value("form"),
        request.query_value("by"),
    )
    every = every or PERIODS[0]
    if name not in compute.NAMES:
        raise NoSuchPageError(f"there is no table {name}; the tables are {', '.join(compute.NAMES)}")
    if every not in PERIODS:
        raise BadQueryError(f"by must be one of {', '.join(PERIODS)}")
    key, computed = ("report", name, every), partial(_computed, name, every)
    found = await request.read_once(key, computed, MILLISECONDS)
    if not found:
        raise OverTimeError("this table takes too much processor time")
    table = found[0]
    return as_file(table, form) or await request.render(
        "report.html",
        every=every,
        periods=PERIODS,
        names=compute.NAMES,
        **shown(table),
    )


def as_file(table: ReportTable, form: str) -> Response | None:
    """Return a table as a file, for the forms `csv` and `svg`; None for other forms."""
    if form == "csv":
        return Response(200, [("content-type", "text/csv; charset=utf-8")], as_csv(table).encode())
    if form == "svg":
        return Response(200, [("content-type", "image/svg+xml; charset=utf-8")], svg(table).encode(), _SAFETY)
    return None


def shown(table: ReportTable) -> dict[str, Any]:
    """Return what templates show of a table: itself, and its cells and what is below as HTML."""
    return {
        "table": table,
        "cells": Markup(html.cells(table)),  # noqa: S704 - escaped there
        "below": Markup(html.below(table)),  # noqa: S704
    }


def _computed(name: str, every: str, db: Database) -> list[ReportTable]:
    """Return a table, or [] if that takes too long: this is kept too, so that nobody tries again."""
    try:
        return compute.report(db, [name], ReportOptions(every))
    except OverTimeError:
        return []


ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"/(?P<db>[^/]+)/-/report$", index),
    (r"/(?P<db>[^/]+)/-/report/(?P<table>[A-Za-z0-9]{1,20})(?:\.(?P<form>csv|svg))?$", page),
]
