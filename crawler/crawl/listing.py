"""Listing: all captures of a page that the archive's index knows, entered before anything is fetched."""

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from crawler.spiders.history import HistorySpider


async def list_captures(spider: "HistorySpider", page: Page) -> str | None:
    """Enter all captures of a page that the archive lists, or why they cannot be had; give why it failed, if it did.

    A page that was listed completely is asked only for what came later. Where the budget of the run ends first, or the run
    is given up, it keeps what was said of its listing before. Raises StoreError.
    """
    listing, reason = "complete", None
    before, covered = coverage.of_page(spider.db, page.id, spider.source.name), None
    try:
        covered = await _refresh(spider, page, before)
    except BudgetSpentError:
        if spider.rounds:
            spider.rounds.not_listed += 1
        return None
    except ExcludedError as error:
        listing, reason = "excluded", str(error)
    except (CdxError, CutOffError, TooLargeError) as error:
        listing, reason = "failed", str(error)
    except NO_ANSWER as error:
        if isinstance(error, STOPPED) and spider.problem:  # by us: that says nothing about the page
            return None
        listing, reason = "failed", f"the index did not answer: {in_words(error)}"
        covered = before if isinstance(error, STOPPED) else None
    with transaction(spider.db):
        retailers.set_listing(spider.db, page.id, listing, times.now(), reason)
        coverage.store(spider.db, page.id, spider.source.name, covered)
        if listing == "excluded":
            spider.counts["excluded"] += 1
            captures.exclude(spider.db, page.id, str(reason))
    return reason if listing == "failed" else None


async def _refresh(spider: "HistorySpider", page: Page, before: Coverage | None) -> Coverage | None:
    """List a page from where its captures are known on, and give what is known now; the whole, where nothing is known."""
    plan, at = spider.plan, times.now()
    if before and not plan.relist and before.is_fresh(at):
        start = before.start(plan.first, plan.last)
        reached = last_of(await _enumerate(spider, page, start), at)
        if reached or start != before.reached:
            return coverage.after(before, start, plan.last, reached, at)
        # The index no longer gives the capture that it gave last: it is not to be taken for "nothing new".
    reached = last_of(await _enumerate(spider, page, plan.first), at)
    return coverage.after(before, plan.first, plan.last, reached, at)


async def _enumerate(spider: "HistorySpider", page: Page, first: str | None) -> set[str]:
    """Enter a page's captures from `first` on; give their timestamps."""
    timestamps: set[str] = set()
    enumeration = Enumeration(spider.source, page.url, first, spider.plan.last)
    while address := enumeration.address:
        response = await spider.fetch(index_request(address))
        if response.status == 504 and enumeration.narrow():
            continue
        rows = enumeration.take(response.status, decoded_body(response))
        timestamps.update(row.timestamp for row in rows)
        with transaction(spider.db):
            spider.counts["listed"] += captures.record_rows(spider.db, page.id, spider.source.name, rows)
    return timestamps
