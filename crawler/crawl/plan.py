"""The plan of a crawl: which retailers, from which web archive, which captures, how fast."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlite_utils import Database

from crawler import date_ranges
from crawler import retailer_lists as retailers
from crawler.crawl.selection import Selection
from crawler.retailer_lists import Retailer
from crawler.webarchive import sources
from crawler.webarchive.sources import Source
from db.store import retailers as stored


@dataclass(frozen=True)
class CrawlPlan:
    """The options of a crawl, checked.

    - `db`: the archive file.
    - `retailers`: the retailers to crawl; empty for all retailers in the archive file.
    - `source`: the web archive.
    - `selection`: the rule that chooses the captures to fetch.
    - `first`, `last`: the time range, as the beginnings of timestamps (1 to 14 digits), or None.
    - `command`: the command, in the form for the table `crawls`.
    - `budget`: the maximum number of requests, or None for no limit.
    - `relist`: whether to read all index rows again, and not only new ones.
    - `wait`: whether to wait if another run is writing to the file.
    - `report`: the file for the report, or None.
    - `discover`: whether to search for further addresses first.
    - `only`: the ids of the captures to fetch, without reading the index; None for all captures that the
      selection chooses.
    - `named`: the domains that the user named one by one.
    """

    db: Path
    retailers: tuple[Retailer, ...]
    source: Source
    selection: Selection
    first: str | None
    last: str | None
    command: str
    budget: int | None = None
    relist: bool = False
    wait: bool = False
    report: Path | None = None
    discover: bool = False
    only: frozenset[int] | None = None
    named: frozenset[str] = frozenset()

    def asks_again(self, domain: str) -> bool:
        """Return whether "excluded" and "never archived" are asked again, however young the answer is."""
        return self.relist or self.discover or domain in self.named

    @property
    def in_rounds(self) -> bool:
        """Whether captures are requested in rounds (see `rounds.py`), and not page by page."""
        return self.budget is not None or self.selection.name == "bisect"

    @classmethod
    def make(  # noqa: PLR0913, PLR0917 - the options of `policytrail crawl`
        cls,
        db: Path | str,
        domains: Sequence[str] = (),
        retailers_csv: Path | str | None = None,
        source: str | Source = "web.archive.org",
        select: str = "all",
        first: str | None = None,
        last: str | None = None,
        cdx_per_minute: float | None = None,
        replay_per_minute: float | None = None,
        command: str = "crawl",
        *,
        budget: int | None = None,
        relist: bool = False,
        wait: bool = False,
        report: Path | str | None = None,
        discover: bool = False,
    ) -> Self:
        """Make a plan from options as the user writes them.

        Raises PolicytrailError for the first option that is wrong.
        """
        known = source if isinstance(source, Source) else sources.find(source)
        known = known.with_rates(cdx_per_minute=cdx_per_minute, replay_per_minute=replay_per_minute)
        chosen = retailers.choose(domains, Path(retailers_csv) if retailers_csv else None)
        begin, end = date_ranges.window(first, last)
        return cls(
            Path(db),
            tuple(chosen),
            known,
            Selection.parse(select),
            begin,
            end,
            command,
            budget,
            relist,
            wait,
            Path(report) if report else None,
            discover,
            named=frozenset(retailer.domain for retailer in retailers.choose(domains, None)),
        )

    def unknown(self, db: Database) -> list[Retailer]:
        """Return the retailers of the plan for which no address of a policy is known."""
        return [retailer for retailer in self.retailers if has_no_address(db, retailer)]


def has_no_address(db: Database, retailer: Retailer) -> bool:
    """Return whether no address of the retailer's policy is known.

    Neither the plan nor the archive file has one then.
    """
    return not (retailer.addresses or retailer.given) and not stored.has_pages(db, retailer.domain)
