"""The rebuild of an archive file: compute its texts, versions and changes again."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from crawler.jobs.progress import bar
from crawler.runs import Result, Run, with_undone
from crawler.workers.derive import Rebuilt, rebuild
from db.database import open_archive
from db.store import captures, extraction_queue, retailers


def run_rebuild(
    path: Path,
    command: str = "rebuild",
    jobs: int = 0,
    waiting: Callable[[str], object] | None = None,
    report: Path | None = None,
    *,
    again: bool = False,
) -> tuple[Result, dict[str, Any]]:
    """Compute all derived data of an archive file again.

    Return the result, and what changed. `jobs` is the number of worker processes (0: one per processor core).
    If another run is writing to the file, call `waiting` with a line of text and wait. If `waiting` is None,
    raise ArchiveLockedError instead. With `again`, also derive histories again that went over a limit.

    Raises ArchiveLockedError, ReportError, StoreError, WorkersError, and the errors of `open_archive`.
    """
    open_archive(path).close()  # raises an error for a wrong path, before a lock file is created there
    with Run(path, command, waiting=waiting, report=report) as run:
        policies = retailers.judged(run.db)
        fetched = sum(len(extraction_queue.fetched(run.db, policy_id)) for policy_id in policies)
        with bar("extracting", fetched) as advance:
            rebuilt = asyncio.run(rebuild(run.db, policies, jobs, advance, again=again))
        versions = run.db["versions"].count
        changed = {"captures": fetched, "versions": versions, **_changed(run.db, rebuilt)}
        summary = f"{fetched} captures extracted again, {versions} versions"
        result = with_undone(Result(0, "done", summary), rebuilt.undone.line)
        run.finish(result, {}, policies, {"rebuilt": changed})
    return result, changed


def _changed(db: Database, rebuilt: Rebuilt) -> dict[str, Any]:
    largest = [
        {**captures.whereabouts(db, rebuilt.pairs[pair]), "captures": rebuilt.counts[pair], **asdict(apart)}
        for pair, apart in rebuilt.largest
    ]
    return {"changed_texts": rebuilt.texts, "changed_verdicts": rebuilt.verdicts, "largest": largest}
