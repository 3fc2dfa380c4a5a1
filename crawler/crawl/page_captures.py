"""Functions about the captures of one page, for `sequential.py` and `rounds.py`."""

from collections.abc import Iterable, Mapping, Sequence

from crawler.crawl.context import CrawlContext
from crawler.date_ranges import within
from db.database import transaction
from db.store import captures
from db.store.captures import Capture
from db.store.retailers import Page


def captures_in_window(context: CrawlContext, page: Page) -> list[Capture]:
    """Return the captures of a page in the run's time range, sorted by time.

    If the plan names single captures (`only`), return only those of them that belong to the page.
    """
    plan = context.plan
    of_page = [c for c in captures.of_page(context.db, page.id) if within(c.timestamp, plan.first, plan.last)]
    return of_page if plan.only is None else [c for c in of_page if c.id in plan.only]


def share_bodies(context: CrawlContext, page: Page, groups: Iterable[Sequence[Capture]]) -> None:
    """Give captures the body of a fetched capture that has the same digest.

    Each of `groups` has captures with the same digest. The captures that get a body this way are then passed
    on for extraction.
    """
    for fetched in [next((c for c in group if c.state == "fetched"), None) for group in groups]:
        with transaction(context.db):
            shared = captures.share_fetched(context.db, fetched) if fetched else []
        if shared:
            context.extraction.submit(page.policy_id, shared)


def fetchable(source: str, group: Sequence[Capture], skipped: Mapping[int, str]) -> list[Capture]:
    """Return the captures of a group that may be requested, those with fewest tries first.

    All captures of `group` have the same digest. Captures of another web archive than `source`, captures that
    the selection skips, and captures that need no request are left out. The result can be empty.
    """
    open_ = [c for c in group if c.id not in skipped and c.archive == source and c.wanted]
    return sorted(open_, key=lambda c: c.attempts)
