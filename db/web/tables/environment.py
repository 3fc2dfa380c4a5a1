"""What our templates for Datasette's own pages need: the addresses of our pages, and descriptions."""

from collections.abc import Sequence
from typing import Any

from db.web.common import metadata
from db.web.common.archives import archives
from db.web.common.page_urls import PageUrls
from db.web.common.views import version_of


def prepare(environment: Any, datasette: Any) -> None:
    """Add our functions to the environment of all templates."""

    async def archive_urls(
        database: str | None = None, actor: dict[str, Any] | None = None
    ) -> PageUrls | None:
        """Return the addresses of the pages of an archive file, for the header.

        It is this database if it is an archive file that the actor may read, else the only one, else None.
        """
        names = [archive.name for archive in await archives(datasette, actor)]
        if database in names:
            return PageUrls(datasette, str(database))
        return PageUrls(datasette, names[0]) if len(names) == 1 else None

    def described(database: str) -> dict[str, dict[str, Any]]:
        """Return table or view -> its metadata, those that people open first come first; {} without any."""
        of_archives = metadata.metadata(datasette, database)["databases"]
        found: dict[str, dict[str, Any]] = of_archives.get(database, {}).get("tables", {})
        return found

    def in_order(views: Sequence[dict[str, Any]], described: dict[str, Any]) -> list[dict[str, Any]]:
        """Return views in the order of their descriptions; views without one come last."""
        places = list(described)
        return sorted(views, key=lambda view: (*places, view["name"]).index(view["name"]))

    environment.globals |= {
        "archive_urls": archive_urls,
        "described": described,
        "in_order": in_order,
        "version_of": version_of,
    }
