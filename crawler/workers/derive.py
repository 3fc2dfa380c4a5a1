"""Deriving texts, versions and changes from the stored bodies: after an import, or of a whole archive anew."""

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

AT_ONCE = 4  # policies: while the last captures of one are judged, and its history derived, the workers go on with the next
SHOWN = 10  # of the texts that a rebuild changed, those that changed most

Pair = tuple[int | None, int | None]


@dataclass
class Rebuilt:
    """What a rebuild changed: how many captures have another text, or another verdict, than before.

    `pairs` are the old and the new text of these captures, by id (None: none), each with the first such capture and how many
    there are; `largest` are the pairs that differ most, and in what.
    """

    texts: int = 0
    verdicts: int = 0
    pairs: dict[Pair, int] = field(default_factory=dict)
    counts: Counter[Pair] = field(default_factory=Counter)
    largest: list[tuple[Pair, TextDistance]] = field(default_factory=list)

    def note(self, before: extraction_queue.Judgements, after: extraction_queue.Judgements) -> None:
        """Take note of what became of a policy's captures; those that had no verdict before are new, and no change."""
        for capture_id, (verdict, text_id) in before.items():
            now = after[capture_id]
            self.verdicts += verdict is not None and verdict != now[0]
            if verdict is not None and text_id != now[1]:
                self.texts += 1
                self.pairs.setdefault((text_id, now[1]), capture_id)
                self.counts[text_id, now[1]] += 1


async def derive(db: Database, policy_ids: Iterable[int], jobs: int, done: Callable[[int], object]) -> None:
    """Judge the captures of policies that have no verdict yet, and bring their histories up to date. Raises StoreError."""
    with WorkerPool(db, jobs=jobs) as extraction:

        async def one(policy_id: int) -> None:
            await extraction.judge(extraction_queue.unjudged(db, policy_id), done)
            await extraction.derive(policy_id)

        await run_per_policy(policy_ids, one)


async def catch_up(db: Database, jobs: int, done: Callable[[int], object]) -> set[int]:
    """Judge all captures that wait for it, whatever their pages are, and derive what histories are behind; whose, it says.

    Raises StoreError.
    """
    behind, waiting = versions.outdated(db), extraction_queue.policies_to_judge(db)
    if not (behind or waiting):
        return set()
    with WorkerPool(db, jobs=jobs) as extraction:

        async def one(policy_id: int) -> None:
            await extraction.judge(extraction_queue.unjudged(db, policy_id), done)
            if policy_id in behind:
                await extraction.derive(policy_id)

        await run_per_policy(sorted({*behind, *waiting}), one)
    return set(behind)


async def rebuild(
    db: Database, policy_ids: Iterable[int], jobs: int, done: Callable[[int], object]
) -> Rebuilt:
    """Derive everything again. Each policy can be read at any time: its old history stays until the new one is there.

    A rebuild that is stopped can be started again; what it left is what the archive held before, policy by policy, and what
    it changed is not told again. Raises StoreError.
    """
    rebuilt = Rebuilt()
    with transaction(db):
        texts.mark_stale(db)
    with WorkerPool(db, jobs=jobs) as extraction:

        async def one(policy_id: int) -> None:
            before = extraction_queue.judgements(db, policy_id)
            await extraction.judge(extraction_queue.fetched(db, policy_id), done)
            rebuilt.note(before, extraction_queue.judgements(db, policy_id))
            await extraction.derive(policy_id, versions.replace)

        await run_per_policy(policy_ids, one)
        rebuilt.largest = await _largest(extraction, list(rebuilt.pairs))
    with transaction(db):
        texts.drop_unused(db)
    return rebuilt


async def run_per_policy(policy_ids: Iterable[int], one: Callable[[int], Awaitable[None]]) -> None:
    """Await something of each policy, of `AT_ONCE` at the same time, in their order."""
    room = asyncio.Semaphore(AT_ONCE)

    async def in_turn(policy_id: int) -> None:
        async with room:
            await one(policy_id)

    await asyncio.gather(*map(in_turn, policy_ids))


async def _largest(extraction: WorkerPool, pairs: list[Pair]) -> list[tuple[Pair, TextDistance]]:
    """The pairs of texts that differ most, by words added and removed, with what differs."""
    found: list[tuple[Pair, TextDistance]] = []

    async def compare(chunk: list[int]) -> None:
        found.extend(
            zip([pairs[n] for n in chunk], await extraction.apart([pairs[n] for n in chunk]), strict=True)
        )
        found[:] = nlargest(SHOWN, found, key=_distance)

    await extraction.in_chunks(range(len(pairs)), compare)
    return found


def _distance(pair: tuple[Pair, TextDistance]) -> tuple[object, ...]:
    (old, new), apart = pair
    return apart.words_added + apart.words_removed, old or 0, new or 0
