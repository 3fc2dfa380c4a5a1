"""What the modules of a crawl share. The spider makes it and passes it down."""

from dataclasses import dataclass

from sqlite_utils import Database

from crawler.crawl.extraction import PolicyExtraction
from crawler.crawl.plan import CrawlPlan
from crawler.throttling.request_budget import RequestBudget
from crawler.webarchive.fetcher import Fetcher
from crawler.webarchive.sources import Source


@dataclass(frozen=True)
class CrawlContext:
    """One crawl: the archive file, the web archive, what to do, and what sends and processes."""

    db: Database
    source: Source
    plan: CrawlPlan
    budget: RequestBudget
    fetcher: Fetcher
    extraction: PolicyExtraction
