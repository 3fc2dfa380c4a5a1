"""List all captures of a page that the index knows, and store them.

This is done before any of these captures is fetched.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from crawler.crawl.context import CrawlContext
from crawler.errors import CdxError, CutOffError, TooLargeError
from crawler.throttling.request_budget import BudgetSpentError
from crawler.webarchive.cdx import Enumeration, ExcludedError
from crawler.webarchive.failures import NO_ANSWER, STOPPED, in_words
from crawler.webarchive.fetcher import decoded_body, index_request
from db import times
from db.database import transaction
from db.store import captures, coverage, retailers
from db.store.coverage import Coverage, last_of
from db.store.retailers import Page

OnNew = Callable[[int], object]  # called after each answer of the index, with the count of new rows


@dataclass(frozen=True)
class Listing:
    """How reading the index rows of a page ended.

    - `complete`: all rows are stored.
    - `failed`, `excluded`: `reason` says why the index has no list for the page. `excluded` means that the
      web archive does not show the page.
    - `budget`, `stopped`: the request budget was spent, or the run was stopped. Nothing is stored about the
      listing.
    """

    state: Literal["complete", "failed", "excluded", "budget", "stopped"]
    reason: str | None = None


async def list_captures(context: CrawlContext, page: Page, on_new: OnNew) -> Listing:
    """Read all index rows of a page and store its captures.

    If this fails, store the reason. If an earlier run listed the page completely, only later rows are
    requested. `on_new` is called after each answer with the count of new captures. Raises StoreError.
    """
    db, archive = context.db, context.source.name
    before = coverage.of_page(db, page.id, archive)
    covered: Coverage | None = None
    try:
        covered = await _refresh(context, page, before, on_new)
        listing = Listing("complete")
    except BudgetSpentError:
        return Listing("budget")
    except ExcludedError as error:
        listing = Listing("excluded", str(error))
    except (CdxError, CutOffError, TooLargeError) as error:
        listing = Listing("failed", str(error))
    except NO_ANSWER as error:
        if isinstance(error, STOPPED):
            if context.fetcher.problem:  # a local problem, so the page itself may be fine
                return Listing("stopped")
            covered = before
        listing = Listing("failed", f"the index did not answer: {in_words(error)}")
    with transaction(db):
        retailers.set_listing(db, page.id, listing.state, times.now(), listing.reason)
        coverage.store(db, page.id, archive, covered)
        if listing.state == "excluded":
            captures.exclude(db, page.id, str(listing.reason))
    return listing


async def _refresh(
    context: CrawlContext, page: Page, before: Coverage | None, on_new: OnNew
) -> Coverage | None:
    """List a page, and return which part of its index is now completely known.

    If an earlier run knew a part, begin at the end of that part, otherwise at the start.
    """
    plan, at = context.plan, times.now()
    if before and not plan.relist and before.is_fresh(at):
        start = before.start(plan.first, plan.last)
        reached = last_of(await _enumerate(context, page, start, on_new), at)
        if reached or start != before.reached:
            return coverage.after(before, start, plan.last, reached, at)
        # The index does not even list the last known capture. So its answer does not mean "nothing new":
        # list the whole page again.
    reached = last_of(await _enumerate(context, page, plan.first, on_new), at)
    return coverage.after(before, plan.first, plan.last, reached, at)


async def _enumerate(context: CrawlContext, page: Page, first: str | None, on_new: OnNew) -> set[str]:
    """List a page from the timestamp `first` on (None: from the start), and store its captures.

    Return the timestamps of all listed captures.
    """
    timestamps: set[str] = set()
    enumeration = Enumeration(context.source, page.url, first, context.plan.last)
    while address := enumeration.address:
        response = await context.fetcher.fetch(index_request(address))
        if response.status == 504 and enumeration.narrow():
            continue
        rows = enumeration.take(response.status, decoded_body(response))
        timestamps.update(row.timestamp for row in rows)
        with transaction(context.db):
            new = captures.record_rows(context.db, page.id, context.source.name, rows)
        on_new(new)
    return timestamps
