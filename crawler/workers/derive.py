"""Compute texts, versions and changes from stored bodies, after an import or for `rebuild`."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from heapq import nlargest

from sqlite_utils import Database

from crawler.workers.pool import WorkerPool
from crawler.workers.processes import Processes
from crawler.workers.undone import Undone
from db.claims import stored as claims
from db.database import transaction
from db.findings import stored as meaning
from db.history import underived, versions
from db.history.text_distance import TextDistance
from db.store import extraction_queue, texts
from extract import EXTRACTOR

# How many policies are processed at once: while the history of one policy is computed, the workers extract
# captures of the next ones.
AT_ONCE = 4
SHOWN = 10  # how many pairs of old and new text a rebuild reports: those with the largest differences

Pair = tuple[int | None, int | None]


@dataclass
class Rebuilt:
    """What a rebuild changed.

    - `texts`, `verdicts`: the count of captures that got another text, or another verdict.
    - `pairs`: (old text id, new text id) -> id of the first capture whose text changed in this way. None
      stands for no text.
    - `counts`: (old text id, new text id) -> count of captures whose text changed in this way.
    - `largest`: the pairs whose texts differ most, each with the measured difference.
    - `undone`: what could not be done.
    """

    texts: int = 0
    verdicts: int = 0
    pairs: dict[Pair, int] = field(default_factory=dict)
    counts: Counter[Pair] = field(default_factory=Counter)
    largest: list[tuple[Pair, TextDistance]] = field(default_factory=list)
    undone: Undone = field(default_factory=Undone)

    def note(self, before: extraction_queue.Judgements, after: extraction_queue.Judgements) -> None:
        """Compare the verdicts and texts of a policy's captures before and after a rebuild.

        A capture that had no verdict before does not count as changed.
        """
        for capture_id, (verdict, text_id) in before.items():
            now = after[capture_id]
            self.verdicts += verdict is not None and verdict != now[0]
            if verdict is not None and text_id != now[1]:
                self.texts += 1
                self.pairs.setdefault((text_id, now[1]), capture_id)
                self.counts[text_id, now[1]] += 1


async def derive(
    db: Database,
    policy_ids: Iterable[int],
    jobs: int,
    done: Callable[[int], object],
    *,
    with_claims: bool = True,
    processes: Processes | None = None,
) -> Undone:
    """Extract the captures without a verdict of some policies, and update their histories.

    Return what could not be done. `jobs` is the number of worker processes; with `processes`, those are used
    instead, and stay. `done` is called with the id of each extracted capture. Without `with_claims`, nothing
    is stored of what texts state. Raises StoreError, WorkersError.
    """
    with WorkerPool(db, jobs=jobs, processes=processes) as pool:

        async def one(policy_id: int) -> None:
            await pool.extract_captures(extraction_queue.unjudged(db, policy_id), done)
            await pool.derive(policy_id, with_claims=with_claims)

        await run_per_policy(policy_ids, one)
        return pool.undone


async def catch_up(db: Database, jobs: int, done: Callable[[int], object]) -> tuple[set[int], Undone]:
    """Extract all captures without a verdict, and update all outdated histories.

    Return the ids of the policies with these histories, and what could not be done. `done` is called with the
    id of each extracted capture. Raises StoreError, WorkersError.
    """
    behind = {
        *versions.outdated(db),
        *meaning.outdated(db),
        *claims.outdated(db),
        *underived.waiting(db, EXTRACTOR),
    }
    waiting = extraction_queue.policies_to_judge(db)
    if not (behind or waiting):
        return set(), Undone()
    with WorkerPool(db, jobs=jobs) as pool:

        async def one(policy_id: int) -> None:
            await pool.extract_captures(extraction_queue.unjudged(db, policy_id), done)
            if policy_id in behind:
                await pool.derive(policy_id)

        await run_per_policy(sorted({*behind, *waiting}), one)
        return behind, pool.undone


async def rebuild(
    db: Database,
    policy_ids: Iterable[int],
    jobs: int,
    done: Callable[[int], object],
    *,
    again: bool = False,
) -> Rebuilt:
    """Compute all texts and histories of some policies again, and return what changed.

    Each policy can be read at any time: its old history stays until the new one is complete. A rebuild that
    was stopped can be started again, but then it does not report what the first one changed. `done` is called
    with the id of each extracted capture. With `again`, histories that went over a limit with this extractor
    are derived again too. Raises StoreError, WorkersError.
    """
    rebuilt = Rebuilt()
    with transaction(db):
        texts.mark_stale(db)
    with WorkerPool(db, jobs=jobs, again=again) as pool:
        rebuilt.undone = pool.undone

        async def one(policy_id: int) -> None:
            before = extraction_queue.judgements(db, policy_id)
            await pool.extract_captures(extraction_queue.fetched(db, policy_id), done)
            rebuilt.note(before, extraction_queue.judgements(db, policy_id))
            await pool.derive(policy_id, anew=True)

        await run_per_policy(policy_ids, one)
        rebuilt.largest = await _largest(pool, list(rebuilt.pairs))
    with transaction(db):
        claims.drop_left_over(db)
        texts.drop_unused(db)
    return rebuilt


async def run_per_policy(policy_ids: Iterable[int], one: Callable[[int], Awaitable[None]]) -> None:
    """Call `one` with each policy id, in order, at most AT_ONCE at the same time."""
    room = asyncio.Semaphore(AT_ONCE)

    async def in_turn(policy_id: int) -> None:
        async with room:
            await one(policy_id)

    await asyncio.gather(*map(in_turn, policy_ids))


async def _largest(pool: WorkerPool, pairs: list[Pair]) -> list[tuple[Pair, TextDistance]]:
    """Return the SHOWN pairs of texts with most words added and removed, with their differences."""
    found: list[tuple[Pair, TextDistance]] = []

    async def compare(chunk: list[int]) -> None:
        distances = await pool.text_distances([pairs[n] for n in chunk])
        found.extend((pairs[n], apart) for n, apart in zip(chunk, distances, strict=True) if apart)
        found[:] = nlargest(SHOWN, found, key=_distance)

    await pool.in_chunks(range(len(pairs)), compare)
    return found


def _distance(pair: tuple[Pair, TextDistance]) -> tuple[object, ...]:
    (old, new), apart = pair
    return apart.words_added + apart.words_removed, old or 0, new or 0
