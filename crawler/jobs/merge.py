"""The merge of several archive files into one, with all texts and histories that follow."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import SameArchiveError
from crawler.jobs.progress import bar
from crawler.runs import Result, Run, with_undone
from crawler.terminal import counted
from crawler.workers.derive import catch_up
from crawler.workers.undone import Undone
from db import merge as merging
from db.errors import DamagedArchiveError, NotAnArchiveError
from db.merge import Merged
from db.query import conflicts
from db.store import extraction_queue
from extract import EXTRACTOR

SHOWN = 10  # the maximum number of conflicts that are printed; the view `conflicting_captures` has all


@dataclass
class MergeResult:
    """What a merge added to the archive file.

    - `merged`: the count of archive files that were merged.
    - `brought`: the counts of new rows.
    - `problems`: a line for each archive file that could not be merged.
    - `conflicts`: a line for each of the last SHOWN conflicts, and a line with the count of the others.
    - `undone`: what could not be derived.
    """

    merged: int = 0
    brought: Merged = field(default_factory=Merged)
    problems: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    undone: Undone = field(default_factory=Undone)

    @property
    def result(self) -> Result:
        """The result of the run.

        Its exit status is 0 if all archive files were merged, 3 if some were not or something could not be
        derived, and 2 if none was merged.
        """
        status = (3 if self.merged else 2) if self.problems else 0
        result = Result(status, "; ".join(self.problems) or "done", self._summary())
        return with_undone(result, self.undone.line)

    def _summary(self) -> str:
        brought = self.brought
        numbers = {
            "retailers": brought.retailers,
            "pages": brought.pages,
            "captures": brought.captures.new,
            "bodies": brought.bodies,
            "conflicts": brought.captures.conflicts,
        }
        news = ", ".join(f"{number} {name}" for name, number in numbers.items() if number)
        parts = [f"{news} new"] if news else []
        if brought.captures.filled:
            parts.append(f"{brought.captures.filled} captures whose body was missing")
        return f"{counted(self.merged, 'archive')} merged: {', '.join(parts) or 'nothing new'}"


def run_merge(
    path: Path,
    others: Sequence[Path],
    command: str = "merge",
    jobs: int = 0,
    waiting: Callable[[str], object] | None = None,
    report: Path | None = None,
) -> MergeResult:
    """Merge other archive files into the file `path`, which is created if missing.

    `jobs` is the number of worker processes (0: one per processor core). If another run is writing to the
    file, call `waiting` with a line of text and wait. If `waiting` is None, raise ArchiveLockedError instead.

    Raises SameArchiveError, NoArchiveError, NotAnArchiveError, NewerSchemaError, ArchiveLockedError,
    ReportError, StoreError, WorkersError.
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
    """Check that all other archive files can be merged, before anything is written.

    Damaged ones are left to the merge, which reports them.
    """
    for other in others:
        if merging.is_same(path, other):
            raise SameArchiveError(
                f"{other} is the archive file that the others are merged into: leave it out"
            )
        with suppress(DamagedArchiveError):
            merging.check_source(other)


async def _merge(db: Database, others: Sequence[Path], jobs: int) -> MergeResult:
    """Merge each archive file completely or not at all, then extract texts and compute histories."""
    result = MergeResult()
    for path in others:
        try:
            with merging.open_source(path) as other, bar("merging", other.count()) as advance:
                result.brought.add(merging.merge(db, other, EXTRACTOR, advance))
            result.merged += 1
        except (DamagedArchiveError, NotAnArchiveError) as error:
            result.problems.append(str(error))
    with bar("extracting", sum(extraction_queue.policies_to_judge(db).values())) as advance:
        derived, result.undone = await catch_up(db, jobs, advance)
        result.brought.policies |= derived
    return result


def _conflict_lines(db: Database, number: int) -> Iterator[str]:
    for conflict in conflicts.latest(db, min(SHOWN, number)):
        yield conflicts.in_words(conflict)
    if number > SHOWN:
        yield f"and {number - SHOWN} more: see the view conflicting_captures"
