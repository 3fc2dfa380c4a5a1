"""Following the policy from page to page: redirects at the end of an address, links by which a page names its successor."""

from crawler.discovery import ranking
from crawler.discovery.hunt import Hunt
from crawler.discovery.looking import enter_target, location_of
from crawler.selection import is_redirect
from db import captures, lineage, texts
from db.archive import transaction
from db.captures import Capture
from db.retailers import Page, become_page
from db.urlkey import urlkey
from extract.links import Link, Links

READ = 2  # captures of a page whose links are read: the last that shows the policy, and the last at all
CHAIN = 12  # addresses that one run follows for a retailer: what goes on longer goes in circles
SUCCESSORS = 3  # addresses that one page may name


async def follow(hunt: Hunt) -> bool:
    """Enter where the known pages lead by what is held of them, without a request; whether anything is to be looked at now."""
    for page in hunt.pages():
        _promote(hunt, page)
    entered = 0
    for page in [*hunt.pages(), *hunt.pages("regional")]:
        for capture in _telling(hunt, page):
            if capture.id not in hunt.followed and len(hunt.followed) < CHAIN * READ:
                hunt.followed.add(capture.id)
                entered += await _read(hunt, page, capture)
    return entered > 0


def _promote(hunt: Hunt, page: Page) -> None:
    """A waypoint whose captures show the policy is a page of its own."""
    if page.waypoint and lineage.goods(hunt.db, page.id):
        with transaction(hunt.db):
            become_page(hunt.db, page.id)
        hunt.found[hunt.way] += 1


def _telling(hunt: Hunt, page: Page) -> list[Capture]:
    """The held captures of a page that may say where the policy went: the last good one, the last one, the last redirect."""
    held = [c for c in captures.of_page(hunt.db, page.id) if c.state == "fetched"]
    good = [id_ for id_, _ in lineage.goods(hunt.db, page.id)]
    plain = [c for c in held if not is_redirect(c.status)]
    telling = [c for c in held if good and c.id == good[-1]] + plain[-1:] + [c for c in held if is_redirect(c.status)][-1:]
    return list(dict.fromkeys(telling))


async def _read(hunt: Hunt, page: Page, capture: Capture) -> int:
    """Enter where a capture leads; how many addresses are to be looked at by it."""
    if is_redirect(capture.status):
        location = location_of(hunt, capture)
        return enter_target(hunt, capture, location) if location else 0
    links = await hunt.spider.extraction.links(capture.id)
    text = texts.of_capture(hunt.db, capture.id).markdown
    named = _successors(links, url=page.url, text=text, domain=hunt.domain)[:SUCCESSORS]
    with transaction(hunt.db):
        return sum(hunt.enter(one.url, "successor", one.text, capture) is not None for one in named)


def _successors(links: Links, *, url: str, text: str, domain: str) -> list[ranking.Candidate]:
    own = [Link(a, "", "body") for a in (links.canonical, links.refresh) if a]
    return [one for one in ranking.ranked([*own, *links.links], domain=domain) if one.urlkey != urlkey(url)]
