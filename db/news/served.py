"""A feed outside of the web server, with links to the pages that a server shows at a base URL."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from datasette.utils import tilde_encode

from db.news import atom
from db.news.atom import FeedHead
from db.news.entries import Entry
from db.times import digits


def feed(database: str, entries: Sequence[Entry], base_url: str = "", domain: str = "") -> bytes:
    """Return an Atom feed of entries as a file.

    `database` is the name of the archive file without its ending. `base_url` is the address of a server that
    shows it (`policytrail serve`); without one, an entry links to its first new capture in the web archive.
    `domain` is the retailer, or "" for all.
    """
    if not base_url:
        return atom.write(FeedHead(database, domain), entries, _capture)
    root = f"{base_url.rstrip('/')}/{tilde_encode(database)}/-"
    of_one = f"{root}/policies/{quote(domain, safe='')}" if domain else ""
    feed_at = f"{of_one or root}/changes.atom"
    head = FeedHead(database, domain, home=of_one or f"{root}/policies", address=feed_at)
    return atom.write(head, entries, lambda entry: f"{root}/{_comparison(entry)}")


def _capture(entry: Entry) -> str | None:
    return entry.addresses[-1][1] if entry.new and entry.addresses else None


def _comparison(entry: Entry) -> str:
    """Return the address of the comparison, as `db.web.common.page_urls` builds it."""
    change = entry.change
    query = {"old": change.old_version, "new": change.new_version}
    at = {"at": digits(change.first_new)} if change.occurrence else {}
    return f"policies/{quote(change.domain, safe='')}/compare?{urlencode({**query, **at})}"
