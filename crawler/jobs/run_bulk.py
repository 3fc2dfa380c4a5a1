"""A bulk run: derive the inputs, then the history of each bucket, and describe the result."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from crawler.bulk import buckets, inputs, manifest
from crawler.bulk import derive as derive_stage
from crawler.bulk.derive import DerivedFile, DeriveTask, derive
from crawler.bulk.engines.engine import Failure, Made, Task
from crawler.bulk.engines.workers import Workers
from crawler.bulk.history import (
    TABLES,
    HistoryTask,
    RecordFile,
    finished,
    history,
    table_columns,
)
from crawler.bulk.inputs import Input, hash_of
from crawler.bulk.manifest import RECORDS, SCANS, BulkOutcome, copy_of_list, records_of
from crawler.bulk.options import BulkOptions, list_hash
from crawler.bulk.remote import is_address, store_at, without_secrets
from crawler.bulk.scan import ScanTask, has_whole_site, scan
from crawler.bulk.store import Store
from crawler.errors import BulkTargetError
from crawler.jobs.progress import bar
from crawler.retailer_lists import normal_domain
from db import times
from db.errors import ArchiveLockedError
from db.findings.stored import marker
from extract import EXTRACTOR, claims

BUCKETS = 64  # of a new result
FORM = 1  # the version of the tables; increase it when rows change otherwise than by columns or extractor


@dataclass(frozen=True)
class BulkPlan:
    """The options of a bulk run, as the user gave them.

    - `paths`: the inputs; `out`: the folder of the result.
    - `buckets`: the number of buckets; 0 for that of the result, or BUCKETS for a new one.
    - `files_at`, `ranges_per_minute`: for the rows of an index: crawler/bulk/options.py.
    - `jobs`: worker processes on this machine (0: one per core); `scheduler`: the address of a scheduler of
      Dask instead, or None.
    """

    paths: tuple[str, ...]
    out: str
    retailers_csv: Path | None = None
    domain: str | None = None
    urls: tuple[str, ...] = ()
    every: bool = False
    buckets: int = 0
    files_at: str = ""
    ranges_per_minute: float = 60
    jobs: int = 0
    scheduler: str | None = None


def run_bulk(plan: BulkPlan, say: Callable[[str], object]) -> BulkOutcome:
    """Bring a bulk result up to date, and return what it has. Only what is missing or changed is made.

    `say` is called with lines for the user. Raises BulkTargetError, SchedulerError,
    MissingExtraError, ArchiveLockedError.
    """
    with _alone(plan.out) as store, Workers(plan.scheduler, plan.jobs, say) as workers:
        number = manifest.begin(store, plan.buckets) or plan.buckets or BUCKETS
        options, outcome = _options(plan, store, number), BulkOutcome()
        found = outcome.inputs = inputs.find(plan.paths, outcome.problems, outcome.notes)
        store.drop_unfinished()
        options = _scanned(store, workers, found, options, outcome)
        found = [one for one in found if without_secrets(one.source) not in outcome.failures]
        manifest.write(store, options, outcome, is_finished=False, at=times.now())
        names = _derive(store, workers, found, options, outcome)
        _history(store, workers, found, names, options, outcome)
        store.drop_unfinished()  # of workers that died
        if outcome.is_whole:
            _drop_old(store, set(names.values()), outcome)
        manifest.write(store, options, outcome, is_finished=True, at=times.now())
        return outcome


@contextmanager
def _alone(out: str) -> Iterator[Store]:
    """Make the folder of the result, and keep other runs from writing to it.

    At an address, nothing keeps them from that. Raises BulkTargetError, ArchiveLockedError.
    """
    try:
        if is_address(out):
            yield store_at(out)
        else:
            with _locked(Path(out)):
                yield store_at(str(Path(out).resolve()))
    except OSError as error:
        why = " ".join(str(error).split())[:200]
        raise BulkTargetError(without_secrets(f"{out} cannot be used: {why}")) from error


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    if out.exists() and not out.is_dir():
        raise BulkTargetError(f"{out} is a file: the last argument is the folder of the result")
    if not out.parent.is_dir():
        raise BulkTargetError(f"there is no folder {out.parent}")
    out.mkdir(exist_ok=True)
    try:
        with FileLock(out / ".bulk.lock", timeout=0):
            yield
    except Timeout:
        raise ArchiveLockedError(
            f"another run is writing to {out}: run this again when it has ended"
        ) from None


def _options(plan: BulkPlan, store: Store, number: int) -> BulkOptions:
    """Return the options for the workers. They read the user's list from a copy in the result."""
    domain = normal_domain(plan.domain) if plan.domain else None
    options = BulkOptions(number, None, "", domain, plan.urls, plan.every)
    is_path = plan.files_at and not is_address(plan.files_at)
    files_at = str(Path(plan.files_at).absolute()) if is_path else plan.files_at
    options = replace(options, files_at=files_at, ranges_per_minute=plan.ranges_per_minute)
    if plan.retailers_csv is None:
        return options
    BulkOptions(number, str(plan.retailers_csv)).listed()  # raises for a bad list
    sha256 = list_hash(plan.retailers_csv)
    name = copy_of_list(sha256)
    with plan.retailers_csv.open("rb") as content:
        store.put(name, lambda out: shutil.copyfileobj(content, out))
    return replace(options, retailers_csv=store.address(name), list_sha256=sha256)


def _scanned(
    store: Store, workers: Workers, found: Sequence[Input], options: BulkOptions, outcome: BulkOutcome
) -> BulkOptions:
    """Find out whether the inputs have the crawl of a whole site, if that makes a difference.

    An input that cannot be scanned has failed: which records are taken does not depend on it.
    """
    if options.every or options.urls:
        return options
    tasks = [
        ScanTask(store.root, f"{SCANS}/{one.key(options)[:24]}.json", one.source, options)
        for one in _largest_first(found)
    ]
    stored = {task: store.json(task.name) for task in tasks}
    known = [scanned for scanned in stored.values() if scanned is not None]
    missing = [task for task, scanned in stored.items() if scanned is None]
    known += (scanned for _, scanned in _made(workers, "scanning", scan, missing, outcome, _source_of))
    return replace(options, whole_site=has_whole_site(known))


def _derive(
    store: Store, workers: Workers, found: Sequence[Input], options: BulkOptions, outcome: BulkOutcome
) -> dict[Input, str]:
    """Derive the inputs, and return the names of their files of records."""
    names: dict[Input, str] = {}
    tasks: dict[DeriveTask, Input] = {}
    for one in _largest_first(found):
        key = one.key(options)
        names[one] = records_of(one, options)
        there = derive_stage.finished(store, names[one], key)
        if there is None:
            tasks[DeriveTask(store.root, names[one], key, one.source, options)] = one
        else:
            outcome.files[one] = there
    for task, made in _made(workers, "extracting", derive, list(tasks), outcome, _source_of):
        outcome.files[tasks[task]] = made
    outcome.attributes = tuple(sorted(_attributes(options, outcome.files.values())))
    return names


def _attributes(options: BulkOptions, files: Iterable[DerivedFile]) -> set[str]:
    listed = {name for retailer in options.listed() for name, _ in retailer.attributes}
    return listed.union(*(file.attributes for file in files))


def _history(
    store: Store,
    workers: Workers,
    found: Sequence[Input],
    names: Mapping[Input, str],
    options: BulkOptions,
    outcome: BulkOutcome,
) -> None:
    """Derive the histories of all buckets that have records."""
    tasks = []
    for task in _buckets(store, found, names, options, outcome):
        there = finished(store, task.bucket, task.key)
        if there is None:
            tasks.append(task)
        else:
            outcome.made[task.bucket] = there
    for task, made in _made(
        workers, "histories", history, tasks, outcome, lambda one: f"bucket {one.bucket}"
    ):
        outcome.made[task.bucket] = made


def _made(
    workers: Workers,
    label: str,
    stage: Callable[[Task], Made],
    tasks: Sequence[Task],
    outcome: BulkOutcome,
    name_of: Callable[[Task], str],
) -> Iterator[tuple[Task, Made]]:
    """Run a stage with a bar of progress. Yield what was made; tasks that failed are noted by their names."""
    with bar(label, len(tasks)) as advance:
        for task, made in workers.each(stage, tasks):
            advance(task)
            if isinstance(made, Failure):
                outcome.failures[name_of(task)] = without_secrets(made.why)
            else:
                yield task, made


def _source_of(task: ScanTask | DeriveTask) -> str:
    return without_secrets(task.source)


def _buckets(
    store: Store,
    found: Sequence[Input],
    names: Mapping[Input, str],
    options: BulkOptions,
    outcome: BulkOutcome,
) -> Iterator[HistoryTask]:
    """Yield a task for each bucket that has records, with the files in the order of the inputs."""
    files: dict[int, list[Input]] = {}
    for one in found:
        for bucket in outcome.files[one].buckets if one in outcome.files else ():
            files.setdefault(bucket, []).append(one)
    shown = [[table, table_columns(TABLES[table], outcome.attributes)] for table in TABLES]
    for bucket, some in sorted(files.items()):
        keys = [[one.key(options), outcome.files[one].absent] for one in some]
        key = hash_of(FORM, bucket, keys, options.key(), EXTRACTOR, marker(claims.version()), shown)
        parts = tuple(RecordFile(names[one], one.archive) for one in some)
        yield HistoryTask(store.root, bucket, key, parts, outcome.attributes, options)


def _drop_old(store: Store, records: set[str], outcome: BulkOutcome) -> None:
    """Delete the files of inputs and buckets that are no part of the result any more."""
    parts = {buckets.file(table, bucket) for table in TABLES for bucket in outcome.made}
    for folder in (RECORDS, *TABLES):
        for name in store.names(folder):
            if name not in records | parts:
                store.drop(name)


def _largest_first(found: Sequence[Input]) -> list[Input]:
    return sorted(found, key=lambda one: (-one.size, one.source))
