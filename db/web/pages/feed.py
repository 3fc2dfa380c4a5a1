"""The Atom feed of changes, for all retailers or for one, in pages."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from db.news import atom, entries
from db.news.atom import FeedHead
from db.news.entries import Entry
from db.query import changes
from db.query.changes import ChangeFilter
from db.web.common.errors import NoSuchPageError
from db.web.common.responses import SAFETY, Response
from db.web.common.urls import lasting
from db.web.common.views import PageRequest, view

LATEST = 30  # changes on the first page of the feed; `next` leads to older changes (RFC 5005)
# Feed readers ask for the first page again and again, so its changes stay in memory. An older page is asked
# for once, and each of its changes is compared for it.
ON_A_PAGE = 10


@dataclass(frozen=True)
class FeedPages:
    """The pages of a feed of `total` changes: LATEST on the first one, ON_A_PAGE on each of the others."""

    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page. It is 1 for an empty feed."""
        return 1 + max(0, -(-(self.total - LATEST) // ON_A_PAGE))

    @property
    def size(self) -> int:
        """How many changes are on this page at most."""
        return LATEST if self.number == 1 else ON_A_PAGE

    @property
    def offset(self) -> int:
        """The number of changes before this page. Raises NoSuchPageError after the last page."""
        if self.number > self.last:
            raise NoSuchPageError(f"there is no page {self.number}; the last is {self.last}")
        return 0 if self.number == 1 else LATEST + (self.number - 2) * ON_A_PAGE


@view
async def feed(request: PageRequest) -> Response:
    """Send one page of the feed of changes, the newest first.

    The address is `/{database}/-/changes.atom`, or `/{database}/-/policies/{domain}/changes.atom` for one
    retailer, with `?page=…`. Raises UnknownRetailerError, BadQueryError, NoSuchPageError.
    """
    domain, number = request.domain(), request.query_number("page", 1)
    pages, found = await request.read(lambda db: read_entries(db, domain, number))
    body = await request.read(lambda _: write_feed(request, domain, pages, found))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = [("content-type", "application/atom+xml; charset=utf-8"), ("etag", etag)]
    unchanged = etag in (request.http.headers.get("if-none-match") or "")
    return Response(304 if unchanged else 200, headers, b"" if unchanged else body, SAFETY)


def read_entries(db: Database, domain: str, number: int) -> tuple[FeedPages, list[Entry]]:
    """Return one page of the changes of wording, the latest first. `domain` is "" for all retailers.

    Raises UnknownRetailerError, NoSuchPageError.
    """
    wanted = ChangeFilter((domain,) if domain else ())
    total, _ = changes.count(db, wanted)
    pages = FeedPages(total, number)
    found = changes.find(db, wanted, limit=pages.size, offset=pages.offset)
    return pages, list(entries.read(db, found))


def write_feed(request: PageRequest, domain: str, pages: FeedPages, found: Sequence[Entry]) -> bytes:
    """Return one page of the feed as XML."""
    to = request.urls

    def absolute(address: str) -> str:
        return lasting(address) or str(request.datasette.absolute_url(request.http, address))

    def page(number: int) -> str:
        return absolute(to.feed(domain) + (f"?page={number}" if number > 1 else ""))

    def link(entry: Entry) -> str:
        change = entry.change
        versions = change.old_version, change.new_version
        return absolute(to.change(change.domain, *versions, change.first_new, change.occurrence))

    around = [("first", 1), ("last", pages.last), ("previous", pages.number - 1), ("next", pages.number + 1)]
    head = FeedHead(
        to.database,
        domain,
        absolute(to.retailer(domain) if domain else to.home()),
        page(pages.number),
        [(rel, page(number)) for rel, number in around if 1 <= number <= pages.last],
    )
    return atom.write(head, found, link)


ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"/(?P<db>[^/]+)/-/changes\.atom$", feed),
    (r"/(?P<db>[^/]+)/-/policies/(?P<domain>[^/]+)/changes\.atom$", feed),
]
