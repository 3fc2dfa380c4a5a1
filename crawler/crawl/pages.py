"""The pages of a run, in the order in which they are listed."""

from collections.abc import Sequence

from sqlite_utils import Database

from crawler.crawl.plan import CrawlPlan
from crawler.throttling.fault_row import NOT_SERVING
from db.database import transaction
from db.store import attributes, clues, retailers, run_log
from db.store.retailers import Page


def store_pages(
    db: Database, plan: CrawlPlan, search: int | None = None
) -> tuple[dict[int, str], list[Page]]:
    """Store a plan's retailers. Return the policies (id -> domain), and all known pages of these policies.

    `search` is the run id of the search for addresses with which the crawl began, or None.
    """
    with transaction(db):
        for retailer in plan.retailers:
            policy_id = retailers.add_policy(db, retailer.domain, retailer.name)
            attributes.store(db, retailer.domain, dict(retailer.attributes))
            for address, found_by in retailer.pages:
                page = retailers.add_page(db, policy_id, address, found_by)
                clues.note(db, page.id, found_by)
    policies = dict(retailers.policies(db, [retailer.domain for retailer in plan.retailers]))
    pages = [page for policy_id in policies for page in retailers.pages(db, policy_id)]
    return policies, _after_outage(db, pages, search)


def is_after_outage(db: Database, *commands: str, search: int | None = None) -> bool:
    """Return whether the last run of these commands ended because the archive did not serve.

    `search` is as in `store_pages`; that run does not count.
    """
    return NOT_SERVING in (run_log.last_outcome(db, *commands, without=search) or "")


def _after_outage(db: Database, pages: Sequence[Page], search: int | None) -> list[Page]:
    """Return the pages policy by policy; after a crawl that an outage ended, by their last listing.

    The page that was listed longest ago is the first. So a page that fails alone, again and again, does not
    keep the run from all others.
    """
    if not is_after_outage(db, "crawl", search=search):
        return list(pages)
    return sorted(pages, key=lambda page: (retailers.listed_at(db, page.id) or "", page.id))
