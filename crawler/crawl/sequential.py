"""Request the chosen captures page by page, as the pages are listed."""

import asyncio
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
    """Yield the tasks for all chosen captures, page by page.

    `listed` returns the run's `pages` as their captures are listed, and None at the end. `room` waits until
    more work may begin.
    """
    last_page = {page.policy_id: page for page in pages}
    while page := await listed.get():
        await room()
        yield _choose(context, page)
        if page is last_page[page.policy_id]:
            context.extraction.close(page.policy_id)


def _choose(context: CrawlContext, page: Page) -> list[FetchTask]:
    """Return a task for each digest of the chosen captures.

    Known digests get their body without a request.
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
