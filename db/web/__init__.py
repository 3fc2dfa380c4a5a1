"""The Datasette plugin: a policytrail archive on the web.

Here stand only the hooks that Datasette calls; each thing that is served has a module (or a few) of its own:

- the pages that people read: `pages` (their routes), `home`, `retailer`, `version`, `comparison`, `health`, each with a
  template of its name below `templates/policytrail/`; what they share: `site` (one request for a page), `page_addresses`,
  `spans` and `drawing` (timelines), `prose` (strangers' Markdown as safe HTML), `evidence`, `paging`;
- the Wayback Machine's addresses: `wayback` (the routes), `cdx*`, `resume_key`, `scan` (lists of captures), `timemap`,
  `mementos`, `replay` (captures), `archives`, `holdings` (what the attached databases hold).
"""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

from db.web import pages, wayback


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """The addresses this plugin answers, for Datasette: regular expression and view."""
    return [*wayback.ROUTES, *pages.ROUTES]


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Any, actor: dict[str, Any] | None) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """The way from Datasette's own pages to ours, in its menu."""
    return lambda: pages.menu(datasette, actor)
