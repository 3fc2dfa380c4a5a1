"""Merge archives into one, and derive what follows from the captures that they bring."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import SameArchiveError
from crawler.jobs.progress import bar
from crawler.runs import Result, Run
from crawler.workers.derive import catch_up
from db import merge as merging
from db.errors import DamagedArchiveError
from db.merge import Merged
from db.query import conflicts
from db.store import extraction_queue
from extract import EXTRACTOR
from extract.html.source_text import source_text

SHOWN = 10  # conflicts that are printed, a line each; the view `conflicting_captures` has all


@dataclass
class MergeResult:
    """What a merge brought.

    `merged` counts the merged archives, `brought` their new rows. `problems` has a line for each archive that
    could not be merged.

    `conflicts` has a line for each of the last `SHOWN` conflicts, and one that counts the rest.
    """

    merged: int = 0
    brought: Merged = field(default_factory=Merged)
    problems: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)

    @property
    def result(self) -> Result:
        """The result of the run: status 0; 3 where an archive could not be merged, 2 where none could."""
        status = (3 if self.merged else 2) if self.problems else 0
        return Result(status, "; ".join(self.problems) or "done", self._summary())

    def _summary(self) -> str:
        brought = self.brought
        numbers = {
            "retailers": brought.retailers,
            "pages": brought.pages,
            "captures": brought.captures.new,
            "bodies": brought.captures.fetched,
            "conflicts": brought.captures.conflicts,
        }
        news = ", ".join(f"{number} {name}" for name, number in numbers.items() if number)
        archives = f"{self.merged} archive{'' if self.merged == 1 else 's'}"
        return f"{archives} merged: {news + ' new' if news else 'nothing new'}"


def run_merge(
    path: Path,
    others: Sequence[Path],
    command: str = "merge",
    jobs: int = 0,
    waiting: Callable[[str], object] | None = None,
    report: Path | None = None,
) -> MergeResult:
    """Merge other archives into the one at `path`, which is made where there is none.

    `jobs` is the number of worker processes (0: one per core). `waiting` is called with a line when another
    run writes to the archive, and this one waits; None: it fails instead.

    Raises SameArchiveError, NoArchiveError, NotAnArchiveError, NewerSchemaError, ArchiveLockedError,
    ReportError, StoreError.
    """
    _check(path, others)
    with Run(path, command, create=True, waiting=waiting, report=report) as run:
        merged = asyncio.run(_merge(run.db, others, jobs))
        brought = merged.brought
        counts = {"listed": brought.captures.new, "fetched": brought.captures.fetched}
        run.finish(merged.result, counts, brought.policies)
        merged.conflicts += _conflict_lines(run.db, brought.captures.conflicts)
    return merged


def _check(path: Path, others: Sequence[Path]) -> None:
    """Check the other archives before anything is written."""
    for other in others:
        if merging.is_same(path, other):
            raise SameArchiveError(
                f"{other} is the archive into which the others are to be merged: leave it out"
            )
        merging.check_source(other)


async def _merge(db: Database, others: Sequence[Path], jobs: int) -> MergeResult:
    """Merge archives, each completely or not at all; then judge waiting captures and derive histories."""
    result = MergeResult()
    for path in others:
        try:
            with merging.open_source(path) as other, bar("merging", other.count()) as advance:
                result.brought.add(merging.merge(db, other, EXTRACTOR, source_text, advance))
            result.merged += 1
        except DamagedArchiveError as error:
            result.problems.append(str(error))
    with bar("extracting", sum(extraction_queue.policies_to_judge(db).values())) as advance:
        result.brought.policies |= await catch_up(db, jobs, advance)
    return result


def _conflict_lines(db: Database, number: int) -> Iterator[str]:
    for conflict in conflicts.latest(db, min(SHOWN, number)):
        yield conflicts.in_words(conflict)
    if number > SHOWN:
        yield f"and {number - SHOWN} more: see the view conflicting_captures"
