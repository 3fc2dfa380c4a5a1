"""Addresses of the pages of an archive: policies, versions, comparisons and others.

All of them are below `/{database}/-/`, where Datasette has no pages of its own. A citation names a version by
a moment (`…/at/20180528103000`), not by its number: a capture that is found later may renumber the versions,
but it does not change what the archive saw at that moment.
"""

from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from db.idn import to_unicode
from db.web.common.urls import memento_path, path


class PageUrls(NamedTuple):
    """Builds the addresses of the pages of one archive, with Datasette's base_url."""

    datasette: Any
    database: str

    def _below(self, local: str, **query: str | int) -> str:
        given = {name: value for name, value in query.items() if value != ""}
        return f"{self.datasette.urls.database(self.database)}/-/{local}" + (
            f"?{urlencode(given)}" if given else ""
        )

    def shown(self, domain: str) -> str:
        """Return a domain as people read it."""
        return to_unicode(domain)

    def home(self, **query: str | int) -> str:
        """Return the first page: `/{database}/-/policies`, with `q` and `page` for the list of retailers."""
        return self._below("policies", **query)

    def retailer(self, domain: str) -> str:
        """Return the page of a retailer's policy."""
        return self._below(f"policies/{quote(domain, safe='')}")

    def version(self, domain: str, number: int) -> str:
        """Return the page of a version."""
        return f"{self.retailer(domain)}/{number}"

    def markdown(self, domain: str, number: int) -> str:
        """Return the Markdown file of a version."""
        return f"{self.retailer(domain)}/{number}.md"

    def at(self, domain: str, moment: str) -> str:
        """Return the address that is cited: the version at a moment of 4 to 14 digits."""
        return f"{self.retailer(domain)}/at/{moment}"

    def comparison(self, domain: str, old: int | str = "", new: int | str = "", layout: str = "") -> str:
        """Return the comparison of two versions; `layout` is `side` for side by side."""
        return self._below(f"policies/{quote(domain, safe='')}/compare", old=old, new=new, layout=layout)

    def health(self, **query: str | int) -> str:
        """Return the page about missing captures."""
        return self._below("health", **query)

    def search(self, form: str = "", **query: str | int) -> str:
        """Return the search over all texts, with its parameters; `form` is json or csv for data."""
        return self._below(f"search.{form}" if form else "search", **query)

    def trends(self, form: str = "", **query: str | int) -> str:
        """Return the page that counts the policies with a phrase by year; `form` is json or csv for data."""
        return self._below(f"trends.{form}" if form else "trends", **query)

    def feed(self, domain: str = "") -> str:
        """Return the Atom feed of changes, of all retailers or of one."""
        return self._below(f"policies/{quote(domain, safe='')}/changes.atom" if domain else "changes.atom")

    def table(self, name: str, **filters: str | int) -> str:
        """Return a table or view in Datasette itself, with filters."""
        return f"{self.datasette.urls.table(self.database, name)}" + (
            f"?{urlencode(filters)}" if filters else ""
        )

    def tables(self) -> str:
        """Return the page of the whole database in Datasette itself."""
        return str(self.datasette.urls.database(self.database))

    def snapshot(self, timestamp: str, original: str) -> str:
        """Return the address of a stored capture, served from this archive."""
        return memento_path(self.datasette, timestamp, "id_", original)

    def static(self, name: str) -> str:
        """Return the address of a static file of this plugin."""
        return path(self.datasette, f"/-/static-plugins/policytrail/{name}")
