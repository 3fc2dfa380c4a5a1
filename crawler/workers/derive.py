"""Derive texts, versions and changes from stored bodies, after an import or for a rebuild."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from heapq import nlargest

from sqlite_utils import Database

from crawler.workers.pool import WorkerPool
from db.database import transaction
from db.history import versions
from db.history.text_distance import TextDistance
from db.store import extraction_queue, texts

# Policies at once: while the history of one is derived, the workers extract captures of the next.
AT_ONCE = 4
SHOWN = 10  # pairs of texts that a rebuild reports: those that changed most

Pair = tuple[int | None, int | None]


@dataclass
class Rebuilt:
    """What a rebuild changed: the numbers of captures with another text, and with another verdict.

    `pairs` maps the ids of the old and the new text (None: no text) to the first such capture, `counts` to
    their number. `largest` are the pairs that differ most, and how.
    """

    texts: int = 0
    verdicts: int = 0
    pairs: dict[Pair, int] = field(default_factory=dict)
    counts: Counter[Pair] = field(default_factory=Counter)
    largest: list[tuple[Pair, TextDistance]] = field(default_factory=list)

    def note(self, before: extraction_queue.Judgements, after: extraction_queue.Judgements) -> None:
        """Compare the verdicts of a policy's captures.

        A capture that had none before is new, and no change.
        """
        for capture_id, (verdict, text_id) in before.items():
            now = after[capture_id]
            self.verdicts += verdict is not None and verdict != now[0]
            if verdict is not None and text_id != now[1]:
                self.texts += 1
                self.pairs.setdefault((text_id, now[1]), capture_id)
                self.counts[text_id, now[1]] += 1


async def derive(db: Database, policy_ids: Iterable[int], jobs: int, done: Callable[[int], object]) -> None:
    """Extract the captures of policies that have no verdict yet, and update the histories.

    Raises StoreError.
    """
    with WorkerPool(db, jobs=jobs) as pool:

        async def one(policy_id: int) -> None:
            await pool.extract_captures(extraction_queue.unjudged(db, policy_id), done)
            await pool.derive(policy_id)

        await run_per_policy(policy_ids, one)


async def catch_up(db: Database, jobs: int, done: Callable[[int], object]) -> set[int]:
    """Extract all captures without a verdict, and derive the histories that are behind.

    Return the ids of the policies whose histories were behind. Raises StoreError.
    """
    behind, waiting = versions.outdated(db), extraction_queue.policies_to_judge(db)
    if not (behind or waiting):
        return set()
    with WorkerPool(db, jobs=jobs) as pool:

        async def one(policy_id: int) -> None:
            await pool.extract_captures(extraction_queue.unjudged(db, policy_id), done)
            if policy_id in behind:
                await pool.derive(policy_id)

        await run_per_policy(sorted({*behind, *waiting}), one)
    return set(behind)


async def rebuild(
    db: Database, policy_ids: Iterable[int], jobs: int, done: Callable[[int], object]
) -> Rebuilt:
    """Derive everything again, and return what changed.

    Each policy can be read at any time: its old history stays until the new one is stored. A rebuild that was
    stopped can be started again; it does not report again what the first one changed. Raises StoreError.
    """
    rebuilt = Rebuilt()
    with transaction(db):
        texts.mark_stale(db)
    with WorkerPool(db, jobs=jobs) as pool:

        async def one(policy_id: int) -> None:
            before = extraction_queue.judgements(db, policy_id)
            await pool.extract_captures(extraction_queue.fetched(db, policy_id), done)
            rebuilt.note(before, extraction_queue.judgements(db, policy_id))
            await pool.derive(policy_id, versions.replace)

        await run_per_policy(policy_ids, one)
        rebuilt.largest = await _largest(pool, list(rebuilt.pairs))
    with transaction(db):
        texts.drop_unused(db)
    return rebuilt


async def run_per_policy(policy_ids: Iterable[int], one: Callable[[int], Awaitable[None]]) -> None:
    """Call `one` for each policy in order, for `AT_ONCE` of them at the same time."""
    room = asyncio.Semaphore(AT_ONCE)

    async def in_turn(policy_id: int) -> None:
        async with room:
            await one(policy_id)

    await asyncio.gather(*map(in_turn, policy_ids))


async def _largest(pool: WorkerPool, pairs: list[Pair]) -> list[tuple[Pair, TextDistance]]:
    """Return the pairs of texts with the most words added and removed, and how they differ."""
    found: list[tuple[Pair, TextDistance]] = []

    async def compare(chunk: list[int]) -> None:
        found.extend(
            zip([pairs[n] for n in chunk], await pool.text_distances([pairs[n] for n in chunk]), strict=True)
        )
        found[:] = nlargest(SHOWN, found, key=_distance)

    await pool.in_chunks(range(len(pairs)), compare)
    return found


def _distance(pair: tuple[Pair, TextDistance]) -> tuple[object, ...]:
    (old, new), apart = pair
    return apart.words_added + apart.words_removed, old or 0, new or 0
