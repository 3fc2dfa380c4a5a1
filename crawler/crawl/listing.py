"""List all captures of pages that the index knows, and store them.

This is done before any of these captures is fetched.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from scrapy.exceptions import DownloadTimeoutError

from crawler.crawl.context import CrawlContext
from crawler.errors import CdxError, CutOffError, TooLargeError
from crawler.throttling.request_budget import BudgetSpentError
from crawler.webarchive.cdx import Enumeration, ExcludedError, RowCount
from crawler.webarchive.failures import NO_ANSWER, STOPPED, in_words
from crawler.webarchive.fetcher import decoded_body, index_request
from db import times
from db.database import transaction
from db.store import captures, coverage, retailers
from db.store.coverage import Coverage, last_of
from db.store.retailers import Page

AT_ONCE = 4  # how many policies are listed side by side, so that a list without end does not stop the others
OnNew = Callable[[int], object]  # called after each answer of the index, with the count of new rows


@dataclass(frozen=True)
class Listing:
    """How reading the index rows of a page ended.

    - `complete`: all rows are stored. `reason` says how many rows could not be read, None if all could;
      `count` is the number of rows of this run.
    - `failed`, `excluded`: `reason` says why the index has no list for the page. `excluded` means that the
      web archive does not show the page.
    - `budget`, `stopped`: the request budget was spent, or the run was stopped. Nothing is stored about the
      listing.
    """

    state: Literal["complete", "failed", "excluded", "budget", "stopped"]
    reason: str | None = None
    count: RowCount = field(default_factory=RowCount)


async def side_by_side(
    pages: Iterable[Page], group_of: Callable[[Page], int], list_page: Callable[[Page], Awaitable[None]]
) -> None:
    """Call `list_page` for each page; those of one group in their order, AT_ONCE groups at the same time."""
    groups: dict[int, list[Page]] = {}
    for page in pages:
        groups.setdefault(group_of(page), []).append(page)
    waiting = iter(groups.values())

    async def work() -> None:
        for group in waiting:
            for page in group:
                await list_page(page)

    workers = [asyncio.create_task(work()) for _ in range(AT_ONCE)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()


async def list_captures(context: CrawlContext, page: Page, on_new: OnNew) -> Listing:
    """Read all index rows of a page and store its captures.

    If this fails, store the reason. If an earlier run listed the page completely, only later rows are
    requested. `on_new` is called after each answer with the count of new captures. Raises StoreError.
    """
    db, archive = context.db, context.source.name
    before = coverage.of_page(db, page.id, archive)
    covered: Coverage | None = None
    try:
        covered, count = await _refresh(context, page, before, on_new)
        # What an earlier list says of damaged rows holds until the whole page is listed again.
        is_whole = covered is None or before is None or covered.whole_at != before.whole_at
        earlier = None if is_whole else retailers.listing_reason(db, page.id)
        listing = Listing("complete", count.note or earlier, count)
    except BudgetSpentError:
        return Listing("budget")
    except ExcludedError as error:
        listing = Listing("excluded", str(error))
    except (CdxError, CutOffError, TooLargeError) as error:
        if not isinstance(error, CdxError) or (error.status or 0) >= 500:
            covered = before  # this answer says nothing about the lists before it
        listing = Listing("failed", str(error))
    except NO_ANSWER as error:
        if isinstance(error, STOPPED) and context.fetcher.problem:  # a local one: the page may be fine
            return Listing("stopped")
        covered = before
        listing = Listing("failed", f"the index did not answer: {in_words(error)}")
    with transaction(db):
        retailers.set_listing(db, page.id, listing.state, times.now(), listing.reason)
        coverage.store(db, page.id, archive, covered)
        if listing.state == "excluded":
            captures.exclude(db, page.id, archive, str(listing.reason))
    return listing


async def _refresh(
    context: CrawlContext, page: Page, before: Coverage | None, on_new: OnNew
) -> tuple[Coverage | None, RowCount]:
    """List a page from the end of its coverage, or from the start; return its new coverage and the rows."""
    plan, at = context.plan, times.now()
    if before and not plan.relist and before.is_fresh(at):
        start = before.start(plan.first, plan.last)
        timestamps, count = await _enumerate(context, page, start, on_new)
        reached = last_of(timestamps, at)
        if reached or start != before.reached:
            return coverage.after(before, start, plan.last, reached, at), count
        # The index no longer lists its own last capture. That does not mean "nothing new", so list the page
        # again.
    timestamps, count = await _enumerate(context, page, plan.first, on_new)
    return coverage.after(before, plan.first, plan.last, last_of(timestamps, at), at), count


async def _enumerate(
    context: CrawlContext, page: Page, first: str | None, on_new: OnNew
) -> tuple[set[str], RowCount]:
    """Store the captures of a page from `first` on; return their timestamps, and the number of rows."""
    timestamps: set[str] = set()
    enumeration = Enumeration(context.source, page.url, first, context.plan.last)
    while address := enumeration.address:
        request = index_request(address, narrows=enumeration.can_narrow, page_id=page.id)
        try:
            async with context.index_turns:
                response = await context.fetcher.fetch(request)
        except DownloadTimeoutError:
            if not enumeration.narrow():
                raise
            continue
        if response.status == 504 and enumeration.narrow():
            continue
        rows = enumeration.take(response.status, decoded_body(response))
        timestamps.update(row.archive_timestamp for row in rows)
        with transaction(context.db):
            new = captures.record_rows(context.db, page.id, context.source.name, rows)
        on_new(new)
    return timestamps, enumeration.count
