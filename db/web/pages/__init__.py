"""The routes of the pages for people, in the order in which Datasette tries them."""

from collections.abc import Callable
from typing import Any

from db.web.common.archives import archives
from db.web.common.page_urls import PageUrls
from db.web.pages import citation, comparison, health, home, promises, version
from db.web.pages.retailer import page as retailer

_POLICY = r"/(?P<db>[^/]+)/-/policies/(?P<domain>[^/]+)"

ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"/$", home.root),
    (r"/-/index$", home.index),
    (r"/(?P<db>[^/]+)/-/policies$", home.home),
    (r"/(?P<db>[^/]+)/-/health$", health.health),
    (rf"{_POLICY}$", retailer.retailer),
    (rf"{_POLICY}/at$", retailer.on_day),
    (rf"{_POLICY}/promises$", promises.promises),
    (rf"{_POLICY}/compare$", comparison.comparison),
    (rf"{_POLICY}/compare/(?P<old>[0-9]{{14}})/(?P<new>[0-9]{{14}})$", comparison.of_captures),
    (
        rf"{_POLICY}/compare/(?P<old>[0-9]{{14}})/(?P<new>[0-9]{{14}}){citation.FORMS}$",
        comparison.citation_of_captures,
    ),
    (rf"{_POLICY}/at/(?P<moment>[0-9]{{4}}|[0-9]{{6}}|[0-9]{{8}}|[0-9]{{14}})$", version.at),
    (rf"{_POLICY}/(?P<number>[0-9]{{1,9}})$", version.version),
    (rf"{_POLICY}/(?P<number>[0-9]{{1,9}})\.md$", version.markdown),
    (rf"{_POLICY}/(?P<number>[0-9]{{1,9}}){citation.FORMS}$", version.citation),
]


async def menu(datasette: Any, actor: dict[str, Any] | None) -> list[dict[str, str]]:
    """Return a link to our first page for each archive file.

    Files that this actor may not read are left out.
    """
    return [
        {"href": PageUrls(datasette, archive.name).home(), "label": f"Policies in {archive.name}"}
        for archive in await archives(datasette, actor)
    ]
