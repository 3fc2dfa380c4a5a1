"""Repair an archive by the findings of a verification: derive or fetch again what is damaged."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, replace
from os import W_OK, access
from pathlib import Path

from crawler.crawl.plan import CrawlPlan
from crawler.jobs import run_crawl
from crawler.jobs.progress import bar
from crawler.jobs.verify import Sample, verify
from crawler.runs import Result, Run
from crawler.webarchive import sources
from crawler.webarchive.sources import Source
from crawler.workers.derive import rebuild
from db.database import open_archive
from db.store import retailers
from db.verify import repair as repairing
from db.verify import run_checks
from db.verify.damaged_reader import format_range
from db.verify.findings import Findings
from db.verify.salvage import salvage
from db.write_lock import exclusive_writer

Print = Callable[[str], object]  # called with each line for people


@dataclass(frozen=True)
class Repair:
    """What a repair needs: the archive file, the command for its row in `crawls`, and what it may use.

    `source` is the web archive to fetch from; None: the one that most of the captures are from. `jobs` is the
    number of worker processes (0: one per core). `print_line` is called with a line for each step, and for
    what is lost.
    """

    path: Path
    command: str
    source: Source | None
    jobs: int
    print_line: Print


def run_verify(path: Path, command: str, sample: Sample | None, jobs: int, waiting: Print | None) -> Findings:
    """Verify an archive while nobody writes to it; `waiting` as in `runs.Run`.

    Raises what `verify` raises.
    """
    with _alone(path, command, waiting):
        return _verify(path, sample, jobs)


def run_repair(
    repair: Repair,
    sample: Sample | None,
    waiting: Print | None,
    before: Callable[[Findings], object],
) -> tuple[Findings, int]:
    """Verify an archive, repair what is wrong, and verify again, while nobody else writes to it.

    `before(findings)` is called with the problems before they are repaired, if there are any. Return the
    findings after the repair, and how many captures are still missing: they have to be fetched or imported
    again.

    Raises what `verify` raises, and what keeps a crawl from starting: RefusedError, LimitsError.
    """
    with _alone(repair.path, repair.command, waiting):
        findings = _verify(repair.path, sample, repair.jobs)
        if not findings.sound:
            before(findings)
        missing = _repair(repair, findings)
        if not findings.sound or findings.unproven or missing:
            findings = _verify(repair.path, sample, repair.jobs)
        return findings, missing


def _alone(path: Path, command: str, waiting: Print | None) -> AbstractContextManager[object]:
    """Keep others from writing meanwhile: their half-written rows would count as problems.

    In a folder without write permission there is no lock, because nobody can write there.
    """
    return exclusive_writer(path, command, waiting) if access(path.parent, W_OK) else nullcontext()


def _verify(path: Path, sample: Sample | None, jobs: int) -> Findings:
    with bar("extracting", None) as advance:
        return verify(path, sample, jobs, advance)


def _repair(repair: Repair, findings: Findings) -> int:
    """Repair a locked archive, and return how many captures are still missing.

    It can be stopped and run again.
    """
    if not findings.sound or findings.unproven:
        _derive_again(repair, findings)
    with closing(open_archive(repair.path)) as db:
        waiting, given_up = repairing.to_refetch(db), repairing.lost_imports(db)
    for name in given_up:
        repair.print_line(f"lost until it is imported again: {name}")
    if waiting:
        _fetch_again(repair, waiting)
    with closing(open_archive(repair.path)) as db:
        return repairing.count_missing(db)


def _derive_again(repair: Repair, findings: Findings) -> None:
    """Remove what is damaged, and derive what can be derived."""
    if findings.tree:
        saved = salvage(repair.path)
        rows = ", ".join(f"{count} {table}" for table, count in saved.rows.items() if count)
        repair.print_line(
            f"what could be read was saved into a new file: {rows}; the damaged one is {saved.kept.name}"
        )
        for lost in saved.lost:
            repair.print_line(f"lost: {format_range(lost)}")
        findings = run_checks.check_archive(repair.path)
    with Run(repair.path, repair.command) as run:
        if findings.index:
            run.db.execute("reindex")
        repairing.schema(run.db)
        repairing.facts(run.db)
        known = {*sources.KNOWN, *repairing.web_archives(run.db)}
        reachable = {*sources.KNOWN, *([repair.source.name] if repair.source else [])}
        # A shared body that nothing proves is probably right: it is removed only where it can be fetched.
        unproven = repairing.unproven_of(run.db, findings, reachable)
        repairing.remove_damaged(run.db, findings, {*known, *reachable}.__contains__, unproven)
        repairing.search(run.db)
        policies = retailers.judged(run.db)
        asyncio.run(rebuild(run.db, policies, repair.jobs, lambda _: None))
        run.finish(Result(0, "done", ""), {}, policies)


def _fetch_again(repair: Repair, waiting: list[tuple[int, str]]) -> None:
    """Fetch captures, as pairs of id and archive, from one archive: a process can crawl only once.

    It is the source of the repair, or the known archive of most captures. A name that is no known archive's
    stands for the source of the repair, under whatever name the captures were fetched.
    """
    archive_of = {
        capture_id: repair.source.name if repair.source and name not in sources.KNOWN else name
        for capture_id, name in waiting
    }
    counts = Counter(archive_of.values())
    chosen = _archive_to_ask(counts, repair.source)
    for name, count in sorted(counts.items()):
        if chosen is None or name != chosen.name:
            how = "run this again" if name in sources.KNOWN else "run this with --source and its address"
            repair.print_line(f"{count} captures wait for {name}: {how} to fetch them")
    if chosen:
        only = frozenset(capture_id for capture_id, name in archive_of.items() if name == chosen.name)
        repair.print_line(f"{len(only)} captures are fetched again from {chosen.name}")
        with closing(open_archive(repair.path)) as db:
            repairing.assign_archive(db, only, chosen.name)
        plan = replace(CrawlPlan.make(repair.path, source=chosen, command=repair.command), only=only)
        repair.print_line(run_crawl.crawl(plan, jobs=repair.jobs).summary)


def _archive_to_ask(counts: Mapping[str, int], source: Source | None) -> Source | None:
    """Choose the archive to fetch from, by the number of captures of each; None where no archive is known."""
    if source and source.name in counts:
        return source
    names = [name for name, _ in Counter(counts).most_common() if name in sources.KNOWN]
    return sources.find(names[0]) if names else None
