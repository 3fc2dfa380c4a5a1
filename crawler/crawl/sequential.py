"""Asking for the chosen captures page by page, as they are listed; and what asking in rounds (crawler/crawl/rounds.py) shares."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import scrapy

from crawler.crawl.selection import twins
from crawler.date_ranges import within
from db.database import transaction
from db.store import captures, retailers
from db.store.captures import Capture
from db.store.retailers import Page

if TYPE_CHECKING:
    from crawler.spiders.history import HistorySpider


async def in_order(
    spider: "HistorySpider", pages: Iterable[Page], listed: "asyncio.Queue[Page | None]"
) -> AsyncIterator[scrapy.Request]:
    """The requests for all chosen captures. `listed` gives the run's `pages` as their captures are listed, None at the end."""
    last_page = {page.policy_id: page for page in pages}
    while page := await listed.get():
        await spider.room()
        for request in _choose(spider, page):
            yield request
        if page is last_page[page.policy_id]:
            spider.asked_all(page.policy_id)


def _choose(spider: "HistorySpider", page: Page) -> Iterator[scrapy.Request]:
    """Ask for the chosen captures of a page, one of each digest; those with a known digest get its body at once."""
    if spider.plan.only is None and retailers.listing(spider.db, page.id) in ("failed", "excluded"):
        return
    of_page = window(spider, page)
    skipped = spider.plan.selection.skip(of_page)
    if spider.plan.only is None:
        with transaction(spider.db):
            captures.select(spider.db, of_page, skipped)
    groups = twins(of_page)
    share(spider, page, groups)
    to_ask = [
        wanted(spider, group, skipped) for group in groups if not any(c.state == "fetched" for c in group)
    ]
    spider.chosen += sum(map(bool, to_ask))
    for group in filter(None, to_ask):
        yield spider.ask_for(page, group)


def window(spider: "HistorySpider", page: Page) -> list[Capture]:
    """The captures of a page, by time, that the run is about."""
    plan = spider.plan
    of_page = [c for c in captures.of_page(spider.db, page.id) if within(c.timestamp, plan.first, plan.last)]
    return of_page if plan.only is None else [c for c in of_page if c.id in plan.only]


def share(spider: "HistorySpider", page: Page, groups: Iterable[Sequence[Capture]]) -> None:
    """Give captures of a page the body of a twin that is held, and have them judged."""
    for held in [next((c for c in group if c.state == "fetched"), None) for group in groups]:
        with transaction(spider.db):
            shared = captures.share_fetched(spider.db, held) if held else []
        if shared:
            spider.judge_held(page.policy_id, shared)


def wanted(spider: "HistorySpider", group: Sequence[Capture], skipped: Mapping[int, str]) -> list[Capture]:
    """Those of a group of twins that may be asked for, the least tried first."""
    to_ask = [c for c in group if c.id not in skipped and c.archive == spider.source.name and c.wanted]
    return sorted(to_ask, key=lambda c: c.attempts)
