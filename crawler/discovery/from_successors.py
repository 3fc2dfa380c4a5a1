"""Following the policy from page to page: redirects at the end of an address, links by which a page names its successor."""

from crawler.discovery.candidates import enter_target, location_of
from crawler.discovery.classify import link_ranking
from crawler.discovery.session import Hunt
from crawler.webarchive.memento import is_redirect
from db.database import transaction
from db.query import lineage
from db.store import captures, texts
from db.store.captures import Capture
from db.store.retailers import Page, become_page
from extract.domains import registered_domain
from extract.verdict import POLICY

CHAIN = 12  # addresses that one run follows for a retailer: what goes on longer goes in circles
SUCCESSORS = 3  # addresses that one page may name


async def follow(hunt: Hunt) -> bool:
    """Enter where pages lead by what is held of them, without a request; whether anything is to be looked at now.

    A page that was looked at in vain may be a hub, or say that the policy has moved.
    """
    for page in hunt.pages():
        _promote(hunt, page)
    any_ = False
    for page in [*hunt.pages(), *hunt.pages("regional"), *hunt.pages("candidate")]:
        for capture in _telling(hunt, page):
            if capture.id not in hunt.followed and hunt.chain < CHAIN:
                hunt.followed.add(capture.id)
                entered = await _read(hunt, page, capture)
                hunt.chain += entered
                any_ = any_ or entered > 0
    return any_


def _promote(hunt: Hunt, page: Page) -> None:
    """A waypoint whose captures show the policy is a page of its own."""
    if page.waypoint and lineage.goods(hunt.db, page.id):
        with transaction(hunt.db):
            become_page(hunt.db, page.id)
        hunt.found[hunt.way] += 1


def _telling(hunt: Hunt, page: Page) -> list[Capture]:
    """The held captures of a page that may say where the policy went: the last good one, the last one, the last redirect."""
    held = [c for c in captures.of_page(hunt.db, page.id) if c.state == "fetched"]
    if page.policy_id == hunt.policies["candidate"]:
        return [c for c in held if _may_lead_on(hunt, page, c)][-1:]
    good = [id_ for id_, _ in lineage.goods(hunt.db, page.id)]
    plain = [c for c in held if not is_redirect(c.status)]
    telling = (
        [c for c in held if good and c.id == good[-1]]
        + plain[-1:]
        + [c for c in held if is_redirect(c.status)][-1:]
    )
    return list(dict.fromkeys(telling))


def _may_lead_on(hunt: Hunt, page: Page, capture: Capture) -> bool:
    """Whether what was looked at in vain may say where the policy is: not another party's policy, nor its pages."""
    own = registered_domain(page.url) == registered_domain(hunt.domain)
    return own and texts.of_capture(hunt.db, capture.id).verdict != POLICY


async def _read(hunt: Hunt, page: Page, capture: Capture) -> int:
    """Enter where a capture leads; how many addresses are to be looked at by it."""
    if is_redirect(capture.status):
        location = location_of(hunt, capture)
        return enter_target(hunt, capture, location) if location else 0
    links = await hunt.spider.extraction.links(capture.id)
    text = texts.of_capture(hunt.db, capture.id).markdown
    named = link_ranking.successors(
        links, url=page.url, domain=hunt.domain, text=text, home_language=hunt.language
    )[:SUCCESSORS]
    with transaction(hunt.db):
        return sum(hunt.enter(one.url, "successor", one.text, capture) is not None for one in named)
