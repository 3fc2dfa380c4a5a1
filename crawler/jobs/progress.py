"""A progress bar on a terminal; in a pipe nothing, or a line now and then."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from crawler.jobs.crawl_progress import Lines, Search, Way


def progress() -> Progress:
    """A bar on standard error that shows only where that is a terminal, and is gone when all is done."""
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
    """Show the way through `total` steps (None: nobody knows how many); what it gives is to be called at each."""
    with progress() as shown:
        task = shown.add_task(description, total=total)
        yield lambda _: shown.advance(task)


@contextmanager
def crawl_progress() -> Iterator[Callable[[Way | Search], None]]:
    """Show how far a crawl is: what it gives is to be called whenever that may have changed."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines(lambda line: print(line, file=sys.stderr, flush=True))
        return
    with Progress(BarColumn(8), TextColumn("{task.description}"), console=console, transient=True) as shown:
        task = shown.add_task("listing", total=None)
        yield lambda way: shown.update(
            task, description=way.short, completed=way.done, total=way.chosen or None
        )
