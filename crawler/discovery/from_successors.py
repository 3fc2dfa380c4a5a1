"""Follow redirects and links from one address of a policy to its next address (successor)."""

from dataclasses import dataclass

from crawler.discovery.candidates import add_target, location_of
from crawler.discovery.classify import link_ranking
from crawler.discovery.session import DiscoverySession
from crawler.webarchive.memento import is_redirect
from db.database import transaction
from db.query import lineage
from db.store import captures, texts
from db.store.captures import Capture
from db.store.retailers import Page
from extract.domains import registered_domain
from extract.verdict import POLICY

MAX_ADDRESSES = 12  # how many addresses of a retailer one run follows; longer chains are circles
MAX_SUCCESSORS = 3  # addresses that one page may name


@dataclass(frozen=True)
class Followed:
    """The ids of the captures that were read, and the count of new addresses."""

    captures: frozenset[int]
    addresses: int


async def follow(session: DiscoverySession) -> Followed:
    """Store the addresses to which the stored captures of a retailer lead.

    Rejected candidates are read too: they may link to the policy, or say that it moved. No request is sent.
    """
    for page in session.pages():
        if page.waypoint and lineage.goods(session.db, page.id):
            session.promote(page)
    read, addresses = set[int](), 0
    for page in [*session.pages(), *session.pages("regional"), *session.pages("candidate")]:
        for capture in _last_captures(session, page):
            is_new = capture.id not in session.followed | read
            if is_new and session.followed_addresses + addresses < MAX_ADDRESSES:
                read.add(capture.id)
                addresses += await _follow_capture(session, page, capture)
    return Followed(frozenset(read), addresses)


def _last_captures(session: DiscoverySession, page: Page) -> list[Capture]:
    """Return the captures of a page that may lead to another address.

    These are the last good capture (verdict `policy`), the last capture that is no redirect, and the last
    redirect. For a candidate, it is only the last suitable capture.
    """
    fetched = [c for c in captures.of_page(session.db, page.id) if c.state == "fetched"]
    if page.policy_id == session.policies["candidate"]:
        return [c for c in fetched if _may_lead_on(session, page, c)][-1:]
    good = [id_ for id_, _ in lineage.goods(session.db, page.id)][-1:]
    redirects = [c for c in fetched if is_redirect(c.status)]
    shown = [c for c in fetched if not is_redirect(c.status)]
    return list(dict.fromkeys([c for c in fetched if c.id in good] + shown[-1:] + redirects[-1:]))


def _may_lead_on(session: DiscoverySession, page: Page, capture: Capture) -> bool:
    """Return whether a candidate's capture may lead to the policy.

    It must be on the retailer's domain, and not itself show a policy (of another kind).
    """
    own = registered_domain(page.url) == registered_domain(session.domain)
    return own and texts.of_capture(session.db, capture.id).verdict != POLICY


async def _follow_capture(session: DiscoverySession, page: Page, capture: Capture) -> int:
    """Store the addresses to which a capture leads. Return how many of them must be checked."""
    if is_redirect(capture.status):
        location = location_of(session.db, capture)
        return int(add_target(session, capture, location)) if location else 0
    links = await session.read_links(capture.id)
    text = texts.of_capture(session.db, capture.id).markdown
    named = {"url": page.url, "domain": session.domain, "home_language": session.language}
    successors = await session.judge(link_ranking.find_successors, links, text=text, **named)
    with transaction(session.db):
        pages = [
            session.add_candidate(successor.url, "successor", successor.text, capture)
            for successor in (successors or ())[:MAX_SUCCESSORS]
        ]
    return len(pages) - pages.count(None)
