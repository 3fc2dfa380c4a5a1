"""Notice that an exclusion was lifted: request one excluded capture of a page, and the others if it comes.

docs/states.md "Excluded" says when the archive is asked again.
"""

from collections.abc import Mapping

from crawler.crawl.context import CrawlContext
from crawler.crawl.page_captures import captures_in_window, fetchable
from crawler.crawl.selection import same_digest_groups
from crawler.items import FetchTask
from db.database import transaction
from db.store import capture_states, retailers
from db.store.captures import BLOCKED, Capture
from db.store.retailers import Page
from db.store.retry_dates import is_over


def readmit_one(
    context: CrawlContext, page: Page, domains: Mapping[int, str], *, was_excluded: bool
) -> int | None:
    """Have one excluded capture of a page requested again; return its id, None where nothing is due.

    `domains` are those of the retailers by policy id. `was_excluded`: the page's index was refused before this
    run. If it is listed now, the exclusion may be over.
    """
    if context.plan.only is not None or retailers.listing(context.db, page.id) in ("failed", "excluded"):
        return None
    at_once = was_excluded or context.plan.asks_again(domains[page.policy_id])
    excluded = _excluded(context, page)
    due = [c for c in excluded if at_once or is_over(c.asked_at)]
    if not due:
        return None
    first = min(due, key=lambda c: (c.asked_at or "", c.timestamp, c.id))
    with transaction(context.db):
        capture_states.readmit(context.db, [first.id])
    return first.id


def readmit_rest(context: CrawlContext, page: Page) -> list[FetchTask]:
    """Have the other excluded captures of a page requested too; return their tasks, one for each digest."""
    ids = {capture.id for capture in _excluded(context, page)}
    with transaction(context.db):
        capture_states.readmit(context.db, ids)
    readmitted = [c for c in captures_in_window(context, page) if c.id in ids]
    groups = [fetchable(context.source.name, group, {}) for group in same_digest_groups(readmitted)]
    return [FetchTask(page, group) for group in groups if group]


def _excluded(context: CrawlContext, page: Page) -> list[Capture]:
    """Return the excluded captures that this run would request.

    What the index blocks is left to the index.
    """
    of_page = captures_in_window(context, page)
    skipped = context.plan.selection.skip(of_page)
    return [
        c
        for c in of_page
        if c.state == "excluded"
        and c.archive == context.source.name
        and c.id not in skipped
        and c.reason != BLOCKED
    ]
