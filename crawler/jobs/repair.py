"""The repair of an archive file: compute or fetch again what the verification found damaged."""

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
from crawler.runs import Result, Run, with_undone
from crawler.webarchive import sources
from crawler.webarchive.sources import Source
from crawler.workers.derive import rebuild
from db.database import open_archive
from db.store import retailers
from db.verify import repair as repairing
from db.verify import run_checks
from db.verify.damaged_reader import format_range
from db.verify.faults import Faults
from db.verify.salvage import salvage
from db.write_lock import exclusive_writer

Print = Callable[[str], object]  # called with each line of text for the user


@dataclass(frozen=True)
class Repair:
    """The options of a repair.

    - `path`: the archive file.
    - `command`: the command, in the form for the table `crawls`.
    - `source`: the web archive to fetch from; None for the one with most of the lost captures.
    - `jobs`: the number of worker processes (0: one per processor core).
    - `print_line`: called with a line of text for each step, and for what is lost.
    """

    path: Path
    command: str
    source: Source | None
    jobs: int
    print_line: Print


def run_verify(path: Path, command: str, sample: Sample | None, jobs: int, waiting: Print | None) -> Faults:
    """Verify an archive file, and return what was found.

    During this time no other run can write to the file. `waiting` has the same meaning as in `runs.Run`.
    Raises the errors of `verify`.
    """
    with _alone(path, command, waiting):
        return _verify(path, sample, jobs)


def run_repair(
    repair: Repair,
    sample: Sample | None,
    waiting: Print | None,
    before: Callable[[Faults], object],
) -> tuple[Faults, int]:
    """Verify an archive file, repair what is damaged, and verify the file again.

    During this time no other run can write to the file. If there are problems, `before` is called with them
    before the repair. Return the faults after the repair, and how many captures are still missing, which
    must be fetched or imported again.

    Raises the errors of `verify`, and RefusedError or LimitsError if captures cannot be fetched.
    """
    with _alone(repair.path, repair.command, waiting):
        faults = _verify(repair.path, sample, repair.jobs)
        if not faults.sound:
            before(faults)
        missing = _repair(repair, faults)
        if not faults.sound or faults.unproven or missing:
            faults = _verify(repair.path, sample, repair.jobs)
        return faults, missing


def _alone(path: Path, command: str, waiting: Print | None) -> AbstractContextManager[object]:
    """Return a context in which no other run can write to the archive file.

    Otherwise a half-written row would count as a problem. In a folder without write permission there is no
    lock, because nobody can write there.
    """
    return exclusive_writer(path, command, waiting) if access(path.parent, W_OK) else nullcontext()


def _verify(path: Path, sample: Sample | None, jobs: int) -> Faults:
    with bar("extracting", None) as advance:
        return verify(path, sample, jobs, advance, advance.expect)


def _repair(repair: Repair, faults: Faults) -> int:
    """Repair an archive file that is locked, and return how many captures are still missing.

    A repair that was stopped can be started again.
    """
    if not faults.sound or faults.unproven:
        _derive_again(repair, faults)
    with closing(open_archive(repair.path)) as db:
        waiting, given_up = repairing.to_refetch(db), repairing.lost_imports(db)
    for name in given_up:
        repair.print_line(f"lost until it is imported again: {name}")
    if waiting:
        _fetch_again(repair, waiting)
    with closing(open_archive(repair.path)) as db:
        return repairing.count_missing(db)


def _derive_again(repair: Repair, faults: Faults) -> None:
    """Remove damaged data, and compute again what follows from the stored captures."""
    if faults.tree:
        saved = salvage(repair.path)
        rows = ", ".join(f"{count} {table}" for table, count in saved.rows.items() if count)
        repair.print_line(
            f"what could be read was saved into a new file: {rows}; the damaged one is {saved.kept.name}"
        )
        for lost in [*map(format_range, saved.lost), *saved.own_lost]:
            repair.print_line(f"lost: {lost}")
        faults = run_checks.check_archive(repair.path)
    with Run(repair.path, repair.command) as run:
        if faults.index:
            run.db.execute("reindex")
        for name in repairing.schema(run.db):
            repair.print_line(f"lost: your trigger {name[:100]!r} on a table of policytrail")
        repairing.facts(run.db)
        known = {*sources.KNOWN, *repairing.web_archives(run.db)}
        reachable = {*sources.KNOWN, *([repair.source.name] if repair.source else [])}
        # A shared body that nothing proves is probably right: it is removed only where it can be fetched.
        unproven = repairing.unproven_of(run.db, faults, reachable)
        repairing.remove_damaged(run.db, faults, {*known, *reachable}.__contains__, unproven)
        repairing.search(run.db)
        policies = retailers.judged(run.db)
        rebuilt = asyncio.run(rebuild(run.db, policies, repair.jobs, lambda _: None))
        run.finish(with_undone(Result(0, "done", ""), rebuilt.undone.line), {}, policies)


def _fetch_again(repair: Repair, waiting: list[tuple[int, str]]) -> None:
    """Fetch lost captures again from one web archive.

    Only one, because a process can crawl only once. `waiting` has pairs of capture id and name of the web
    archive. A name that is no known web archive means the source of the repair: captures may have been
    fetched from there under another name.
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
    """Return the web archive to fetch from; None if no web archive is known.

    `counts` has the count of lost captures for each web archive. The source of the repair comes first, then
    the known web archive with most captures.
    """
    if source and source.name in counts:
        return source
    names = [name for name, _ in Counter(counts).most_common() if name in sources.KNOWN]
    return sources.find(names[0]) if names else None
