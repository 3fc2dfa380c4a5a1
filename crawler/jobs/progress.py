"""The display of progress: a bar on a terminal; otherwise nothing, or a line every five minutes."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

LINE_SECONDS = 300  # the time between two lines if there is no terminal: at most 288 lines a day


@dataclass(frozen=True)
class CrawlProgress:
    """The progress of a crawl, some seconds after its start.

    - `done` of the `chosen` captures are finished; `failed` of them could not be fetched.
    - `unlisted` of the `pages` are not listed yet, so more captures may be chosen.
    - `finished` of the `retailers` have an up-to-date history.
    - `cdx_per_minute`, `replay_per_minute`: the rate limits in requests a minute; 0 for no limit.
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
        """How many captures a minute were finished so far."""
        return 60 * self.done / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """An estimate of the remaining time in seconds; None if no estimate is possible.

        It assumes that requests are sent at the rate limit, or without a limit as fast as so far. A page that
        is not listed yet counts with the average number of captures.
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
        """The progress as one line for a terminal with 80 columns."""
        captures = f"{self.done}/{self.chosen}{'+' if self.unlisted else ''} captures"
        retailers = f"{self.finished}/{self.retailers} retailers"
        left = "" if self.seconds_left is None else f", {_about(self.seconds_left)} left"
        return f"{captures}, {self.rate:.0f}/min, {retailers}, {self.failed} failed{left}"

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
class DiscoveryProgress:
    """The progress of a search for addresses.

    A search consists of steps: one strategy for one retailer. `done` of the `chosen` steps are finished.
    """

    done: int
    chosen: int
    requests: int

    @property
    def short(self) -> str:
        """The progress as one line for a terminal with 80 columns."""
        return f"{self.done}/{self.chosen} searches, {self.requests} requests"

    def __str__(self) -> str:
        return f"{self.done:,} of {self.chosen:,} searches, {self.requests:,} requests"


class PeriodicLines:
    """Writes the progress as a line every LINE_SECONDS seconds.

    The first line comes after LINE_SECONDS, so a short run writes none.
    """

    def __init__(self, write: Callable[[str], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._write, self._clock, self._last = write, clock, clock()

    def __call__(self, progress: CrawlProgress | DiscoveryProgress) -> None:
        """Write the progress, if LINE_SECONDS have passed since the last line."""
        if self._clock() - self._last >= LINE_SECONDS:
            self._last = self._clock()
            self._write(str(progress))


def progress() -> Progress:
    """Return a progress bar on standard error.

    It is visible only on a terminal, and disappears at the end.
    """
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description:>12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


@contextmanager
def bar(description: str, total: int | None) -> Iterator[Callable[[object], None]]:
    """Show a progress bar with `total` steps (None: unknown).

    Yield a function to call after each step.
    """
    with progress() as shown:
        task = shown.add_task(description, total=total)
        yield lambda _: shown.advance(task)


@contextmanager
def crawl_progress() -> Iterator[Callable[[CrawlProgress | DiscoveryProgress], None]]:
    """Show the progress of a crawl or a search for addresses.

    Yield a function to call with the present progress, whenever it may have changed.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield PeriodicLines(lambda line: print(line, file=sys.stderr, flush=True))
        return
    with Progress(BarColumn(8), TextColumn("{task.description}"), console=console, transient=True) as shown:
        task = shown.add_task("listing", total=None)
        yield lambda now: shown.update(
            task, description=now.short, completed=now.done, total=now.chosen or None
        )


def _about(seconds: float) -> str:
    if seconds < 90:
        return f"{max(10, 10 * round(seconds / 10))} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.0f} h"
