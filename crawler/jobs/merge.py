"""Merging archives, one after the other, and judging what they do not agree on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import SameArchiveError
from crawler.jobs.progress import bar
from crawler.runs import Result
from crawler.workers.derive import catch_up
from db import merge as merging
from db.errors import DamagedArchiveError
from db.merge import Merged
from db.store import conflicts, extraction_queue
from extract import EXTRACTOR
from extract.html.source_text import source_text

SHOWN = 10  # conflicts that are told, in a line each; the view `conflicting_captures` has them all


@dataclass
class Gathered:
    """What came of merging archives: how many were merged, what they `brought`, what was wrong with the others."""

    merged: int = 0
    brought: Merged = field(default_factory=Merged)
    problems: list[str] = field(default_factory=list)

    @property
    def result(self) -> Result:
        """How it went: 0; 3 where an archive could not be merged, 2 where none could."""
        status = (3 if self.merged else 2) if self.problems else 0
        return Result(status, "; ".join(self.problems) or "done", self._summary())

    def _summary(self) -> str:
        came = self.brought
        numbers = {
            "retailers": came.retailers, "pages": came.pages, "captures": came.captures.new, "bodies": came.captures.fetched,
            "conflicts": came.captures.conflicts,
        }  # fmt: skip
        news = ", ".join(f"{number} {name}" for name, number in numbers.items() if number)
        return f"{self.merged} archive{'' if self.merged == 1 else 's'} merged: {news + ' new' if news else 'nothing new'}"


def check(db: Path, others: Sequence[Path]) -> None:
    """Find out what is wrong with archives before anything is written.

    Raises SameArchiveError, NoArchiveError, NotAnArchiveError, NewerSchemaError, DamagedArchiveError, StoreError.
    """
    for other in others:
        if merging.is_same(db, other):
            raise SameArchiveError(
                f"{other} is the archive into which the others are to be merged: leave it out"
            )
        merging.check_source(other)


async def merge(db: Database, others: Sequence[Path], jobs: int) -> Gathered:
    """Merge archives into `db`, each whole or not at all; then judge what has no verdict, and derive what is behind."""
    gathered = Gathered()
    for path in others:
        try:
            with merging.open_source(path) as other, bar("merging", other.count()) as advance:
                gathered.brought.add(merging.merge(db, other, EXTRACTOR, source_text, advance))
            gathered.merged += 1
        except DamagedArchiveError as error:
            gathered.problems.append(str(error))
    with bar("extracting", sum(extraction_queue.policies_to_judge(db).values())) as advance:
        gathered.brought.policies |= await catch_up(db, jobs, advance)
    return gathered


def told(db: Database, gathered: Gathered) -> Iterator[str]:
    """The conflicts that a merge brought, a line each; the last ones, and how many there are beside them."""
    number = gathered.brought.captures.conflicts
    for conflict in conflicts.latest(db, min(SHOWN, number)):
        yield conflicts.in_words(conflict)
    if number > SHOWN:
        yield f"and {number - SHOWN} more: see the view conflicting_captures"
