"""Functions about the captures of one page, for `sequential.py` and `rounds.py`."""

from collections.abc import Iterable, Mapping, Sequence

from crawler.crawl.context import CrawlContext
from crawler.date_ranges import within
from db.database import transaction
from db.store import captures
from db.store.bodies import Bodies
from db.store.captures import Capture
from db.store.retailers import Page
from db.store.sharing import same_digest
from db.store.sharing.same_digest import statuses_agree


def captures_in_window(context: CrawlContext, page: Page) -> list[Capture]:
    """Return the captures of a page in the run's time range, sorted by time.

    If the plan names single captures (`only`), return only those of them that belong to the page.
    """
    plan = context.plan
    of_page = [c for c in captures.of_page(context.db, page.id) if within(c.timestamp, plan.first, plan.last)]
    return of_page if plan.only is None else [c for c in of_page if c.id in plan.only]


def share_bodies(context: CrawlContext, page: Page, groups: Iterable[Sequence[Capture]]) -> set[int]:
    """Give captures without a body the proven body of their digest.

    Each of `groups` has captures with the same digest. The captures that get a body this way are then passed
    on for extraction. Return their ids.
    """
    found: set[int] = set()
    bodies = Bodies(context.db)
    for group in groups:
        fetched = next((c for c in group if c.state == "fetched"), None)
        if fetched and any(c.state != "fetched" for c in group):
            with transaction(context.db):
                shared = same_digest.share(context.db, bodies, fetched.id).shared
            found.update(shared)
            if shared:
                context.extraction.submit(page.policy_id, shared)
    return found


def to_request(context: CrawlContext, group: Sequence[Capture], skipped: Mapping[int, str]) -> list[Capture]:
    """Return the captures of a group that may be requested, those with fewest tries first.

    All captures of `group` have the same digest. Captures of another web archive, captures that the selection
    skips, and captures that need no request are left out. The result can be empty.

    The selection `changed` skips captures with the digest of the one before. They follow as substitutes: they
    are requested if that one cannot be fetched, or does not prove the body of the digest.
    """
    open_ = sorted(
        (c for c in group if c.archive == context.source.name and c.wanted), key=lambda c: c.attempts
    )
    chosen = [c for c in open_ if c.id not in skipped]
    if context.plan.selection.name != "changed":
        return chosen
    first = next((c for c in (*group, *chosen) if c.state == "fetched" or c in chosen), None)
    if first is None:
        return []
    return chosen + [c for c in open_ if c.id in skipped and statuses_agree(first.status, c.status)]
