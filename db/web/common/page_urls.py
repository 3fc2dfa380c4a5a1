"""Addresses of the pages about an archive file: policies, versions, comparisons and others.

All of them begin with `/{database}/-/`, where Datasette has no pages of its own. The address in a citation
names a version by a moment (`…/at/20180528103000`), not by its number. If an older capture is found later,
versions can get other numbers, but the version of a moment stays the same.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from db.idn import to_unicode
from db.times import digits
from db.web.common.form_values import written
from db.web.common.urls import memento_path, path


class PageUrls(NamedTuple):
    """Builds the addresses of the pages about one archive file, with Datasette's base_url."""

    datasette: Any
    database: str

    def _below(self, local: str, **query: str | int | Sequence[str]) -> str:
        given = {name: value for name, value in query.items() if value != ""}
        return f"{self.datasette.urls.database(self.database)}/-/{local}" + (
            f"?{urlencode(given, doseq=True)}" if given else ""
        )

    def shown(self, domain: str) -> str:
        """Return a domain as people read it."""
        return to_unicode(domain)

    def named(self, domain: str) -> str:
        """Return a domain as the forms of the pages read it."""
        return written(domain)

    def home(self, **query: str | int) -> str:
        """Return the address of the first page: `/{database}/-/policies`.

        `q` and `page` choose the retailers in its list.
        """
        return self._below("policies", **query)

    def retailer(self, domain: str) -> str:
        """Return the address of a retailer's page."""
        return self._below(f"policies/{quote(domain, safe='')}")

    def promises(self, domain: str, state: str = "") -> str:
        """Return the address of the page about what a retailer's policy promises.

        `state` is `standing` or `ended` for these only.
        """
        return self._below(f"policies/{quote(domain, safe='')}/promises", state=state)

    def version(self, domain: str, number: int, at: str = "") -> str:
        """Return the address of a version's page.

        `at` is a moment without a capture, as digits, about which the page then has a remark.
        """
        return f"{self.retailer(domain)}/{number}" + (f"?at={at}" if at else "")

    def markdown(self, domain: str, number: int) -> str:
        """Return the address of a version's Markdown file."""
        return f"{self.retailer(domain)}/{number}.md"

    def at(self, domain: str, moment: str) -> str:
        """Return the address for citations: the version at a moment of 4 to 14 digits."""
        return f"{self.retailer(domain)}/at/{moment}"

    def on_day(self, domain: str) -> str:
        """Return the address of the form that leads to the version of a day (`day`)."""
        return f"{self.retailer(domain)}/at"

    def comparison(
        self, domain: str, old: int | str = "", new: int | str = "", layout: str = "", at: str = ""
    ) -> str:
        """Return the address of the comparison of two versions.

        `layout` is `side` for side by side. `at` is the moment (14 digits) of the change's first new capture;
        it is needed if the same two versions follow each other more than once.
        """
        below = f"policies/{quote(domain, safe='')}/compare"
        return self._below(below, old=old, new=new, at=at, layout=layout)

    def captures(self, domain: str, old: str, new: str) -> str:
        """Return the address for citations of the comparison of two captures, by their moments (ISO 8601)."""
        return f"{self.retailer(domain)}/compare/{digits(old)}/{digits(new)}"

    def change(
        self, domain: str, old: int, new: int, first_new: str, occurrence: int, layout: str = ""
    ) -> str:
        """Return the address of the comparison of the two captures between which a change happened.

        `first_new` is the moment of the first new capture (ISO 8601), and `occurrence` the number of earlier
        changes between the same two versions. `layout` is `side` for side by side.
        """
        return self.comparison(domain, old, new, layout, digits(first_new) if occurrence else "")

    def health(self, **query: str | int) -> str:
        """Return the address of the page about missing captures."""
        return self._below("health", **query)

    def search(self, form: str = "", **query: str | int) -> str:
        """Return the address of a search in all texts. `form` is json or csv for data."""
        return self._below(f"search.{form}" if form else "search", **query)

    def changes(self, form: str = "", **query: str | int) -> str:
        """Return the address of the page of changes. `form` is json or csv for data."""
        return self._below(f"changes.{form}" if form else "changes", **query)

    def panel(self, form: str = "", **query: str | int) -> str:
        """Return the address of the table of retailers and periods. `form` is json or csv for data."""
        return self._below(f"panel.{form}" if form else "panel", **query)

    def report(self, table: str = "", form: str = "", **query: str) -> str:
        """Return the address of the report, or of one of its tables.

        `form` is csv for data, and svg for the picture.
        """
        if not table:
            return self._below("report")
        return self._below(f"report/{table}.{form}" if form else f"report/{table}", **query)

    def trends(self, form: str = "", **query: str | Sequence[str]) -> str:
        """Return the address of the page with the shares of policies that have phrases, by year.

        `form` is json or csv for data, and svg for the picture.
        """
        return self._below(f"trends.{form}" if form else "trends", **query)

    def finding_trends(self, form: str = "", **query: str) -> str:
        """Return the address of the page that counts who added or removed a kind of statement, by period.

        `form` is json or csv for data, and svg for the picture.
        """
        return self._below(f"trends/findings.{form}" if form else "trends/findings", **query)

    def shared(self, **query: str) -> str:
        """Return the address of the page with the shops that share a text."""
        return self._below("shared", **query)

    def adoption(self, form: str = "", **query: str | Sequence[str]) -> str:
        """Return the address of the page that shows since when policies have something.

        `form` is csv for data, and svg for the picture.
        """
        return self._below(f"trends/adoption.{form}" if form else "trends/adoption", **query)

    def feed(self, domain: str = "") -> str:
        """Return the address of the Atom feed of changes, for all retailers or for one."""
        return self._below(f"policies/{quote(domain, safe='')}/changes.atom" if domain else "changes.atom")

    def table(self, name: str, **filters: str | int) -> str:
        """Return the address of a table or view in Datasette itself, with filters."""
        return f"{self.datasette.urls.table(self.database, name)}" + (
            f"?{urlencode(filters)}" if filters else ""
        )

    def tables(self) -> str:
        """Return the address of Datasette's own page about the whole database."""
        return str(self.datasette.urls.database(self.database))

    def snapshot(self, timestamp: str, original: str) -> str:
        """Return the address at which this server replays a stored capture."""
        return memento_path(self.datasette, timestamp, "id_", original)

    def static(self, name: str) -> str:
        """Return the address of a static file of this plugin."""
        return path(self.datasette, f"/-/static-plugins/policytrail/{name}")
