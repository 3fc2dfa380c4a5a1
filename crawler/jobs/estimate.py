"""How far a crawl or a search for addresses is, and when it will be done, by the measured rate."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from crawler.terminal import counted

WINDOW = 60.0  # seconds over which the rate is measured
_ENOUGH = 10.0  # before so many seconds, the archive's limit is a better estimate than the measured rate


@dataclass(frozen=True)
class CrawlProgress:
    """The progress of a crawl.

    - `done` of the `chosen` captures are finished; `failed` of them could not be fetched.
    - `unlisted` of the `pages` are not listed yet, so more captures may be chosen.
    - `finished` of the `retailers` have an up-to-date history.
    - `cdx_per_minute`, `replay_per_minute`: the rate limits in requests a minute; 0 for no limit.
    """

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
    def total(self) -> int | None:
        """The number of captures; an unlisted page counts like an average one. None if no page is listed."""
        listed = self.pages - self.unlisted
        if self.pages and not listed:
            return None
        return self.chosen + round(self.unlisted * self.chosen / max(listed, 1))


@dataclass(frozen=True)
class DiscoveryProgress:
    """The progress of a search for addresses.

    A search consists of steps: one strategy for one retailer. `done` of the `chosen` steps are finished.
    """

    done: int
    chosen: int
    requests: int


class Estimate:
    """The progress of a crawl, with the rate of the last WINDOW seconds, and the time left at that rate.

    Call `update` with each new progress. `clock` returns seconds. The properties may be read at any time:
    while nothing gets done, the rate falls and the time left grows.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._began = clock, clock()
        self._seen: deque[tuple[float, int]] = deque([(self._began, 0)])
        self.progress: CrawlProgress | DiscoveryProgress | None = None

    def update(self, progress: CrawlProgress | DiscoveryProgress) -> None:
        """Take the present progress."""
        now = self._clock()
        if type(progress) is not type(self.progress):  # a crawl begins after a search
            self._began = now
            self._seen = deque([(now, 0)])
        self.progress = progress
        self._forget(now)
        self._seen.append((now, progress.done))

    @property
    def rate(self) -> float:
        """How many captures a minute were finished; 0 within the first second."""
        now, last = self._clock(), self._seen[-1][1]
        self._forget(now)
        since, done = self._seen[0]
        return 60 * (last - done) / (now - since) if now >= since + 1 else 0.0

    def _forget(self, now: float) -> None:
        """Forget what is older than the window, but for the last progress before it."""
        while len(self._seen) > 1 and self._seen[1][0] <= now - WINDOW:
            self._seen.popleft()

    @property
    def seconds_left(self) -> float | None:
        """The remaining time in seconds; None if no estimate is possible.

        In the first seconds, requests are supposed to be sent at the limit of the archive.
        """
        progress = self.progress
        if not isinstance(progress, CrawlProgress) or progress.total is None:
            return None
        seconds, replays = self._clock() - self._began, progress.total - progress.done
        is_measured = seconds >= _ENOUGH and progress.done > 0
        rate = self.rate if is_measured else progress.replay_per_minute
        listed = 60 * (progress.pages - progress.unlisted) / seconds if seconds else 0.0
        listing_rate = listed if seconds >= _ENOUGH and listed else progress.cdx_per_minute
        if (replays > 0 and not rate) or (progress.unlisted and not listing_rate):
            return None
        listing = progress.unlisted / listing_rate if progress.unlisted else 0.0
        return 60 * max(replays / rate if replays > 0 else 0.0, listing)

    def fitted(self, width: int) -> str:
        """Return the progress as a text of at most `width` columns: the most important parts that fit."""
        progress = self.progress
        if progress is None:
            return "listing"[:width]
        if isinstance(progress, DiscoveryProgress):
            return _joined(
                (f"{progress.done}/{progress.chosen} searches", counted(progress.requests, "request")), width
            )
        total = f"~{progress.total}" if progress.unlisted else f"{progress.chosen}"
        captures = f"{progress.done}/{total} captures" if progress.total is not None else "listing"
        left = self.seconds_left
        parts = (
            captures,
            "" if left is None else f"{clock_time(left)} left",
            f"{self.rate:.0f}/min",
            f"{progress.failed} failed" if progress.failed else "",
            f"{progress.finished}/{progress.retailers} retailers",
        )
        return _joined(filter(None, parts), width)

    def __str__(self) -> str:
        """The progress as one line of a log."""
        progress = self.progress
        if progress is None:
            return "listing"
        if isinstance(progress, DiscoveryProgress):
            return f"{progress.done:,} of {progress.chosen:,} searches, {progress.requests:,} requests"
        about = "about " if progress.unlisted else ""
        total = progress.chosen if progress.total is None else progress.total
        parts = [
            f"{progress.done:,} of {about}{total:,} captures",
            f"{self.rate:.0f} a minute",
            f"{progress.finished} of {progress.retailers} retailers finished",
            f"{progress.failed} failed" if progress.failed else "none failed",
        ]
        left = self.seconds_left
        return ", ".join(parts + ([] if left is None else [f"about {rounded(left)} left"]))


def clock_time(seconds: float) -> str:
    """Return a duration as `0:12:05`: hours, minutes and seconds."""
    minutes, second = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{second:02d}"


def rounded(seconds: float) -> str:
    """Return a duration in the unit that fits: `40 s`, `12 min`, `5 h`."""
    if seconds < 90:
        return f"{max(10, 10 * round(seconds / 10))} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.0f} h"


def _joined(parts: Iterable[str], width: int) -> str:
    """Return the first parts that fit into `width` columns, with commas between. The first one is cut."""
    first, *others = parts
    shown = first[:width]
    for part in others:
        if len(shown) + 2 + len(part) > width:
            break
        shown = f"{shown}, {part}"
    return shown
