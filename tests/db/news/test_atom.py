"""A feed without a web server has no address, and is valid Atom."""

from typing import Any

import feedparser

from db.news import atom
from db.news.atom import FeedHead
from db.news.entries import Entry
from tests.support.news import entry


def test_a_feed_without_addresses() -> None:
    found = entry("We sell.", "We share.", name="A\x00 & B")
    feed = feedparser.parse(atom.write(FeedHead("archive"), [found], lambda _: None))
    assert not feed.bozo
    assert feed.feed.title == "Changes of privacy policies in archive"
    assert "links" not in feed.feed and "links" not in feed.entries[0]
    assert feed.entries[0].title.startswith("A\ufffd & B: changed between")


def written(found: Entry, address: str) -> Any:
    feed = atom.write(FeedHead("archive", home=address, address=address), [found], lambda _: address)
    return feedparser.parse(feed)


def test_ids_do_not_depend_on_addresses() -> None:
    found = entry("We sell.", "We share.")
    here = written(found, "http://a.example/")
    there = written(found, "http://b.example/")
    assert here.feed.id == there.feed.id
    assert here.entries[0].id == there.entries[0].id
    assert (here.entries[0].link, there.entries[0].link) == ("http://a.example/", "http://b.example/")


def test_a_feed_without_entries() -> None:
    feed = feedparser.parse(atom.write(FeedHead("archive", "shop.example"), [], lambda _: None))
    assert (feed.feed.title, feed.feed.updated) == (
        "Changes of the privacy policy of shop.example",
        "1970-01-01T00:00:00+00:00",
    )
