"""A bulk run: derive the inputs, then the history of each bucket, and describe the result."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from crawler.bulk import buckets, input_table, manifest
from crawler.bulk import derive as derive_stage
from crawler.bulk.counts import DerivedFile
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
from crawler.bulk.manifest import LISTS, RECORDS, SCANS, BulkOutcome, copy_of_list, records_of, scan_of
from crawler.bulk.options import BulkOptions, list_hash
from crawler.bulk.remote import is_address, without_secrets
from crawler.bulk.scan import Scanned, ScanTask, SiteCount, scan
from crawler.bulk.sources import inputs, pieces
from crawler.bulk.sources.inputs import Input, hash_of
from crawler.bulk.sources.pieces import Piece
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
    - `bodies`: whether to keep bodies as WARC files.
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
    bodies: bool = False


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
    options = replace(
        options, files_at=files_at, ranges_per_minute=plan.ranges_per_minute, bodies=plan.bodies
    )
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
    divided: dict[Input, tuple[Piece, ...]] = field(default_factory=dict)  # of inputs with several pieces
    site: SiteCount = field(default_factory=SiteCount)

    def find(self, paths: Sequence[str]) -> None:
        """Find the inputs."""
        outcome = self.outcome
        outcome.inputs = inputs.find(paths, outcome.problems, outcome.notes, self.earlier)
        self.store.drop_unfinished()

    def scan(self) -> None:
        """Find out how to divide large files, and whether the inputs have the crawl of a whole site.

        Of an input that cannot be scanned, the scan of an earlier run counts, if there is one.
        """
        counts = not (self.options.every or self.options.urls)
        missing: dict[ScanTask, Input] = {}
        for one in _largest_first(self.outcome.inputs):
            is_due = counts or one.size >= 2 * pieces.PIECE
            if is_due and not self._is_scanned(one):
                name = scan_of(one, self.options)
                task = ScanTask(self.store.root, self.store.run, name, one.source, self.options, counts)
                missing[task] = one
        for task, scanned in self._made("scanning", scan, list(missing), _source_of):
            self._note_scan(missing[task], scanned)
        for name in self.outcome.failures:
            if name in self.earlier:
                self._is_scanned(self.earlier[name])
        self.options = replace(self.options, whole_site=self.site.is_whole)

    def _is_scanned(self, one: Input) -> bool:
        """Return whether an input is scanned, and then note what was seen in it."""
        scanned = Scanned.of(self.store.json(scan_of(one, self.options)))
        if scanned:
            self._note_scan(one, scanned)
        return scanned is not None

    def _note_scan(self, one: Input, scanned: Scanned) -> None:
        self.site.add(scanned)
        if len(scanned.pieces) > 1:
            self.divided[one] = scanned.pieces

    def derive(self) -> None:
        """Derive the inputs, the largest pieces first."""
        tasks: dict[DeriveTask, Input] = {}
        for one in self.outcome.inputs:
            if without_secrets(one.source) not in self.outcome.failures:  # it was scanned
                tasks |= dict.fromkeys(self._tasks_of(one), one)
        found: dict[DeriveTask, DerivedFile] = {}
        missing = []
        for task in sorted(tasks, key=lambda task: (-_size(task, tasks[task]), task.source, task.piece)):
            there = derive_stage.finished(self.store, task.name, task.key)
            if there is None:
                missing.append(task)
            else:
                found[task] = there
        found |= self._made("extracting", derive, missing, _source_of, lambda task: task.host)
        for one in dict.fromkeys(tasks.values()):
            self._note(one, found)

    def _tasks_of(self, one: Input) -> list[DeriveTask]:
        """Return the tasks of an input, one for each piece, in their order."""
        key = one.key(self.options)
        divided = self.divided.get(one, (pieces.WHOLE,))
        keys = {piece: key if piece == pieces.WHOLE else hash_of(key, piece) for piece in divided}
        return [
            DeriveTask(self.store.root, self.store.run, records_of(key), key, one.source, self.options, piece)
            for piece, key in keys.items()
        ]

    def _note(self, one: Input, found: Mapping[DeriveTask, DerivedFile]) -> None:
        """Note what was counted in an input, if all its pieces are derived."""
        tasks = self._tasks_of(one)
        if all(task in found for task in tasks):
            self.outcome.files[one] = DerivedFile.of_pieces([found[task] for task in tasks])
            self.outcome.records[one] = tuple(task.name for task in tasks)

    def keep_earlier(self) -> None:
        """Put what an earlier run took in the place of inputs that failed, so that good parts stay."""

        def kept(one: Input) -> Input:
            before = self.earlier.get(without_secrets(one.source))
            if one in files or before is None:
                return one
            self._is_scanned(before)
            there = {
                task: derive_stage.finished(self.store, task.name, task.key)
                for task in self._tasks_of(before)
            }
            self._note(before, {task: counted for task, counted in there.items() if counted})
            return before if before in files else one

        files = self.outcome.files
        self.outcome.inputs = list(map(kept, self.outcome.inputs))
        listed = {name for retailer in self.options.listed() for name, _ in retailer.attributes}
        self.outcome.attributes = tuple(sorted(listed.union(*(file.attributes for file in files.values()))))

    def history(self) -> None:
        """Derive the histories of all buckets that have records."""
        store, tasks = self.store, []
        for task in self._buckets():
            there = finished(store, task)
            if there is None:
                tasks.append(task)
            else:
                self.outcome.made[task.bucket] = there
        for task, made in self._made("histories", history, tasks, lambda one: f"bucket {one.bucket}"):
            if finished(store, task):
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
        rules = rules_of_findings()
        shown = [[table, table_columns(TABLES[table], outcome.attributes)] for table in TABLES]
        keys = {one: [one.key(options), found.absent] for one, found in outcome.files.items()}
        records = {one: RecordFile(names, one.archive) for one, names in outcome.records.items()}
        for bucket, some in sorted(files.items()):
            made_of = [keys[one] for one in some]
            key = hash_of(FORM, bucket, made_of, options.key(), options.bodies, EXTRACTOR, rules, shown)
            parts = tuple(records[one] for one in some)
            yield HistoryTask(
                self.store.root, self.store.run, bucket, key, parts, outcome.attributes, options
            )

    def clean(self) -> None:
        """Delete what workers that died left, and what is no part of the result any more."""
        self.store.drop_unfinished()
        if not self.outcome.is_whole:
            return
        wanted = {buckets.file(table, bucket) for table in TABLES for bucket in self.outcome.made}
        if self.options.bodies:
            wanted |= {buckets.bodies_file(bucket) for bucket in self.outcome.made}
        wanted.update(*self.outcome.records.values())
        wanted |= {scan_of(one, self.options) for one in self.outcome.inputs}
        wanted.add(copy_of_list(self.options.list_sha256))
        for folder in (RECORDS, SCANS, LISTS, buckets.BODIES, *TABLES):
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


def _size(task: DeriveTask, one: Input) -> int:
    return one.size if task.piece == pieces.WHOLE else task.piece.end - task.piece.begin


def _largest_first(found: Sequence[Input]) -> list[Input]:
    return sorted(found, key=lambda one: (-one.size, one.source))
