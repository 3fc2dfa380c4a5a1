"""How far a crawl is, and how long the rest takes: at the archive's limit, which is what bounds it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.spiders.discover import DiscoverSpider
    from crawler.spiders.history import HistorySpider

LINE_SECONDS = 300  # how often a line goes to a pipe: a log of a day has 288 of them at the most


@dataclass(frozen=True)
class Way:
    """How far a crawl is after `seconds`.

    `done` of the `chosen` captures are had or have `failed`; of so many `pages`, those `unlisted` may bring more. Rates are
    requests a minute, 0 for no limit.
    """

    seconds: float
    done: int
    chosen: int
    failed: int
    pages: int
    unlisted: int
    retailers: int
    finished: int
    cdx_per_minute: float
    replay_per_minute: float

    @property
    def rate(self) -> float:
        """Captures a minute so far."""
        return 60 * self.done / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at the archive's limit, as far as one can tell; None where one cannot.

        A page that is not listed yet counts as an average one. Where the archive has no limit, we go on as fast as we did.
        """
        listed = self.pages - self.unlisted
        if self.pages and not listed:
            return None
        replays = self.chosen - self.done + self.unlisted * self.chosen / max(listed, 1)
        replay_rate = self.replay_per_minute or self.rate
        if replays and not replay_rate:
            return None
        listing = self.unlisted / self.cdx_per_minute if self.cdx_per_minute else 0.0
        return 60 * max(replays / replay_rate if replays else 0.0, listing)

    @property
    def short(self) -> str:
        """All of it, for a terminal of 80 columns."""
        left = "" if self.seconds_left is None else f", {_about(self.seconds_left)} left"
        captures = f"{self.done}/{self.chosen}{'+' if self.unlisted else ''} captures"
        return f"{captures}, {self.rate:.0f}/min, {self.finished}/{self.retailers} retailers, {self.failed} failed{left}"

    def __str__(self) -> str:
        more = "+" if self.unlisted else ""
        parts = [
            f"{self.done:,} of {self.chosen:,}{more} captures",
            f"{self.rate:.0f} a minute",
            f"{self.finished} of {self.retailers} retailers finished",
            f"{self.failed} failed" if self.failed else "none failed",
        ]
        if (left := self.seconds_left) is not None:
            limit = "the archive's limit" if self.replay_per_minute else "this rate"
            parts.append(f"about {_about(left)} left at {limit}")
        return ", ".join(parts)


@dataclass(frozen=True)
class Search:
    """How far a search for addresses is: of its steps (a way for a retailer) so many are `done`, with so many requests."""

    done: int
    chosen: int
    requests: int

    @property
    def short(self) -> str:
        """All of it, for a terminal of 80 columns."""
        return f"{self.done}/{self.chosen} searches, {self.requests} requests"

    def __str__(self) -> str:
        return f"{self.done:,} of {self.chosen:,} searches, {self.requests:,} requests"


def search_of(spider: "DiscoverSpider") -> Search:
    """How far a spider is that searches."""
    return Search(spider.done, spider.steps, spider.request_budget.spent - spider.spent_before)


def way_of(spider: "HistorySpider") -> Way:
    """How far a spider is."""
    counts, source = spider.counts, spider.source
    return Way(
        seconds=time.monotonic() - spider.began,
        done=counts["fetched"] + counts["failed"],
        chosen=max(spider.chosen, counts["fetched"] + counts["failed"]),
        failed=counts["failed"],
        pages=spider.pages,
        unlisted=spider.unlisted,
        retailers=len(spider.policies),
        finished=len(spider.finished),
        cdx_per_minute=source.cdx_per_minute,
        replay_per_minute=source.replay_per_minute,
    )


class Lines:
    """Says how far it is, now and then; the first time after LINE_SECONDS, so that a short run says nothing."""

    def __init__(self, say: Callable[[str], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._say, self._clock, self._last = say, clock, clock()

    def __call__(self, way: Way | Search) -> None:
        """Say it, where it is time for that."""
        if self._clock() - self._last >= LINE_SECONDS:
            self._last = self._clock()
            self._say(str(way))


def _about(seconds: float) -> str:
    if seconds < 90:
        return f"{max(10, 10 * round(seconds / 10))} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.0f} h"
