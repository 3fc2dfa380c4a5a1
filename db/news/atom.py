"""News as an Atom feed: the page of the web server, the file of an export, the output of `news`.

docs/decisions/0012-atom-feed.md explains the library feedgenerator and the ids of entries.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from feedgenerator import Atom1Feed

from db.news.entries import NAMESPACE, Entry
from db.news.html import content

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not allowed in XML 1.0
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # the date of a feed without entries


@dataclass(frozen=True)
class FeedHead:
    """What a feed has before its entries.

    `database` is the name of the archive file without its ending, and `domain` the retailer, or "" for all.
    `home` is the page that shows the same, and `address` that of the feed itself; None without a web server.
    `links` are pairs of relation and address, such as `next`.
    """

    database: str
    domain: str = ""
    home: str | None = None
    address: str | None = None
    links: Sequence[tuple[str, str]] = ()

    @property
    def title(self) -> str:
        """The title of the feed."""
        if self.domain:
            return f"Changes of the privacy policy of {self.domain}"
        return f"Changes of privacy policies in {self.database}"

    @property
    def id(self) -> str:
        """The id of the feed. It is the same at every address."""
        return uuid.uuid5(NAMESPACE, f"feed\n{self.database}\n{self.domain}").urn


def write(head: FeedHead, entries: Iterable[Entry], link: Callable[[Entry], str | None]) -> bytes:
    """Return a feed as XML in UTF-8.

    `link` takes an entry and returns the address of its page, or None if it has none.
    """
    feed = _Feed(
        title=_xml(head.title),
        link=head.home,
        description="Each change lies between two captures; nothing is known of the time between them.",
        author_name="policytrail",
        feed_url=head.address,
        feed_guid=head.id,
        neighbours=head.links,
    )
    for entry in entries:
        feed.add_item(
            title=_xml(entry.title),
            link=link(entry),
            description=None,
            unique_id=entry.id,
            updateddate=datetime.fromisoformat(entry.change.first_new),
            content=_xml(content(entry)),
            categories=[_xml(label) for label in entry.meaning.labels],
        )
    text: str = feed.writeString("utf-8")
    return text.encode()


class _Feed(Atom1Feed):  # type: ignore[misc]
    """An Atom feed in pages. Its date is the date of its latest entry. Links to None are left out."""

    def add_root_elements(self, handler: Any) -> None:
        """Write the elements before the entries, with links to the other pages."""
        super().add_root_elements(_WithoutEmptyLinks(handler))
        for rel, address in self.feed["neighbours"]:
            handler.addQuickElement("link", "", {"rel": rel, "href": address})

    def add_item_elements(self, handler: Any, item: Any) -> None:
        """Write the elements of an entry."""
        super().add_item_elements(_WithoutEmptyLinks(handler), item)

    def latest_post_date(self) -> datetime:
        """Return the moment of the latest change's first capture, or 1970 without entries."""
        return max((item["updateddate"] for item in self.items), default=_NEVER)


class _WithoutEmptyLinks:
    """A handler of XML that leaves out links without an address: feedgenerator writes one always."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def addQuickElement(self, name: str, *rest: Any) -> None:  # noqa: N802 - the name is feedgenerator's
        """Write an element that has no other elements."""
        if name != "link" or rest[1]["href"] is not None:
            self._handler.addQuickElement(name, *rest)


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
