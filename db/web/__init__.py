"""The Datasette plugin that shows an archive file on the web.

This module has only the functions that Datasette calls. `pages` has the pages for people, the feed, and their
data. `wayback` answers the addresses of the Wayback Machine. `tables` has Datasette's own pages in our look.
All use `common`. metadata.yaml and queries.yaml describe an archive file to Datasette.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
from datasette import hookimpl

from db.errors import ServedNameError
from db.web import pages, wayback
from db.web.common import bad_requests, file_names, metadata, query_checks
from db.web.limits import connections
from db.web.pages import feed
from db.web.pages.changes import page as changes
from db.web.pages.panel import page as panel
from db.web.pages.report import page as report
from db.web.pages.report import shared
from db.web.pages.search import page as search
from db.web.pages.trends import adoption
from db.web.pages.trends import findings as finding_trends
from db.web.pages.trends import page as trends
from db.web.tables import cells, environment
from db.web.tables.kept_answers import KeptAnswers
from db.web.until_change import UntilChange

# Of our pages, for each archive file: small values, and the sizes of large ones together, in cells of tables
# of the report. A cell needs about 300 bytes of memory.
KEPT_VALUES, LARGE_VALUES = 64, 200_000


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Return the routes of this plugin, as pairs of regular expression and view."""
    of_pages = (pages, changes, panel, report, shared, search, trends, finding_trends, adoption, feed)
    return [*wayback.ROUTES, *(route for module in of_pages for route in module.ROUTES)]


@hookimpl  # type: ignore[untyped-decorator]
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    """Find the archive files, and set up threads and errors, before the first request.

    Raises click.ClickException for a file that cannot be served.
    """
    try:
        for database in datasette.databases.values():
            file_names.check(Path(database.path or ""))
    except ServedNameError as error:
        raise click.ClickException(str(error)) from error
    bad_requests.replace_default()
    if datasette.executor is not None:
        datasette.executor = connections.Lanes(datasette.executor)

    async def read_archives() -> None:
        await metadata.describe(datasette)
        for name, database in datasette.databases.items():
            if database.path and metadata.is_described(datasette, name):
                path = Path(database.path)
                database.execute = KeptAnswers(database.execute, path)
                database.kept_values = UntilChange(path, KEPT_VALUES)
                database.large_values = UntilChange(path, LARGE_VALUES)

    return read_archives


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection, datasette: Any) -> None:
    """Set limits on a connection of Datasette."""
    connections.prepare(conn, datasette)


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """Return the answer to a request that failed: 400 if the request is the cause."""
    return bad_requests.answer(datasette, request, exception)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[query_checks.Asgi], query_checks.Asgi]:
    """Refuse invalid parameters of Datasette's pages."""
    reject = partial(bad_requests.reject, datasette)
    return lambda app: query_checks.checked(app, datasette.setting("base_url"), reject)


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Add what the templates of Datasette's pages in our look need."""
    environment.prepare(env, datasette)


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(row: Any, value: Any, column: str, database: str, datasette: Any) -> Any:
    """Return a link to one of our pages for a cell, or None."""
    return cells.linked(datasette, database, row, column, value)


@hookimpl  # type: ignore[untyped-decorator]
def get_metadata(datasette: Any, key: str | None, database: str | None) -> metadata.Metadata:
    """Return descriptions, labels and facets of archive files."""
    return metadata.metadata(datasette, database, key)


@hookimpl  # type: ignore[untyped-decorator]
def canned_queries(datasette: Any, database: str) -> metadata.Metadata:
    """Return the canned queries for an archive file."""
    return metadata.queries(datasette, database)


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Any, actor: dict[str, Any] | None) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """Return the links from Datasette's menu to our pages."""
    return lambda: pages.menu(datasette, actor)
