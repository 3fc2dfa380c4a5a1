"""The Datasette plugin: a policytrail archive on the web.

Here stand only the hooks that Datasette calls; each thing that is served has a module (or a few) of its own:

- the pages that people read: `pages` (their routes), `home`, `retailer`, `version`, `comparison`, `health`, each with a
  template of its name below `templates/policytrail/`; what they share: `site` (one request for a page), `page_addresses`,
  `drawing` (timelines), `prose` (strangers' Markdown as safe HTML), `evidence`, `paging`;
- what is asked of all texts: `search`, `trends` (with its `chart`), `asking` (the parameters), `data` (JSON and CSV);
- the Atom feed of changes: `feed`, `feed_entry`;
- what Datasette itself shows of an archive: `metadata`, with `metadata.yaml` (descriptions), `queries.yaml` (canned queries);
- the Wayback Machine's addresses: `wayback` (the routes), `cdx*`, `resume_key`, `scan` (lists of captures), `timemap`,
  `mementos`, `replay` (captures), `archives`, `holdings` (what the attached databases hold).
"""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

from db.web import pages, wayback
from db.web.common import metadata
from db.web.pages import feed, search, trends


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """The addresses this plugin answers, for Datasette: regular expression and view."""
    return [*wayback.ROUTES, *pages.ROUTES, *search.ROUTES, *trends.ROUTES, *feed.ROUTES]


@hookimpl  # type: ignore[untyped-decorator]
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    """Find the archives before the first request."""
    return lambda: metadata.describe(datasette)


@hookimpl  # type: ignore[untyped-decorator]
def get_metadata(datasette: Any, database: str | None) -> metadata.Metadata:
    """Descriptions, labels and facets of archives."""
    return metadata.metadata(datasette, database)


@hookimpl  # type: ignore[untyped-decorator]
def canned_queries(datasette: Any, database: str) -> metadata.Metadata:
    """The questions that researchers ask of an archive."""
    return metadata.queries(datasette, database)


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Any, actor: dict[str, Any] | None) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """The way from Datasette's own pages to ours, in its menu."""
    return lambda: pages.menu(datasette, actor)
