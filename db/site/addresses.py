"""Which pages of the server are files of the site, and where.

A version's file is named after the moment of its first capture, and a comparison's file after the moments of
its two captures. So an address stays the same if a capture that is found later renumbers the versions.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from sqlite_utils import Database

from db.export import file_names
from db.query.spans import Span, spans
from db.times import digits
from db.web.common.page_urls import PageUrls

HOME = "index.html"
SEARCH = "search.html"
_PAGE = re.compile(r"(?P<list>.+)\?page=(?P<number>[1-9][0-9]{0,8})", re.ASCII)


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
        self._lists = {urls.home(): HOME, urls.health(): "health.html"}
        self._alone = {
            datasette.urls.instance(): HOME,
            urls.search(): SEARCH,
            urls.feed(): "changes.atom",
        }
        rows = db.execute(
            """select p.id, p.retailer, r.name from policies p join retailers r on r.domain = p.retailer
            where p.kind = 'privacy' order by p.retailer"""
        ).fetchall()
        of_policy = spans(db, [policy_id for policy_id, _, _ in rows])
        for policy_id, domain, name in rows:
            self._add(db, policy_id, domain, name, of_policy[policy_id])

    def _add(
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
        self._alone[urls.retailer(domain)] = f"{folder}/index.html"
        self._alone[urls.feed(domain)] = f"{folder}/changes.atom"
        for version in versions:
            self._alone[urls.version(domain, version.number)] = version.file
            self._alone[urls.at(domain, digits(version.first_seen))] = version.file
        for before, span in pairwise(of_policy):
            old, since = span.changed_after or before.until, span.since
            file = f"{folder}/{digits(old)}-{digits(since)}.html"
            self._alone[urls.captures(domain, old, since)] = file
            number = span.old_version or before.version
            self._alone[urls.change(domain, number, span.version, since, span.occurrence)] = file

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield each file once, with an address of its page. Later pages of lists are left out."""
        seen: set[str] = set()
        for address, file in {**self._lists, **self._alone}.items():
            if file not in seen:
                seen.add(file)
                yield address, file

    def file(self, address: str) -> str | None:
        """Return the file with the page of an address on the server, or None if the site has none.

        `address` is a path with its query, without a fragment.
        """
        if address.startswith(self._static):
            return f"static/{address.removeprefix(self._static).partition('?')[0]}"
        found = self._alone.get(address) or self._lists.get(address)
        if found is None and (match := _PAGE.fullmatch(address)) and match["list"] in self._lists:
            file = PurePosixPath(self._lists[match["list"]])
            found = str(file if match["number"] == "1" else file.with_stem(f"{file.stem}-{match['number']}"))
        return found
