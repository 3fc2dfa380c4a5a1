"""Request the chosen captures page by page, in the order of the listed pages."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

from crawler.crawl.context import CrawlContext
from crawler.crawl.page_captures import captures_in_window, share_bodies, to_request
from crawler.crawl.selection import same_digest_groups
from crawler.items import FetchTask
from db.database import transaction
from db.store import captures, retailers
from db.store.retailers import Page


async def in_order(
    context: CrawlContext,
    pages: Iterable[Page],
    listed: "asyncio.Queue[Page | None]",
    room: Callable[[], Awaitable[None]],
) -> AsyncIterator[list[FetchTask]]:
    """Yield, for each page, the tasks for its chosen captures.

    `listed` supplies each of `pages` once, in any order, when its index rows are read, and None after the
    last page. `room` waits until the run can begin more work.
    """
    left = Counter(page.policy_id for page in pages)
    while page := await listed.get():
        await room()
        yield _choose(context, page)
        left[page.policy_id] -= 1
        if not left[page.policy_id]:
            context.extraction.close(page.policy_id)


def _choose(context: CrawlContext, page: Page) -> list[FetchTask]:
    """Return the tasks for the chosen captures of a page, one for each digest.

    If a capture with the same digest is already fetched, its body is used and no task is made. Return an
    empty list for a page that could not be listed.
    """
    db, plan = context.db, context.plan
    if plan.only is None and retailers.listing(db, page.id) in ("failed", "excluded"):
        return []
    of_page = captures_in_window(context, page)
    skipped = plan.selection.skip(of_page)
    if plan.only is None:
        with transaction(db):
            captures.select(db, of_page, skipped)
    groups = same_digest_groups(of_page)
    shared = share_bodies(context, page, groups)
    wanted = [to_request(context, group, skipped) for group in groups]
    kept = [[capture for capture in group if capture.id not in shared] for group in wanted]
    return [FetchTask(page, group) for group in kept if group]
