"""What a crawl does: which retailers, from which archive, which captures, how fast."""

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
    """The options of a crawl. Without `retailers` it crawls all that the archive file has.

    `first` and `last` are 1 to 14 digits. `budget` is the maximum number of requests, None for no limit.
    `only` are the ids of captures to fetch without the index; None takes what the index lists and the
    selection chooses. `relist` lists everything again, `discover` searches for further addresses first.
    `wait` waits for another run on the file, and `report` is the file for the report. `named` are the domains
    that the user named one by one.
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
        """Whether captures are requested in rounds, where most is uncertain, instead of page by page."""
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
        """Read and check the options. Raises PolicytrailError for the first wrong option."""
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
        """Return the retailers without a known address of their policy."""
        return [retailer for retailer in self.retailers if has_no_address(db, retailer)]


def has_no_address(db: Database, retailer: Retailer) -> bool:
    """Return whether neither a list nor the archive file has an address of a retailer's policy."""
    return not retailer.addresses and not stored.has_pages(db, retailer.domain)
