"""Where our pages are: the addresses of an archive's policies, versions, comparisons and of what else can be read of it.

Everything stands below `/{database}/-/`, where Datasette has nothing of its own. What a version is called in a citation is
a moment (`…/at/20180528103000`), not its number: a capture that is found later may renumber the versions, but not what the
archive saw at that moment.
"""

from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from db.web.common.urls import memento_path, path


class PageUrls(NamedTuple):
    """Writes the addresses of one archive's pages, Datasette's base_url before them."""

    datasette: Any
    database: str

    def _below(self, local: str, **query: str | int) -> str:
        asked = {name: value for name, value in query.items() if value != ""}
        return f"{self.datasette.urls.database(self.database)}/-/{local}" + (
            f"?{urlencode(asked)}" if asked else ""
        )

    def home(self, **query: str | int) -> str:
        """What the archive holds: `/{database}/-/policies`, with `q` and `page` the list of retailers."""
        return self._below("policies", **query)

    def retailer(self, domain: str) -> str:
        """The history of a retailer's policy."""
        return self._below(f"policies/{quote(domain, safe='')}")

    def version(self, domain: str, number: int) -> str:
        """The text of a version."""
        return f"{self.retailer(domain)}/{number}"

    def markdown(self, domain: str, number: int) -> str:
        """The same as Markdown."""
        return f"{self.retailer(domain)}/{number}.md"

    def at(self, domain: str, moment: str) -> str:
        """The version that held at a moment: 14 digits, or as many of them as one knows. This is what is cited."""
        return f"{self.retailer(domain)}/at/{moment}"

    def comparison(self, domain: str, old: int | str = "", new: int | str = "", layout: str = "") -> str:
        """What differs between two versions; `layout` is `side` for side by side."""
        return self._below(f"policies/{quote(domain, safe='')}/compare", old=old, new=new, layout=layout)

    def health(self, **query: str | int) -> str:
        """What the archive does not have, and why."""
        return self._below("health", **query)

    def search(self, form: str = "", **query: str | int) -> str:
        """The search over all texts: `q`, and what narrows it; `form` is json or csv for data."""
        return self._below(f"search.{form}" if form else "search", **query)

    def trends(self, form: str = "", **query: str | int) -> str:
        """How many policies mention a phrase, by year; `form` is json or csv for data."""
        return self._below(f"trends.{form}" if form else "trends", **query)

    def feed(self, domain: str = "") -> str:
        """The Atom feed of changes, of all retailers or of one."""
        return self._below(f"policies/{quote(domain, safe='')}/changes.atom" if domain else "changes.atom")

    def table(self, name: str, **filters: str | int) -> str:
        """A table or view in Datasette itself, with its filters."""
        return f"{self.datasette.urls.table(self.database, name)}" + (
            f"?{urlencode(filters)}" if filters else ""
        )

    def tables(self) -> str:
        """The whole database in Datasette itself."""
        return str(self.datasette.urls.database(self.database))

    def snapshot(self, timestamp: str, original: str) -> str:
        """A capture as it was archived, served from this archive."""
        return memento_path(self.datasette, timestamp, "id_", original)

    def static(self, name: str) -> str:
        """A file of this plugin."""
        return path(self.datasette, f"/-/static-plugins/policytrail/{name}")
