"""What a search for addresses is to do: for which retailers, in which archive, at what cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from crawler.crawl.plan import WAYS, CrawlPlan
from crawler.errors import WayError
from crawler.retailer_lists import Retailer
from crawler.webarchive.sources import Source


@dataclass(frozen=True)
class DiscoveryPlan:
    """A search before it starts. No retailers: all that the archive file has.

    `budget` is how many requests the run may make at the most; None is no limit. `ways` are those that are tried.
    """

    db: Path
    retailers: tuple[Retailer, ...]
    source: Source
    command: str
    budget: int | None = None
    wait: bool = False
    report: Path | None = None
    ways: tuple[str, ...] = WAYS

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
        ways: str | None = None,
    ) -> Self:
        """Read and check the options. Raises the PolicytrailError of the first one that is not of its form."""
        chosen = tuple(ways.split(",")) if ways else WAYS
        if unknown := set(chosen) - set(WAYS):
            raise WayError(
                f"there is no way {unknown.pop()!r} to find addresses: choose of {', '.join(WAYS)}"
            )
        crawl = CrawlPlan.make(
            db, domains, retailers_csv, source, "all", None, None, cdx_per_minute, replay_per_minute, command,
            budget=budget, wait=wait, report=report,
        )  # fmt: skip
        return replace(cls.before(crawl, crawl.retailers), ways=chosen)

    @classmethod
    def before(cls, crawl: CrawlPlan, retailers: Sequence[Retailer]) -> Self:
        """The search for the addresses of some retailers that goes before a crawl, with the same archive and options."""
        return cls(
            crawl.db, tuple(retailers), crawl.source, crawl.command, crawl.budget, crawl.wait, crawl.report
        )
