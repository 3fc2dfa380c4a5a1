"""The first stage, *derive*: one input file becomes one file of records, with their texts.

It is a function of the input and the options only. Nothing here knows on which machine it runs.
"""

import asyncio
import atexit
import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Self

from crawler.bulk.archive_file import entries_of, is_archive
from crawler.bulk.buckets import bucket_of
from crawler.bulk.index_rows import NOT_FETCHED, RecordPlace, collect, is_index, places
from crawler.bulk.options import BulkOptions
from crawler.bulk.records import DerivedRecord, RecordWriter
from crawler.bulk.remote import local, store_at, without_secrets
from crawler.bulk.store import Store, metadata
from crawler.errors import WarcError, WarcReadError, WorkersError
from crawler.importing import warc_reader
from crawler.importing.folders import printable
from crawler.importing.warc_import import NAMED, address_fault
from crawler.importing.warc_reader import Entry, FactsRecord, Fault, NoCapture, Record, Unreadable
from crawler.importing.warc_record import facts_problem
from crawler.importing.warc_restore import checked
from crawler.workers import tasks
from crawler.workers.extractor import Extractor
from crawler.workers.processes import NoResultError, Processes
from crawler.workers.tasks import CapturedBody
from crawler.workers.undone import Undone
from db.errors import (
    DamagedArchiveError,
    DamagedBodyError,
    NewerSchemaError,
    NotAnArchiveError,
    OlderSchemaError,
)
from db.store.extraction_queue import ExtractionInput, content_type
from db.store.fact_validation import FactError
from db.store.texts import Text
from db.urlkey import urlkey

_CHUNK = 8  # how many captures a worker process gets at once
# What the bytes of an input show. All other errors are about this machine, and the next run tries again.
_DAMAGE = (
    WarcError,
    DamagedArchiveError,
    DamagedBodyError,
    NewerSchemaError,
    NotAnArchiveError,
    OlderSchemaError,
)
_SECONDS, _MEGABYTES = 30.0, 2048  # for one page, as in `import`


@dataclass(frozen=True)
class DeriveTask:
    """One input file to derive into the folder `root`.

    `name` is that of the file in the folder, `key` the hash of all that it depends on.
    """

    root: str
    name: str
    key: str
    source: str
    options: BulkOptions


@dataclass
class DerivedFile:
    """What *derive* counted in one input. Every record is counted once.

    - `taken`: the records that are in the result.
    - `passed_over`, `failed`: reason -> how many records are not, or are captures without a body.
    - `faults`: the first lines about faults.
    - `damage`: why the rest of the file was not read; "" if all of it was.
    - `buckets`: the buckets that have records.
    - `attributes`: names of attributes of retailers.
    - `absent`: the hash of the rows whose files are not there; "" if all are there.
    """

    taken: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    damage: str = ""
    buckets: list[int] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    absent: str = ""

    @classmethod
    def of(cls, found: dict[str, Any]) -> Self:
        """Return the counts that a file has as JSON."""
        counts = {name: Counter(found[name]) for name in ("passed_over", "failed")}
        return cls(**{**found, **counts})

    @property
    def records(self) -> int:
        """How many records were read."""
        return self.taken + self.passed_over.total() + self.failed.total()


def derive(task: DeriveTask) -> DerivedFile:
    """Derive one input, write its file, and return what was counted.

    A file that is there already with the right key is not made again. Raises WarcReadError, StoreError,
    ArchiveLockedError, WorkersError, MissingExtraError, OSError where the machine failed: then nothing is
    stored.
    """
    store = store_at(task.root)
    if found := finished(store, task.name, task.key):
        return found
    reading = _Reading(task.options)
    counted = reading.counted
    if is_index(task.source):
        reading.take_all()

    def write(stream: BinaryIO) -> None:
        with (
            RecordWriter(stream) as writer,
            local(task.source) as file,
            _captures(file, task, counted) as warc,
        ):
            records = reading.records(warc) if warc else iter(())
            undone = asyncio.run(_extract(_processes(os.getpid()), records, writer, task.options.buckets))
            if undone.line_without_archive:
                counted.faults.append(undone.line_without_archive)
            counted.damage = without_secrets(counted.damage.replace(str(file), task.source))
            counted.buckets, counted.attributes = sorted(writer.buckets), sorted(counted.attributes)
            writer.finish(metadata(task.key, vars(counted)))

    store.put(task.name, write)
    return counted


def finished(store: Store, name: str, key: str) -> DerivedFile | None:
    """Return what is there of an input; None if it is to be derived.

    An input with rows whose files were not there is derived again, because they can be there now.
    """
    found = store.summary(name, key)
    return None if found is None or found["absent"] else DerivedFile.of(found)


@contextmanager
def _captures(file: Path, task: DeriveTask, counted: DerivedFile) -> Iterator[Path | None]:
    """Return the file with the records of an input: the input itself, or what its rows name.

    Return None for rows that name nothing.
    """
    if not is_index(task.source):
        yield file
        return
    options = task.options
    with TemporaryDirectory(prefix="policytrail-") as folder:
        warc = Path(folder, "records.warc.gz")
        with warc.open("wb") as out:
            base = options.files_at.rstrip("/") or task.source.rpartition("/")[0]
            absent = hashlib.sha256()

            def note(place: RecordPlace) -> None:
                absent.update(repr(place).encode())
                counted.absent = absent.hexdigest()

            try:
                counted.failed += collect(places(file), base, options.ranges_per_minute, out, note)
            except WarcReadError:
                raise
            except WarcError as error:
                counted.damage = printable(error)
        if counted.absent:
            counted.faults.append(
                f"{counted.failed[NOT_FETCHED]} records {NOT_FETCHED}: the same command asks for them again"
            )
        yield warc if warc.stat().st_size else None


@dataclass
class _Reading:
    """Reads an input, and chooses its records by the rules of `import`.

    Whether an address is a page is known from the records of the same input only.
    """

    options: BulkOptions
    counted: DerivedFile = field(default_factory=DerivedFile)
    _pages: set[str] = field(default_factory=set)
    _expected: frozenset[str] = frozenset()  # ids of the records with the bodies of the last facts
    _domain: str = ""  # the retailer of the last facts

    def __post_init__(self) -> None:
        self._filter = self.options.record_filter()

    def take_all(self) -> None:
        """Take every document: the user has chosen the records."""
        self._filter = replace(self._filter, whole_site=False)

    def records(self, file: Path) -> Iterator[tuple[str, DerivedRecord]]:
        """Yield the records to take, each with the domain of its retailer."""
        entries = entries_of(file) if is_archive(file) else warc_reader.read_entries(file)
        number = 0
        try:
            for entry in entries:
                if isinstance(entry, Fault):
                    self._note(entry)
                    continue
                number += 1
                if found := self._take(entry, number):
                    yield found
        except WarcReadError:
            raise
        except _DAMAGE as error:
            self.counted.damage = printable(error)
            if number:
                self.counted.failed["are cut off or damaged, with all that follows"] += 1

    def _note(self, fault: Fault) -> None:
        if isinstance(fault, Unreadable):
            self.counted.failed["cannot be read"] += 1
        if len(self.counted.faults) < NAMED:
            self.counted.faults.append(fault.line)

    def _take(self, entry: Entry, number: int) -> tuple[str, DerivedRecord] | None:
        if isinstance(entry, NoCapture):
            self.counted.passed_over[f"are {entry.kind}"] += 1
        elif isinstance(entry, FactsRecord):
            return self._take_facts(entry, number)
        elif isinstance(entry, Record):
            return self._take_capture(entry, number)
        return None

    def _take_facts(self, entry: FactsRecord, number: int) -> tuple[str, DerivedRecord] | None:
        problem = entry.problem
        if not problem:
            try:
                facts = checked(entry)
            except FactError as error:
                problem = facts_problem(error)
        if problem:
            self.counted.failed[problem] += 1
            return None
        self._domain = self.options.domain or facts.domain
        if facts.page:
            self._expected = frozenset(facts.bodies)
            self._pages.add(urlkey(facts.page[1]["url"]))
        self.counted.attributes = list({*self.counted.attributes, *(name for name, _, _ in facts.attributes)})
        self.counted.taken += 1
        return self._domain, DerivedRecord(number, entry)

    def _take_capture(self, record: Record, number: int) -> tuple[str, DerivedRecord] | None:
        if record.id in self._expected:
            self.counted.taken += 1
            return self._domain, DerivedRecord(number, record, keeps_raw=True)
        key = urlkey(record.original)
        if reason := self._filter.reason_to_skip(record, self._pages.__contains__):
            self.counted.passed_over[reason] += 1
            return None
        domain = self.options.retailer_of(record.original)
        if fault := address_fault(record.original, domain):
            self.counted.failed[fault] += 1
            return None
        self._pages.add(key)
        if record.problem:  # it is in the result as a failed capture
            self.counted.failed["contradict themselves, or cannot be decoded"] += 1
        else:
            self.counted.taken += 1
        return domain, DerivedRecord(number, record)


@cache
def _processes(_: int) -> Processes:
    """Return the process in which this one extracts pages; its start takes a second."""
    processes = Processes(1, _MEGABYTES)
    atexit.register(processes.close)
    return processes


async def _extract(
    processes: Processes, records: Iterator[tuple[str, DerivedRecord]], writer: RecordWriter, buckets: int
) -> Undone:
    """Write records, with the texts of their bodies, and return how many went over a limit.

    Raises WorkersError where the machine prevented a text.
    """

    async def ask(inputs: Sequence[CapturedBody]) -> list[Text]:
        made: list[Text] = await processes.call(_SECONDS, tasks.texts_of_bodies, inputs, _SECONDS)
        return made

    def prevented(error: NoResultError) -> None:
        raise WorkersError(f"a text was not made, because {error}")

    undone = Undone()
    extractor = Extractor[CapturedBody](processes, ask, undone, prevented)
    while chunk := list(islice(records, _CHUNK)):
        inputs = [text_input(derived) for _, derived in chunk]
        texts = await extractor.texts(one for one in inputs if one)
        for (domain, derived), one in zip(chunk, inputs, strict=True):
            text = texts.get(one) if one else None
            writer.add(bucket_of(domain, buckets), replace(derived, text=text))
    return undone


def text_input(derived: DerivedRecord) -> CapturedBody | None:
    """Return what the text of a record depends on; None if *history* has to find that out."""
    entry = derived.entry
    if isinstance(entry, FactsRecord) or derived.keeps_raw or entry.body is None or entry.problem:
        return None
    kind = content_type(entry.headers, entry.mimetype)
    return CapturedBody(ExtractionInput(0, entry.original, kind, entry.status, entry.headers), entry.body)
