"""Which pages of the server are files of the site, and where.

A version's file is named after the moment of its first capture, and a comparison's file after the moments of
its two captures. So an address stays the same if a capture that is found later renumbers the versions.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from sqlite_utils import Database

from db.export import file_names
from db.query.spans import Span, spans
from db.times import digits
from db.web.common.page_urls import PageUrls
from db.web.pages.changes.form import PRESETS

HOME = "index.html"
SEARCH = "search.html"

_Key = tuple[str, frozenset[tuple[str, str]]]  # a path with its parameters, which have no order


class SiteVersion(NamedTuple):
    """A version with its file. `first_seen` and `last_seen` are the moments of its captures (ISO 8601)."""

    number: int
    first_seen: str
    last_seen: str
    file: str


class SiteRetailer(NamedTuple):
    """A retailer with the file of its page and its versions, by number."""

    domain: str
    name: str | None
    file: str
    versions: list[SiteVersion]


class SiteAddresses:
    """The addresses on the server whose pages are in the site, each with its file.

    Long lists have all their pages, and feeds only the first one. `retailers` are in order of their domains.
    """

    def __init__(self, datasette: Any, urls: PageUrls, db: Database) -> None:
        """Read the retailers, versions and changes of an archive file."""
        self.urls = urls
        self.retailers: list[SiteRetailer] = []
        self._static = urls.static("")
        self._files: dict[_Key, str] = {}
        self._addresses: dict[str, str] = {}  # one for each file
        self._add(datasette.urls.instance(), HOME)
        self._add(urls.home(), HOME)
        self._add(urls.changes(), "changes.html")
        for _, since, until in PRESETS:
            period = {"from": since, "to": until, "order": "largest"}
            self._add(urls.changes(**period), f"changes-{since}-{until}.html")
        self._add(urls.panel(), "panel.html")
        self._add(urls.health(), "health.html")
        self._add(urls.feed(), "changes.atom")
        self._add(urls.search(), SEARCH)
        rows = db.execute(
            """select p.id, p.retailer, r.name from policies p join retailers r on r.domain = p.retailer
            where p.kind = 'privacy' order by p.retailer"""
        ).fetchall()
        of_policy = spans(db, [policy_id for policy_id, _, _ in rows])
        for policy_id, domain, name in rows:
            self._add_retailer(db, policy_id, domain, name, of_policy[policy_id])

    def _add(self, address: str, file: str) -> None:
        self._files[_key(address)[0]] = file
        self._addresses.setdefault(file, address)

    def _add_retailer(
        self, db: Database, policy_id: int, domain: str, name: str | None, of_policy: list[Span]
    ) -> None:
        urls, folder = self.urls, f"policies/{file_names.name(domain)}"
        versions = [
            SiteVersion(number, first_seen, last_seen, f"{folder}/{digits(first_seen)}.html")
            for number, first_seen, last_seen in db.execute(
                "select number, first_seen, last_seen from versions where policy_id = ? order by number",
                [policy_id],
            )
        ]
        self.retailers.append(SiteRetailer(domain, name, f"{folder}/index.html", versions))
        self._add(urls.retailer(domain), f"{folder}/index.html")
        for state in ("", "ended"):  # the file has all
            self._add(urls.promises(domain, state), f"{folder}/promises.html")
        self._add(urls.feed(domain), f"{folder}/changes.atom")
        for version in versions:
            self._add(urls.version(domain, version.number), version.file)
            self._add(urls.at(domain, digits(version.first_seen)), version.file)
        for before, span in pairwise(of_policy):
            old, since = span.changed_after or before.until, span.since
            file = f"{folder}/{digits(old)}-{digits(since)}.html"
            number = span.old_version or before.version
            self._add(urls.change(domain, number, span.version, since, span.occurrence), file)
            self._add(urls.captures(domain, old, since), file)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield each file with the address of its page. Later pages of long lists are left out."""
        yield from self._addresses.items()

    def file(self, address: str) -> str | None:
        """Return the file with the page of an address on the server, or None if the site has none.

        `address` is a path with its query, without a fragment.
        """
        if address.startswith(self._static):
            return f"static/{address.removeprefix(self._static).partition('?')[0]}"
        key, page = _key(address)
        found = self._files.get(key)
        if found is None or page == "1":
            return found
        file = PurePosixPath(found)
        return str(file.with_stem(f"{file.stem}-{page}")) if file.suffix == ".html" else None


def _key(address: str) -> tuple[_Key, str]:
    """Return an address as a key, and the number of its page in a long list, "1" by default."""
    path, _, query = address.partition("?")
    values = dict(parse_qsl(query))
    page = values.pop("page", "1")
    return (path, frozenset(values.items())), page if page.isdecimal() and page.isascii() else "1"
