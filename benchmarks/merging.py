"""Merge archives of 1,000, 10,000 and 100,000 captures into an empty one, then once more.

It prints CPU seconds, memory, and their growth. The archives are those of benchmarks/history.py, in policies
of 1,000 captures: every capture has another body and another text. The merge is measured with and without
deriving the histories. The second merge finds nothing new.

Run: python benchmarks/merging.py [--words 300] [CAPTURES ...]
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from db import merge
from db.database import open_archive
from db.history import versions

sys.path.insert(0, str(Path(__file__).parent))
from history import fill  # the benchmark beside this one

from extract.html.source_text import source_text

EACH = 1_000  # captures a policy


def make(file: Path, captures: int, words: int) -> None:
    """Fill an archive."""
    db = open_archive(file, create=True)
    for number in range(captures // EACH):
        fill(db, f"shop{number}.example", EACH, words)
    db.close()


def measure(folder: Path, captures: int, derive: bool) -> None:
    """Merge into an empty archive, then again, and print the results."""
    db = open_archive(folder / f"all-{derive}.db", create=True)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for what in ("new", "again"):
        start = time.process_time()
        with merge.opened(folder / "a.db") as other:
            merged = merge.merge(db, other, "benchmark")
            for policy_id in merged.policies if derive else ():
                versions.refresh(db, policy_id, source_text)
        seconds = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        click.echo(
            f"{captures:7,} captures {what:5} {'with' if derive else 'without':7} histories: "
            f"{seconds:6.1f} s, "
            f"{1e6 * seconds / captures:6.0f} µs each; {(peak - before) >> 10:4} MB; "
            f"{(folder / 'a.db').stat().st_size >> 20} MB merged"
        )


@click.command()
@click.argument("captures", nargs=-1, type=int)
@click.option("--words", default=300, show_default=True, help="Words of each text.")
def main(captures: tuple[int, ...], words: int) -> None:
    """Measure each number of CAPTURES in its own processes."""
    for count in captures or (1_000, 10_000, 100_000):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _alone(make, folder / "a.db", count, words)
            for derive in (False, True):
                _alone(measure, folder, count, derive)


def _alone(function: Callable[..., None], *arguments: object) -> None:
    """Call a function in its own process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(function, arguments)


if __name__ == "__main__":
    main()
