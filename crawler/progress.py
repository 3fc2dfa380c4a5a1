"""A progress bar on a terminal, nothing in a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


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
