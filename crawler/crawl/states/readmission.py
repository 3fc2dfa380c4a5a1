"""Notice that an exclusion was lifted: request one excluded capture of a page, and the others if it comes.

docs/states.md "Excluded" says when the archive is asked again.
"""

from crawler.crawl.context import CrawlContext
from crawler.crawl.page_captures import captures_in_window, to_request
from crawler.crawl.selection import same_digest_groups
from crawler.items import FetchTask
from db.database import transaction
from db.store import capture_states
from db.store.captures import BLOCKED, Capture
from db.store.retailers import Page
from db.store.retry_dates import is_over


def readmit_one(context: CrawlContext, page: Page, *, at_once: bool) -> None:
    """Have one excluded capture of a page requested again, where one is due.

    `at_once`: the exclusion may be over, or the user asks for it, however young it is.
    """
    excluded = _excluded(context, page)
    due = [c for c in excluded if at_once or is_over(c.asked_at)]
    if due:
        first = min(due, key=lambda c: (c.asked_at or "", c.timestamp, c.id))
        with transaction(context.db):
            capture_states.readmit(context.db, [first.id])


def readmit_rest(context: CrawlContext, page: Page, began: str) -> list[FetchTask]:
    """Have the other excluded captures of a page requested too; return their tasks, one for each digest.

    Call it when the archive shows a capture that it did not show before, in this run or an earlier one.
    Captures that were asked for after the run `began` (ISO 8601) stay excluded.
    """
    ids = {capture.id for capture in _excluded(context, page) if (capture.asked_at or "") <= began}
    with transaction(context.db):
        capture_states.readmit(context.db, ids)
    readmitted = [c for c in captures_in_window(context, page) if c.id in ids]
    groups = [to_request(context, group, {}) for group in same_digest_groups(readmitted)]
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
