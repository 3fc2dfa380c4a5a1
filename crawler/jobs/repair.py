"""Repairing an archive by what a verification found: what can be had again is derived, or fetched, again."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from crawler.crawl.plan import CrawlPlan
from crawler.jobs import run_crawl
from crawler.runs import Result, Run
from crawler.webarchive import sources
from crawler.webarchive.sources import Source
from crawler.workers.derive import rebuild
from db.database import open_archive
from db.store import retailers
from db.verify import repair as repairing
from db.verify import run_checks as rows
from db.verify.damaged_reader import format_range
from db.verify.findings import Findings
from db.verify.salvage import salvage


def repair(
    path: Path,
    findings: Findings,
    command: str,
    source: Source | None,
    jobs: int,
    say: Callable[[str], object],
) -> int:
    """Repair an archive that is held; gives how many captures are still to be had again: fetched, or imported.

    `say` hears what is done, and what is missing. Killed, it can be begun again.
    Raises StoreError, and what keeps a crawl from starting: RefusedError, LimitsError.
    """
    if not findings.sound:
        _put_right(path, findings, command, source, jobs, say)
    with closing(open_archive(path)) as db:
        waiting, given_up = repairing.to_refetch(db), repairing.lost_imports(db)
    for name in given_up:
        say(f"lost until it is imported again: {name}")
    if waiting:
        _fetch(path, waiting, command, source, jobs, say)
    with closing(open_archive(path)) as db:
        return repairing.count_missing(db)


def _put_right(
    path: Path,
    findings: Findings,
    command: str,
    source: Source | None,
    jobs: int,
    say: Callable[[str], object],
) -> None:
    """Take out what is damaged, and derive what can be derived again."""
    if findings.tree:
        saved = salvage(path)
        say(
            f"what could be read was saved into a new file: {_counted(saved.rows)}; the damaged one is {saved.kept.name}"
        )
        for lost in saved.lost:
            say(f"lost: {format_range(lost)}")
        findings = rows.check_archive(path)
    with Run(path, command) as run:
        if findings.index:
            run.db.execute("reindex")
        repairing.schema(run.db)
        repairing.facts(run.db)
        known = {*sources.KNOWN, *repairing.web_archives(run.db), *([source.name] if source else [])}
        repairing.remove_damaged(run.db, findings, known.__contains__)
        repairing.search(run.db)
        policies = retailers.judged(run.db)
        asyncio.run(rebuild(run.db, policies, jobs, lambda _: None))
        run.finish(Result(0, "done", ""), {}, policies)


def _fetch(
    path: Path,
    waiting: list[tuple[int, str]],
    command: str,
    source: Source | None,
    jobs: int,
    say: Callable[[str], object],
) -> None:
    """Fetch captures again, from one archive: a process can crawl once. That is the given one, else the one most are of.

    A name that is no known archive's is that of the given one, whatever it was called when the captures were fetched.
    """
    of = {
        capture_id: source.name if source and name not in sources.KNOWN else name
        for capture_id, name in waiting
    }
    archives = Counter(of.values())
    names = [name for name, _ in archives.most_common() if name in sources.KNOWN]
    chosen = source if source and source.name in archives else sources.find(names[0]) if names else None
    for name, count in sorted(archives.items()):
        if chosen is None or name != chosen.name:
            how = "run this again" if name in sources.KNOWN else "run this with --source and its address"
            say(f"{count} captures wait for {name}: {how} to fetch them")
    if chosen:
        only = frozenset(capture_id for capture_id, name in of.items() if name == chosen.name)
        say(f"{len(only)} captures are fetched again from {chosen.name}")
        with closing(open_archive(path)) as db:
            repairing.assign_archive(db, only, chosen.name)
        say(
            run_crawl.crawl(
                replace(CrawlPlan.make(path, source=chosen, command=command), only=only), jobs=jobs
            ).summary
        )


def _counted(rows: dict[str, int]) -> str:
    return ", ".join(f"{count} {table}" for table, count in rows.items() if count)
