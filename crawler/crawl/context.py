"""The objects that all modules of a crawl share. The spider creates them."""

import asyncio
from dataclasses import dataclass, field

from sqlite_utils import Database

from crawler.crawl.extraction import PolicyExtraction
from crawler.crawl.plan import CrawlPlan
from crawler.throttling.request_budget import RequestBudget
from crawler.webarchive.fetcher import Fetcher
from crawler.webarchive.sources import Source


@dataclass(frozen=True)
class CrawlContext:
    """One crawl: its archive file, its web archive, its options, and the objects that do the work."""

    db: Database
    source: Source
    plan: CrawlPlan
    budget: RequestBudget
    fetcher: Fetcher
    extraction: PolicyExtraction
    index_turns: asyncio.Lock = field(default_factory=asyncio.Lock)  # one request to the index at a time
