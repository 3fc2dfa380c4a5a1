"""The import of files into an archive file, with the texts and histories that follow."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from crawler.bulk.result import import_result, is_result
from crawler.importing.folders import warc_files
from crawler.importing.markdown_import import import_markdown
from crawler.importing.warc_filter import RecordFilter
from crawler.importing.warc_import import ImportResult, import_warcs
from crawler.jobs.brought import with_news
from crawler.jobs.progress import bar
from crawler.retailer_lists import Retailer, choose, listed, normal_domain, owner
from crawler.runs import Result, Run, with_undone
from crawler.workers.derive import derive
from db.database import transaction
from db.store import attributes, retailers

_NAMED = 3  # how many problems of files the outcome of a run names


@dataclass(frozen=True)
class ImportPlan:
    """The options of an import, checked.

    - `db`: the archive file.
    - `files`: the files and folders to import.
    - `command`: the command, in the form for the table `crawls`.
    - `domain`: the retailer of all files, or None.
    - `retailer_of`: takes an address and returns the domain of its retailer.
    - `listed`: the retailers of the user's list, whose attributes are stored.
    - `record_filter`: the rule that decides which responses to import.
    - `chosen`: of a bulk result, the retailers to import; () for all.
    - `report`: the file for the report, or None.
    """

    db: Path
    files: tuple[Path, ...]
    command: str
    domain: str | None
    retailer_of: Callable[[str], str]
    record_filter: RecordFilter
    report: Path | None = None
    listed: tuple[Retailer, ...] = ()
    chosen: tuple[str, ...] = ()

    @classmethod
    def make(
        cls,
        db: Path,
        files: Sequence[Path],
        command: str = "import",
        domain: str | None = None,
        retailers_csv: Path | None = None,
        urls: Iterable[str] = (),
        *,
        every: bool = False,
        report: Path | None = None,
    ) -> Self:
        """Make a plan from options as the user writes them. Raises RetailerListError."""
        retailer = normal_domain(domain) if domain else None
        retailer_of = (lambda _: retailer) if retailer else owner(retailers_csv)
        record_filter = RecordFilter.of(listed(retailers_csv), urls, every=every)
        of_list = tuple(choose((), retailers_csv))
        return cls(db, tuple(files), command, retailer, retailer_of, record_filter, report, of_list)


def run_import(
    plan: ImportPlan, jobs: int = 0, waiting: Callable[[str], object] | None = None
) -> tuple[Result, ImportResult]:
    """Import the files of a plan. Return the result, and what was imported.

    `jobs` is the number of worker processes (0: one per processor core). If another run is writing to the
    archive file, call `waiting` with a line of text and wait. If `waiting` is None, raise ArchiveLockedError
    instead.

    Raises ArchiveLockedError, ReportError, StoreError, WorkersError, and the errors of `open_archive`.
    """
    problems: list[str] = []
    results = [path for path in plan.files if is_result(path)]
    files = [path for path in plan.files if path not in results]
    warcs = warc_files(files, problems)
    with Run(
        plan.db, plan.command, create=True, waiting=waiting, report=plan.report, brings_news=True
    ) as run:
        with bar("reading", None) as advance:
            imported = import_warcs(
                run.db, warcs, plan.retailer_of, advance, record_filter=plan.record_filter, domain=plan.domain
            )
            imported.problems += problems
            for folder in results:
                import_result(run.db, folder, plan.chosen, imported)
            import_markdown(run.db, files, imported, plan.domain, advance, jobs)
        with transaction(run.db):
            attributes.store_known(run.db, {one.domain: dict(one.attributes) for one in plan.listed})
        with bar("extracting", imported.fetched) as advance:
            undone = asyncio.run(derive(run.db, sorted(imported.policies), jobs, advance))
        result = _result(imported, len(retailers.owners(run.db, imported.policies)))
        result = with_undone(result, undone.line)
        run.finish(result, {"listed": imported.new, "fetched": imported.fetched}, imported.policies)
    return with_news(result, plan.db, run.news), imported


def _result(imported: ImportResult, count: int) -> Result:
    status = (3 if imported.read else 2) if imported.problems else 0
    known = imported.fetched - imported.new
    filled = f", {known} whose body was missing" if known > 0 else ""
    summary = f"{imported.read} captures read, {imported.new} of them new{filled}, of {count} retailers"
    return Result(status, _outcome(imported.problems), summary)


def _outcome(problems: Sequence[str]) -> str:
    """Return the line of the run for the table `crawls`; the command prints all problems."""
    more = len(problems) - _NAMED
    return "; ".join([*problems[:_NAMED], *([f"and {more} more problems"] if more > 0 else [])]) or "done"
