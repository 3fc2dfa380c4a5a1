"""The captures of one page, as the schedulers of a crawl need them."""

from collections.abc import Iterable, Mapping, Sequence

from crawler.crawl.context import CrawlContext
from crawler.date_ranges import within
from db.database import transaction
from db.store import captures
from db.store.captures import Capture
from db.store.retailers import Page


def captures_in_window(context: CrawlContext, page: Page) -> list[Capture]:
    """Return the captures of a page that the run is about, by time."""
    plan = context.plan
    of_page = [c for c in captures.of_page(context.db, page.id) if within(c.timestamp, plan.first, plan.last)]
    return of_page if plan.only is None else [c for c in of_page if c.id in plan.only]


def share_bodies(context: CrawlContext, page: Page, groups: Iterable[Sequence[Capture]]) -> None:
    """Store the body of a fetched capture for the others with its digest, and submit those for extraction."""
    for fetched in [next((c for c in group if c.state == "fetched"), None) for group in groups]:
        with transaction(context.db):
            shared = captures.share_fetched(context.db, fetched) if fetched else []
        if shared:
            context.extraction.submit(page.policy_id, shared)


def fetchable(source: str, group: Sequence[Capture], skipped: Mapping[int, str]) -> list[Capture]:
    """Return those of a group of same-digest captures that may be requested, the least tried first."""
    open_ = [c for c in group if c.id not in skipped and c.archive == source and c.wanted]
    return sorted(open_, key=lambda c: c.attempts)
