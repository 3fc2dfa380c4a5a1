"""A bulk run: derive the inputs, then the history of each bucket, and describe the result."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from crawler import terminal
from crawler.bulk import buckets, input_table, manifest
from crawler.bulk import derive as derive_stage
from crawler.bulk.clean import clean
from crawler.bulk.counts import DerivedFile
from crawler.bulk.derive import DeriveTask, derive
from crawler.bulk.engines.engine import Failure, Made, Task
from crawler.bulk.engines.workers import Workers
from crawler.bulk.history import (
    TABLES,
    DerivedBucket,
    HistoryTask,
    RecordFile,
    finished,
    history,
    table_columns,
)
from crawler.bulk.input_table import InputRow
from crawler.bulk.manifest import RECORDS, BulkOutcome, records_of, scan_of
from crawler.bulk.options import BulkOptions
from crawler.bulk.scan import Scanned, ScanTask, SiteCount, scan
from crawler.bulk.sources import inputs, pieces
from crawler.bulk.sources.index_rows import is_index
from crawler.bulk.sources.inputs import Input, hash_of, name_of
from crawler.bulk.sources.pieces import Piece
from crawler.bulk.storage.known_files import KnownFiles
from crawler.bulk.storage.remote import without_secrets
from crawler.bulk.storage.store import READERS, Store
from crawler.jobs.bulk_folder import alone
from crawler.jobs.bulk_plan import BUCKETS, BulkPlan, options_of
from crawler.jobs.progress import bar
from crawler.workers.rules import rules_of_findings
from db import times
from extract import EXTRACTOR

OVERWRITTEN = "was written over by a task of another run: run the same command again"
_FOLDERS = (RECORDS, buckets.BODIES, *TABLES)  # with files that a run again does not open
FORM = 1  # the version of the tables; increase it when rows change otherwise than by columns or extractor


def run_bulk(plan: BulkPlan, say: Callable[[str], object]) -> BulkOutcome:
    """Bring a bulk result up to date, and return what it has. Only what is missing or changed is made.

    Without any input, the result stays as it is. `say` is called with lines for the
    user. Raises BulkTargetError, ResultError, SchedulerError,
    SupersededError, MissingExtraError, ArchiveLockedError.
    """
    with alone(plan.out) as folder, Workers(plan.scheduler, plan.jobs, say) as workers:
        number = manifest.begin(folder, plan.buckets) or plan.buckets or BUCKETS
        outcome = _found(folder, plan.paths)
        if not outcome.inputs:  # a mistake: it ends no other run
            return outcome
        options = options_of(plan, folder, number)
        store = folder.begin()  # what an older run writes from now on is no part of the lists
        store.drop_unfinished()
        known = KnownFiles.of(store, _FOLDERS)
        # The table of inputs once more: an older run can have written it while the inputs were found.
        run = _Run(store, workers, options, input_table.earlier(store), known, outcome)
        run.scan()
        run.describe(is_finished=False)
        run.derive()
        run.keep_earlier()
        manifest.write_inputs(run.store, run.outcome)  # first: it says whose captures the parts have
        run.history()
        clean(run.store, run.options, run.outcome, run.owned, knows_all=bool(run.earlier))
        run.describe(is_finished=True)
        known.write(run.store, _FOLDERS)
        return run.outcome


def _found(store: Store, paths: Sequence[str]) -> BulkOutcome:
    """Find the inputs."""
    outcome = BulkOutcome()
    earlier = {source: row.one for source, row in input_table.earlier(store).items()}
    found = inputs.find(paths, outcome.problems, outcome.notes, earlier)
    outcome.inputs = [one for one in found if not store.is_within(one.source)]
    if len(outcome.inputs) < len(found):
        outcome.notes.append(f"files in {store.root} are no inputs: it is the result")
    if not (outcome.inputs or outcome.problems):
        outcome.problems.append("there is no input: nothing was changed")
    return outcome


@dataclass
class _Run:
    """A run: its methods are its steps, in their order.

    `earlier` has the inputs of the run before by their sources, `known` its files as they are now. `stale`
    are buckets with captures of an input that failed now, whose records of before are of another key.
    """

    store: Store
    workers: Workers
    options: BulkOptions
    earlier: Mapping[str, InputRow]
    known: KnownFiles
    outcome: BulkOutcome
    divided: dict[Input, tuple[Piece, ...]] = field(default_factory=dict)  # of inputs with several pieces
    site: SiteCount = field(default_factory=SiteCount)
    stale: dict[int, str] = field(default_factory=dict)  # bucket -> the input
    owned: set[int] = field(default_factory=set)  # buckets of inputs

    def scan(self) -> None:
        """Find out how to divide large files, and whether the inputs have the crawl of a whole site.

        An index has nothing to count or divide: its user has chosen the records.
        Of an input that cannot be scanned, the scan of an earlier run counts, if there is one.
        """
        counts = not (self.options.every or self.options.urls)
        missing: dict[ScanTask, Input] = {}
        due = [
            one
            for one in _largest_first(self.outcome.inputs)
            if (counts or one.size >= 2 * pieces.PIECE) and not is_index(one.source)
        ]
        with ThreadPoolExecutor(READERS) as readers:
            for one, scanned in zip(due, readers.map(self._scan_of, due), strict=True):
                if scanned:
                    self._note_scan(one, scanned)
                else:
                    name = scan_of(one, self.options)
                    task = ScanTask(self.store.root, self.store.run, name, one.source, self.options, counts)
                    missing[task] = one
        for task, scanned in self._made("scanning", scan, list(missing), _source_of):
            self._note_scan(missing[task], scanned)
        for name in self.outcome.failures:
            if name in self.earlier and (earlier := self._scan_of(self.earlier[name].one)):
                self._note_scan(self.earlier[name].one, earlier)
        self.options = replace(self.options, whole_site=self.site.is_whole)

    def _scan_of(self, one: Input) -> Scanned | None:
        """Return what was seen in an input; None if it is not scanned."""
        return Scanned.of(self.store.json(scan_of(one, self.options)))

    def _note_scan(self, one: Input, scanned: Scanned) -> None:
        self.site.add(scanned)
        if len(scanned.pieces) > 1:
            self.divided[one] = scanned.pieces

    def derive(self) -> None:
        """Derive the inputs, the largest pieces first."""
        tasks: dict[DeriveTask, Input] = {}
        for one in self.outcome.inputs:
            if one.name not in self.outcome.failures:  # it was scanned
                tasks |= dict.fromkeys(self._tasks_of(one), one)
        found: dict[DeriveTask, DerivedFile] = {}
        missing = []
        for task in sorted(tasks, key=lambda task: (-_size(task, tasks[task]), task.source, task.piece)):
            there = derive_stage.finished(self.known, task.name, task.key)
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
            for task in tasks:
                self.known.note(task.name, task.key, vars(found[task]))

    def keep_earlier(self) -> None:
        """Put what an earlier run took in the place of inputs that failed, so that good parts stay."""

        def kept(one: Input) -> Input:
            row = self.earlier.get(one.name)
            if one in files or row is None:
                return one
            before = row.one
            if scanned := self._scan_of(before):
                self._note_scan(before, scanned)
            there = {
                task: derive_stage.stored(self.known, task.name, task.key) for task in self._tasks_of(before)
            }
            self._note(before, {task: counted for task, counted in there.items() if counted})
            if before not in files:
                self._note_stale(row)
            return before

        files = self.outcome.files
        self.outcome.inputs = list(map(kept, self.outcome.inputs))
        listed = {name for retailer in self.options.listed() for name, _ in retailer.attributes}
        self.outcome.attributes = tuple(sorted(listed.union(*(file.attributes for file in files.values()))))

    def _note_stale(self, row: InputRow) -> None:
        """Keep the records of an input that failed, without counting them, and its buckets as they are."""
        self.outcome.records[row.one] = row.records
        for name in row.records:
            _, summary = self.store.key_and_summary(name)
            for bucket in set(summary["buckets"] if summary else ()).difference(self.stale):
                parts = [self.store.key_and_summary(buckets.file(table, bucket))[1] for table in TABLES]
                if all(parts):
                    self.stale[bucket] = row.one.source
                    self.outcome.made[bucket] = DerivedBucket.of(parts[0])

    def history(self) -> None:
        """Derive the histories of all buckets that have records, but not of stale ones."""
        tasks = []
        due = list(self._buckets())
        self.owned = {task.bucket for task in due} | self.stale.keys()
        if self.stale:
            what = terminal.counted(len(self.stale), "bucket")
            why = f"as before, because {min(self.stale.values())} failed, and has captures there"
            self.outcome.failures[what] = why
        for task in due:
            if task.bucket in self.stale:
                continue
            there = finished(self.known, task)
            if there is None:
                tasks.append(task)
            else:
                self._note_bucket(task, there)
        for task, made in self._made("histories", history, tasks, lambda one: f"bucket {one.bucket}"):
            if finished(self.store, task):
                self._note_bucket(task, made)
            else:  # by a task of a run that was killed, at the moment when this one began
                self.outcome.failures[f"bucket {task.bucket}"] = OVERWRITTEN

    def _note_bucket(self, task: HistoryTask, made: DerivedBucket) -> None:
        self.outcome.made[task.bucket] = made
        for table in TABLES:
            self.known.note(buckets.file(table, task.bucket), task.key, vars(made))

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
    return name_of(task.source)


def _size(task: DeriveTask, one: Input) -> int:
    return one.size if task.piece == pieces.WHOLE else task.piece.end - task.piece.begin


def _largest_first(found: Sequence[Input]) -> list[Input]:
    return sorted(found, key=lambda one: (-one.size, one.source))
