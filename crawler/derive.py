"""Deriving texts, versions and changes from the stored bodies: after an import, or of a whole archive anew."""

from collections.abc import Callable, Iterable

from sqlite_utils import Database

from crawler.extraction import Extraction
from db import captures, history, texts
from db.archive import transaction


async def derive(db: Database, policy_ids: Iterable[int], jobs: int, done: Callable[[int], object]) -> None:
    """Judge the captures of policies that have no verdict yet, and bring their histories up to date."""
    with Extraction(db, jobs=jobs) as extraction:
        for policy_id in policy_ids:
            await extraction.judge(captures.unjudged(db, policy_id), done)
            history.refresh(db, policy_id)


async def catch_up(db: Database, jobs: int, done: Callable[[int], object]) -> set[int]:
    """Judge all captures that wait for it, whatever their pages are, and derive what histories are behind; whose, it says."""
    behind, waiting = history.behind(db), captures.policies_to_judge(db)
    if waiting:
        with Extraction(db, jobs=jobs) as extraction:
            for policy_id in waiting:
                await extraction.judge(captures.unjudged(db, policy_id), done)
    for policy_id in behind:
        history.refresh(db, policy_id)
    return set(behind)


async def rebuild(db: Database, policy_ids: Iterable[int], jobs: int, done: Callable[[int], object]) -> None:
    """Derive everything again. Each policy can be read at any time: its old history stays until the new one is there.

    A rebuild that is stopped can be started again; what it left is what the archive held before, policy by policy.
    """
    with transaction(db):
        texts.mark_stale(db)
    with Extraction(db, jobs=jobs) as extraction:
        for policy_id in policy_ids:
            await extraction.judge(captures.fetched(db, policy_id), done)
            history.rebuild(db, policy_id)
    with transaction(db):
        texts.drop_unused(db)
