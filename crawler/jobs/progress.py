"""The display of progress: a bar on a terminal; otherwise nothing, or a line every five minutes."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from crawler import terminal
from crawler.jobs.estimate import CrawlProgress, DiscoveryProgress, Estimate

LINE_SECONDS = 300  # the time between two lines if there is no terminal: at most 288 lines a day
_BAR = 10  # the columns of a crawl's bar, on any terminal

logger = logging.getLogger(__name__)


class PeriodicLines:
    """Writes the progress as a line every LINE_SECONDS seconds.

    The first line comes after LINE_SECONDS, so a short run writes none.
    """

    def __init__(self, write: Callable[[str], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._write, self._clock, self._last = write, clock, clock()

    def __call__(self, estimate: Estimate) -> None:
        """Write the progress, if LINE_SECONDS have passed since the last line."""
        if self._clock() - self._last >= LINE_SECONDS:
            self._last = self._clock()
            self._write(str(estimate))


class Bar:
    """A progress bar. Call it after each step."""

    def __init__(self, progress: Progress, description: str, total: int | None) -> None:
        self._progress, self._task = progress, progress.add_task(description, total=total)

    def __call__(self, _: object) -> None:
        self._progress.advance(self._task)

    def expect(self, total: int) -> None:
        """Show how many steps there are, where that was unknown before."""
        self._progress.update(self._task, total=total)


class _Count(ProgressColumn):
    """The finished steps, of all steps if their number is known."""

    def render(self, task: Task) -> Text:
        """Return the count."""
        total = "" if task.total is None else f"/{task.total:.0f}"
        return Text(f"{task.completed:.0f}{total}")


class _Fitted(ProgressColumn):
    """The progress of a crawl in the columns that its bar leaves. It goes on while nothing happens."""

    max_refresh = 0.5

    def __init__(self, estimate: Estimate, console: Console) -> None:
        super().__init__()
        self._estimate, self._console = estimate, console

    def render(self, task: Task) -> Text:
        """Return the text."""
        return Text(self._estimate.fitted(self._console.width - _BAR - 2), no_wrap=True)


def progress() -> Progress:
    """Return a progress bar on standard error.

    It is visible only on a terminal, and disappears at the end.
    """
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description:>12}"),
        BarColumn(_BAR if console.width < 80 else 40),
        _Count(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=terminal.is_quiet() or not console.is_terminal,
    )


@contextmanager
def bar(description: str, total: int | None) -> Iterator[Bar]:
    """Show a progress bar with `total` steps (None: unknown), and yield it. Call it after each step."""
    with progress() as shown:
        yield Bar(shown, description, total)


@contextmanager
def crawl_progress() -> Iterator[Callable[[CrawlProgress | DiscoveryProgress], None]]:
    """Show the progress of a crawl or a search for addresses.

    Yield a function to call with the present progress, whenever it may have changed. A log file
    (`--log-file`) gets a line every five minutes.
    """
    console, estimate = Console(stderr=True), Estimate()
    is_shown = console.is_terminal and not terminal.is_quiet()

    def write(line: str) -> None:
        logging.getLogger(terminal.PRINTED).info(line)
        if not (console.is_terminal or terminal.is_quiet()):
            print(line, file=sys.stderr, flush=True)

    lines = PeriodicLines(write)
    with Progress(
        BarColumn(_BAR), _Fitted(estimate, console), console=console, transient=True, disable=not is_shown
    ) as shown:
        task = shown.add_task("", total=None)

        def show(now: CrawlProgress | DiscoveryProgress) -> None:
            estimate.update(now)
            lines(estimate)
            total = now.total if isinstance(now, CrawlProgress) else now.chosen
            shown.update(task, completed=now.done, total=total or None)

        yield show
