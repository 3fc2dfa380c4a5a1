"""The Atom feed of changes, for all retailers or for one.

docs/decisions/0012-atom-feed.md explains the library feedgenerator and the ids of entries.
"""

import hashlib
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from feedgenerator import Atom1Feed
from sqlite_utils import Database

from db.history.marks.announced import announcement
from db.history.readable_diff import Piece
from db.idn import to_unicode
from db.query import comparisons
from db.store import retailers
from db.web.common.responses import SAFETY, Response
from db.web.common.views import PageRequest, Pages, view
from db.web.pages.feed_entry import changed, content, stored_pieces

ON_A_PAGE = 30  # changes on one page of the feed; `next` leads to older changes (RFC 5005)
# The namespace of all ids. If it changed, every entry would be new to feed readers.
_NAMESPACE = uuid.UUID("6f1c7a1e-5d0b-5a52-9f0e-706f6c747261")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not allowed in XML 1.0
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # the date of a feed without entries


class FeedChange(NamedTuple):
    """A change of wording.

    `occurrence` is the number of earlier changes between the same two versions.
    """

    domain: str
    name: str | None
    old_version: int
    new_version: int
    last_old: str
    first_new: str
    words_added: int
    words_removed: int
    old_wording: str
    new_wording: str
    occurrence: int
    set_aside: int
    stated_before: str | None
    stated_date: str | None
    announced: str | None
    suspect: str | None
    pieces: tuple[Piece, ...]

    @property
    def id(self) -> str:
        """The id of the entry. It is the same in every archive file and on every server."""
        key = (self.domain, self.old_wording, self.new_wording, str(self.occurrence))
        return uuid.uuid5(_NAMESPACE, "\n".join(key)).urn

    @property
    def marks(self) -> list[str]:
        """What the stated dates say about the change, and what is suspect, for people."""
        said = announcement(self.announced, self.stated_before, self.stated_date)
        return [line for line in (said, f"suspect: {self.suspect}" if self.suspect else "") if line]

    @property
    def title(self) -> str:
        """The title of the entry: the retailer, and the two days between which the policy changed."""
        name = self.name or to_unicode(self.domain)
        return (
            f"{name}: changed between {self.last_old[:10]} and {self.first_new[:10]}"
            f" (+{self.words_added} −{self.words_removed} words)"
        )


class Feed(Atom1Feed):  # type: ignore[misc]
    """An Atom feed in pages. Its date is the date of its latest entry."""

    def add_root_elements(self, handler: Any) -> None:
        """Write the elements before the entries, with links to the other pages."""
        super().add_root_elements(handler)
        for rel, address in self.feed["neighbours"]:
            handler.addQuickElement("link", "", {"rel": rel, "href": address})

    def latest_post_date(self) -> datetime:
        """Return the moment of the latest change's first capture, or 1970 without entries."""
        return max((item["updateddate"] for item in self.items), default=_NEVER)


@view
async def feed(request: PageRequest) -> Response:
    """Send one page of the feed of changes, the newest first.

    The address is `/{database}/-/changes.atom`, or `/{database}/-/policies/{domain}/changes.atom` for one
    retailer, with `?page=…`. Raises UnknownRetailerError, BadQueryError, NoSuchPageError.
    """
    domain, number = request.domain(), request.query_number("page", 1)
    pages, found = await request.read(lambda db: read_changes(db, domain, number))
    body = await request.read(lambda _: write_feed(request, domain, pages, found))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = [("content-type", "application/atom+xml; charset=utf-8"), ("etag", etag)]
    unchanged = etag in (request.http.headers.get("if-none-match") or "")
    return Response(304 if unchanged else 200, headers, b"" if unchanged else body, SAFETY)


def read_changes(db: Database, domain: str, number: int) -> tuple[Pages, list[FeedChange]]:
    """Return one page of the changes of wording, the latest first. `domain` is "" for all retailers.

    Raises UnknownRetailerError, NoSuchPageError.
    """
    policy_id = retailers.policy_of(db, domain) if domain else None
    of_one = "policy_id = :policy" if domain else "true"
    (total,) = db.execute(
        f"select count(*) from changes where kind = 'wording' and {of_one}", {"policy": policy_id}
    ).fetchone()
    pages = Pages(total, ON_A_PAGE, number)
    rows = db.execute(
        f"""select p.retailer, r.name, o.number, n.number, c.last_old, c.first_new, c.words_added,
               c.words_removed, a.wording, b.wording,
               (select count(*) from changes x where x.new_version = c.new_version
                and x.old_version = c.old_version and x.kind = 'wording'
                and (x.first_new, x.id) < (c.first_new, c.id)),
               c.set_aside, c.stated_before, c.stated_date, c.announced, c.suspect, c.id
        from (select * from changes where kind = 'wording' and {of_one}
              order by first_new desc, id desc limit :limit offset :offset) c
        join policies p on p.id = c.policy_id join retailers r on r.domain = p.retailer
        join versions o on o.id = c.old_version join versions n on n.id = c.new_version
        join texts a on a.id = o.text_id join texts b on b.id = n.text_id
        order by c.first_new desc, c.id desc""",
        {"policy": policy_id, "limit": ON_A_PAGE, "offset": pages.offset},
    )
    return pages, [FeedChange._make((*row[:-1], _pieces(db, row[-1]))) for row in rows.fetchall()]


def _pieces(db: Database, change_id: int) -> tuple[Piece, ...]:
    """Return the changed paragraphs of a change; () while its history is derived again."""
    texts = db.execute(
        """select a.markdown, b.markdown from changes c
        join texts a on a.id = c.old_text_id join texts b on b.id = c.new_text_id where c.id = ?""",
        [change_id],
    ).fetchone()
    shown = stored_pieces(*texts, comparisons.stored(db, change_id)) if texts else None
    if shown is None:
        compared = comparisons.of_change(db, change_id)
        shown = changed(compared.pieces()) if compared else ()
    return shown


def write_feed(request: PageRequest, domain: str, pages: Pages, changes: list[FeedChange]) -> bytes:
    """Return one page of the feed as XML."""
    to = request.urls

    def absolute(address: str) -> str:
        return str(request.datasette.absolute_url(request.http, address))

    def page(number: int) -> str:
        return absolute(to.feed(domain) + (f"?page={number}" if number > 1 else ""))

    around = [("first", 1), ("last", pages.last), ("previous", pages.number - 1), ("next", pages.number + 1)]
    feed = Feed(
        title=_xml(
            f"Changes of the privacy policy of {domain}"
            if domain
            else f"Changes of privacy policies in {to.database}"
        ),
        link=absolute(to.retailer(domain) if domain else to.home()),
        description="Each change lies between two captures; nothing is known of the time between them.",
        author_name="policytrail",
        feed_url=page(pages.number),
        feed_guid=uuid.uuid5(_NAMESPACE, f"feed\n{to.database}\n{domain}").urn,
        neighbours=[(rel, page(number)) for rel, number in around if 1 <= number <= pages.last],
    )
    for change in changes:
        feed.add_item(
            title=_xml(change.title),
            link=absolute(
                to.change(
                    change.domain, change.old_version, change.new_version, change.first_new, change.occurrence
                )
            ),
            description=None,
            unique_id=change.id,
            updateddate=datetime.fromisoformat(change.first_new),
            content=_xml(
                content(change.pieces, change.set_aside, change.last_old, change.first_new, change.marks)
            ),
        )
    text: str = feed.writeString("utf-8")
    return text.encode()


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"/(?P<db>[^/]+)/-/changes\.atom$", feed),
    (r"/(?P<db>[^/]+)/-/policies/(?P<domain>[^/]+)/changes\.atom$", feed),
]
