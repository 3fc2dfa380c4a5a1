"""The plan of a discovery run: its retailers, web archive, request budget and strategies."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from sqlite_utils import Database

from crawler.crawl.plan import CrawlPlan, has_no_address
from crawler.discovery.strategies import STRATEGY_NAMES
from crawler.errors import StrategyError
from crawler.retailer_lists import Retailer
from crawler.webarchive.sources import Source
from db.store import retailers, retry_dates, searches


@dataclass(frozen=True)
class DiscoveryPlan:
    """The options of a search for addresses, checked.

    - `db`: the archive file.
    - `retailers`: the retailers; empty for all retailers in the archive file.
    - `source`: the web archive.
    - `command`: the command, in the form for the table `crawls`.
    - `budget`: the maximum number of requests, or None for no limit.
    - `wait`: whether to wait if another run is writing to the file.
    - `report`: the file for the report, or None.
    - `strategies`: the strategies to use, from STRATEGY_NAMES.
    - `again`: the domains for which a search that found nothing, and an exclusion, are requested again,
      however young they are; None for all.
    """

    db: Path
    retailers: tuple[Retailer, ...]
    source: Source
    command: str
    budget: int | None = None
    wait: bool = False
    report: Path | None = None
    again: frozenset[str] | None = None
    strategies: tuple[str, ...] = STRATEGY_NAMES

    @classmethod
    def make(  # noqa: PLR0913 - the options of `policytrail discover`
        cls,
        db: Path | str,
        domains: Sequence[str] = (),
        retailers_csv: Path | str | None = None,
        source: str | Source = "web.archive.org",
        cdx_per_minute: float | None = None,
        replay_per_minute: float | None = None,
        command: str = "discover",
        *,
        budget: int | None = None,
        wait: bool = False,
        report: Path | str | None = None,
        strategies: str | None = None,
    ) -> Self:
        """Make a plan from options as the user writes them.

        `strategies` has names with commas between them; None for all. Raises PolicytrailError for the first
        option that is wrong.
        """
        chosen = tuple(strategies.split(",")) if strategies else STRATEGY_NAMES
        if unknown := set(chosen) - set(STRATEGY_NAMES):
            names = ", ".join(STRATEGY_NAMES)
            raise StrategyError(f"there is no strategy {unknown.pop()!r}: choose from {names}")
        crawl = CrawlPlan.make(
            db,
            domains,
            retailers_csv,
            source,
            cdx_per_minute=cdx_per_minute,
            replay_per_minute=replay_per_minute,
            command=command,
            budget=budget,
            wait=wait,
            report=report,
        )
        return replace(cls.before(crawl, crawl.retailers), strategies=chosen, again=None)

    @classmethod
    def before(cls, crawl: CrawlPlan, retailers: Sequence[Retailer]) -> Self:
        """Return the plan of a search for addresses that runs before a crawl.

        `retailers` are the retailers of the crawl for which addresses are searched.
        """
        return cls(
            crawl.db,
            tuple(retailers),
            crawl.source,
            crawl.command,
            crawl.budget,
            crawl.wait,
            crawl.report,
            frozenset(retailer.domain for retailer in retailers if crawl.asks_again(retailer.domain)),
        )


def retailers_to_discover(crawl: CrawlPlan, db: Database) -> list[Retailer]:
    """Return the retailers for which addresses are searched before a crawl.

    - With the option `discover`: all retailers of the crawl.
    - Otherwise: retailers without a known address, and retailers with an incomplete search. Without an
      address, a search is repeated if the user asks for it, and after 30 days.
    - For a crawl of single captures (`only`): none.
    """
    if crawl.only is not None:
        return []
    chosen = crawl.retailers or [Retailer(domain, None, (), "given") for _, domain in retailers.policies(db)]
    return [retailer for retailer in chosen if crawl.discover or _needs_discovery(crawl, db, retailer)]


def _needs_discovery(crawl: CrawlPlan, db: Database, retailer: Retailer) -> bool:
    archive = crawl.source.name
    searched = searches.of_retailer(db, retailer.domain, archive)
    is_over = all(retry_dates.is_over(search.asked_at) for search in searched)
    if has_no_address(db, retailer) and (crawl.retailers or crawl.relist or is_over):
        return True
    return searches.is_open(db, retailer.domain, archive, STRATEGY_NAMES)
