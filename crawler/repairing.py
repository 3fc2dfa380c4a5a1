"""Repairing an archive by what a verification found: what can be had again is derived, or fetched, again."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from crawler import running, sources
from crawler.derive import rebuild
from crawler.plan import Plan
from crawler.runs import Result, Run
from crawler.sources import Source
from db import repairing, retailers
from db.salvage import salvage
from db.verifying import rows
from db.verifying.careful import told
from db.verifying.findings import Findings


def repair(
    path: Path, findings: Findings, command: str, source: Source | None, jobs: int, say: Callable[[str], object]
) -> Result | None:
    """Repair an archive that is held; gives how the crawl went that fetched captures again, None where none had to be.

    `say` hears what is done, and what is lost for good. Killed, it can be begun again.
    Raises StoreError, and what keeps a crawl from starting: RefusedError, LimitsError.
    """
    if findings.tree:
        saved = salvage(path)
        say(f"what could be read was saved into a new file: {_counted(saved.rows)}; the damaged one is {saved.kept.name}")
        for lost in saved.lost:
            say(f"lost: {told(lost)}")
        findings = rows.look(path)
    known = {*sources.KNOWN, *([source.name] if source else [])}
    with Run(path, command) as run:
        if findings.index:
            run.db.execute("reindex")
        repairing.schema(run.db)
        repairing.facts(run.db)
        repairing.let_go(run.db, findings, known.__contains__)
        repairing.search(run.db)
        policies = retailers.judged(run.db)
        asyncio.run(rebuild(run.db, policies, jobs, lambda _: None))
        waiting = repairing.waiting(run.db)
        for name in repairing.given_up(run.db):
            say(f"lost until it is imported again: {name}")
        run.finish(Result(0, "done", ""), {}, policies)
    return _fetch(path, waiting, command, source, jobs, say) if waiting else None


def _fetch(
    path: Path, waiting: list[tuple[int, str]], command: str, source: Source | None, jobs: int, say: Callable[[str], object]
) -> Result:
    """Fetch captures again, from the one archive that most are of: a process can crawl once."""
    archives = Counter(archive for _, archive in waiting)
    chosen = source if source and source.name in archives else sources.find(archives.most_common(1)[0][0])
    only = frozenset(capture_id for capture_id, archive in waiting if archive == chosen.name)
    say(f"{len(only)} captures are fetched again from {chosen.name}")
    for name, count in sorted(archives.items()):
        if name != chosen.name:
            say(f"{count} captures wait for {name}: run this again to fetch them")
    plan = Plan.make(path, source=chosen, command=command)
    return running.crawl(replace(plan, only=only), jobs=jobs)


def _counted(rows: dict[str, int]) -> str:
    return ", ".join(f"{count} {table}" for table, count in rows.items() if count)
