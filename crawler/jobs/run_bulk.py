"""A bulk run: derive the inputs, then the history of each bucket, and describe the result."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from crawler.bulk import buckets, input_table, manifest
from crawler.bulk import derive as derive_stage
from crawler.bulk.derive import DeriveTask, derive
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
from crawler.bulk.manifest import RECORDS, BulkOutcome, copy_of_list, records_of, scan_of
from crawler.bulk.options import BulkOptions, list_hash
from crawler.bulk.remote import is_address, without_secrets
from crawler.bulk.scan import ScanTask, has_whole_site, scan
from crawler.bulk.sources import inputs
from crawler.bulk.sources.inputs import Input, hash_of
from crawler.bulk.store import Store
from crawler.jobs.bulk_folder import alone
from crawler.jobs.progress import bar
from crawler.retailer_lists import normal_domain
from crawler.workers.rules import rules_of_findings
from db import times
from extract import EXTRACTOR

BUCKETS = 64  # of a new result
OVERWRITTEN = "was written over by a task of another run: run the same command again"
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

    `say` is called with lines for the user. Raises BulkTargetError, SchedulerError, SupersededError,
    MissingExtraError, ArchiveLockedError.
    """
    with alone(plan.out) as folder, Workers(plan.scheduler, plan.jobs, say) as workers:
        number = manifest.begin(folder, plan.buckets) or plan.buckets or BUCKETS
        options = _options(plan, folder, number)
        run = _Run(folder.begin(), workers, options, input_table.earlier(folder))
        run.find(plan.paths)
        run.scan()
        run.describe(is_finished=False)
        run.derive()
        run.keep_earlier()
        run.history()
        run.clean()
        run.describe(is_finished=True)
        return run.outcome


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


@dataclass
class _Run:
    """A run: its methods are its steps, in their order. `earlier` has the inputs of the run before."""

    store: Store
    workers: Workers
    options: BulkOptions
    earlier: Mapping[str, Input]
    outcome: BulkOutcome = field(default_factory=BulkOutcome)

    def find(self, paths: Sequence[str]) -> None:
        """Find the inputs."""
        outcome = self.outcome
        outcome.inputs = inputs.find(paths, outcome.problems, outcome.notes, self.earlier)
        self.store.drop_unfinished()

    def scan(self) -> None:
        """Find out whether the inputs have the crawl of a whole site, if that makes a difference.

        Of an input that cannot be scanned, the scan of an earlier run counts, if there is one.
        """
        store, options = self.store, self.options
        if options.every or options.urls:
            return
        tasks = [
            ScanTask(store.root, store.run, scan_of(one, options), one.source, options)
            for one in _largest_first(self.outcome.inputs)
        ]
        stored = {task: store.json(task.name) for task in tasks}
        known = [scanned for scanned in stored.values() if scanned is not None]
        missing = [task for task, scanned in stored.items() if scanned is None]
        known += (scanned for _, scanned in self._made("scanning", scan, missing, _source_of))
        failed = (self.earlier[name] for name in self.outcome.failures if name in self.earlier)
        before = (store.json(scan_of(one, options)) for one in failed)
        known += (scanned for scanned in before if scanned is not None)
        self.options = replace(options, whole_site=has_whole_site(known))

    def derive(self) -> None:
        """Derive the inputs."""
        tasks: dict[DeriveTask, Input] = {}
        for one in _largest_first(self.outcome.inputs):
            if without_secrets(one.source) in self.outcome.failures:  # it could not be scanned
                continue
            if not self._is_there(one):
                name, key = records_of(one, self.options), one.key(self.options)
                task = DeriveTask(self.store.root, self.store.run, name, key, one.source, self.options)
                tasks[task] = one
        for task, made in self._made("extracting", derive, list(tasks), _source_of, lambda task: task.host):
            self.outcome.files[tasks[task]] = made

    def _is_there(self, one: Input) -> bool:
        """Return whether an input is derived, and then note what was counted in it."""
        there = derive_stage.finished(self.store, records_of(one, self.options), one.key(self.options))
        if there is not None:
            self.outcome.files[one] = there
        return there is not None

    def keep_earlier(self) -> None:
        """Put what an earlier run took in the place of inputs that failed, so that good parts stay."""

        def kept(one: Input) -> Input:
            before = self.earlier.get(without_secrets(one.source))
            return before if one not in files and before and self._is_there(before) else one

        files = self.outcome.files
        self.outcome.inputs = list(map(kept, self.outcome.inputs))
        listed = {name for retailer in self.options.listed() for name, _ in retailer.attributes}
        self.outcome.attributes = tuple(sorted(listed.union(*(file.attributes for file in files.values()))))

    def history(self) -> None:
        """Derive the histories of all buckets that have records."""
        store, tasks = self.store, []
        for task in self._buckets():
            there = finished(store, task.bucket, task.key)
            if there is None:
                tasks.append(task)
            else:
                self.outcome.made[task.bucket] = there
        for task, made in self._made("histories", history, tasks, lambda one: f"bucket {one.bucket}"):
            if finished(store, task.bucket, task.key):
                self.outcome.made[task.bucket] = made
            else:  # by a task of a run that was killed, at the moment when this one began
                self.outcome.failures[f"bucket {task.bucket}"] = OVERWRITTEN

    def _buckets(self) -> Iterator[HistoryTask]:
        """Yield a task for each bucket that has records, with the files in the order of the inputs."""
        options, outcome = self.options, self.outcome
        files: dict[int, list[Input]] = {}
        for one in outcome.inputs:
            for bucket in outcome.files[one].buckets if one in outcome.files else ():
                files.setdefault(bucket, []).append(one)
        shown = [[table, table_columns(TABLES[table], outcome.attributes)] for table in TABLES]
        for bucket, some in sorted(files.items()):
            keys = [[one.key(options), outcome.files[one].absent] for one in some]
            key = hash_of(FORM, bucket, keys, options.key(), EXTRACTOR, rules_of_findings(), shown)
            parts = tuple(RecordFile(records_of(one, options), one.archive) for one in some)
            yield HistoryTask(
                self.store.root, self.store.run, bucket, key, parts, outcome.attributes, options
            )

    def clean(self) -> None:
        """Delete what workers that died left, and what is no part of the result any more."""
        self.store.drop_unfinished()
        if not self.outcome.is_whole:
            return
        wanted = {buckets.file(table, bucket) for table in TABLES for bucket in self.outcome.made}
        wanted |= {records_of(one, self.options) for one in self.outcome.inputs}
        for folder in (RECORDS, *TABLES):
            for name in self.store.names(folder):
                if name not in wanted:
                    self.store.drop(name)

    def describe(self, *, is_finished: bool) -> None:
        """Write the files that describe the result."""
        manifest.write(self.store, self.options, self.outcome, is_finished=is_finished, at=times.now())

    def _made(
        self,
        label: str,
        stage: Callable[[Task], Made],
        tasks: Sequence[Task],
        name_of: Callable[[Task], str],
        lane: Callable[[Task], str] = lambda task: "",
    ) -> Iterator[tuple[Task, Made]]:
        """Run a stage with a bar of progress. Yield what was made; note the tasks that failed by name."""
        with bar(label, len(tasks)) as advance:
            for task, made in self.workers.each(stage, tasks, lane):
                advance(task)
                if isinstance(made, Failure):
                    self.outcome.failures[name_of(task)] = without_secrets(made.why)
                else:
                    yield task, made


def _source_of(task: ScanTask | DeriveTask) -> str:
    return without_secrets(task.source)


def _largest_first(found: Sequence[Input]) -> list[Input]:
    return sorted(found, key=lambda one: (-one.size, one.source))
