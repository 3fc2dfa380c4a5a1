"""The second stage, *history*: the records of one bucket become its part of each table.

The records are imported into an archive file in a temporary folder, by the code of `import`. So versions,
changes and findings are those of an archive file. Texts that *derive* made are taken over, and all others
are extracted here.
"""

import asyncio
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Self

from sqlite_utils import Database

from crawler.bulk import buckets, records
from crawler.bulk.extraction import chunks, processes, size_of, text_input
from crawler.bulk.options import BulkOptions
from crawler.bulk.records import DerivedRecord
from crawler.bulk.storage.known_files import Summaries
from crawler.bulk.storage.remote import store_at
from crawler.bulk.storage.store import Store, metadata
from crawler.errors import DamagedResultError, WorkersError
from crawler.importing.warc_import import BATCH, FileImporter, ImportResult
from crawler.importing.warc_restore import FactsRestorer
from crawler.webarchive.citation import CITATIONS
from crawler.workers.derive import derive
from db.database import open_archive, transaction
from db.export import warc
from db.export.evidence import ExportFilter
from db.export.tables import all_texts, captures, changes, columns, findings, versions
from db.export.tables.table import Row, Table
from db.export.writers import parquet
from db.store import attributes, extraction_queue, texts
from db.store.bodies import Bodies
from db.store.sharing import revisits
from extract import EXTRACTOR

# Folder -> table. The folder of a table has a folder for each bucket.
TABLES: dict[str, Table] = {
    "captures": captures.TABLE,
    "texts": all_texts.TABLE,
    "versions": versions.TABLE,
    "changes": changes.TABLE,
    "findings": findings.TABLE,
}


@dataclass(frozen=True)
class RecordFile:
    """The files of records of an input, in their order, and the name of the input in captures."""

    names: tuple[str, ...]
    archive: str


@dataclass(frozen=True)
class HistoryTask:
    """One bucket to derive in the folder `root`, from files of records in the order of the inputs.

    `key` is the hash of all that the bucket depends on. `attributes` are the names of all attributes that
    retailers of any bucket have.
    """

    root: str
    run: str
    bucket: int
    key: str
    files: tuple[RecordFile, ...]
    attributes: tuple[str, ...]
    options: BulkOptions


@dataclass
class DerivedBucket:
    """What *history* made of one bucket.

    - `rows`: table -> number of its rows.
    - `problems`: lines about problems.
    - `buckets`: the number of buckets of the result.
    """

    rows: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    buckets: int = 0

    @classmethod
    def of(cls, found: dict[str, Any]) -> Self:
        """Return what a file has as JSON."""
        return cls(**found)


def history(task: HistoryTask) -> DerivedBucket:
    """Derive one bucket, write its files, and return what was made.

    Files that are there already with the right key are not made again. Raises WorkersError where the machine
    prevented a part of the work, StoreError, MissingExtraError, OSError.
    """
    store = store_at(task.root, task.run)
    store.check()
    if found := finished(store, task):
        return found
    with (
        TemporaryDirectory(prefix="policytrail-") as folder,
        closing(open_archive(Path(folder, "bucket.db"), create=True)) as db,
    ):
        db.execute("pragma synchronous = off")  # nothing of this file is needed after a power cut
        result = ImportResult()
        import_records(db, store, task.files, task.bucket, task.options, result)
        asyncio.run(_derive(db, task.bucket, result))
        return _write(db, store, task, result)


def finished(store: Summaries, task: HistoryTask) -> DerivedBucket | None:
    """Return what is there of a bucket; None if a file is missing, or has another key."""
    found = [store.summary(buckets.file(table, task.bucket), task.key) for table in TABLES]
    if any(one is None for one in found):
        return None
    if task.options.bodies and not store.has(buckets.bodies_file(task.bucket)):
        return None
    return DerivedBucket.of(found[0])


def import_records(
    db: Database,
    store: Store,
    files: Sequence[RecordFile],
    bucket: int,
    options: BulkOptions,
    result: ImportResult,
    choose: Callable[[Iterator[DerivedRecord]], Iterator[DerivedRecord]] = iter,
    damaged: Callable[[str], object] | None = None,
) -> None:
    """Import the records of a bucket into an archive file, with the texts that were made of them.

    Their counts are added to `result`. `choose` takes the records of a file, and yields those to import.
    `damaged` is called with the name of a file that is damaged or missing, whose other records are left out;
    without it, DamagedResultError is raised.
    """
    bodies = Bodies(db)
    revisits.begin(db, [file.archive for file in files])
    for file in files:
        restorer = FactsRestorer(db, bodies, options.domain)
        importer = FileImporter(db, bodies, file.archive, options.retailer_of, result, None, restorer)
        for name in file.names:
            try:
                with store.open(name) as opened:
                    for some in chunks(choose(records.read(opened, bucket)), size_of, BATCH):
                        _import_batch(db, importer, some)
            except (DamagedResultError, FileNotFoundError) as error:
                if damaged is None:
                    store.drop(name)  # so the same command derives it again
                    raise DamagedResultError(
                        f"{store.address(name)} is damaged: run the same command again"
                    ) from error
                damaged(name)
        with transaction(db):
            importer.close()
    with transaction(db):
        result.policies |= revisits.resolve(db, bodies)
        attributes.store_known(db, {one.domain: dict(one.attributes) for one in options.listed()})


def _import_batch(db: Database, importer: FileImporter, some: Sequence[DerivedRecord]) -> None:
    with transaction(db):
        for derived in some:
            capture_id = importer.add(derived.entry)
            if capture_id and derived.text and (made_of := text_input(derived)):
                stored = extraction_queue.extraction_input(db, capture_id)
                # The archive file can have another status or type, of a record before.
                if replace(stored, body_id=0) == made_of.captured:
                    texts.judge(db, capture_id, derived.text, EXTRACTOR)


async def _derive(db: Database, bucket: int, result: ImportResult) -> None:
    # No table has what texts state.
    undone = await derive(
        db, sorted(result.policies), 1, lambda _: None, with_claims=False, processes=processes()
    )
    if undone.prevented:
        raise WorkersError(f"{undone.prevented} captures or histories are not judged: {undone.reason}")
    if undone.line_without_archive:
        result.problems.append(f"bucket {bucket}: {undone.line_without_archive}")


def _write(db: Database, store: Store, task: HistoryTask, result: ImportResult) -> DerivedBucket:
    """Write the files of a bucket. All of them have the same summary."""
    counts = {name: table.count(db, ExportFilter()) for name, table in TABLES.items()}
    made = DerivedBucket(counts, result.problems, task.options.buckets)
    if task.options.bodies:  # first: where the tables are there, the bodies are too
        store.put(buckets.bodies_file(task.bucket), partial(_write_bodies, db))
    for name, table in TABLES.items():
        described = table_columns(table, task.attributes)
        types = parquet.schema(described, table.name)
        types = types.with_metadata({**types.metadata, **metadata(task.key, asdict(made))})
        write = partial(_write_rows, types=types, described=described, rows=_rows(db, table, task.attributes))
        store.put(buckets.file(name, task.bucket), write)
    return made


def _write_bodies(db: Database, stream: BinaryIO) -> None:
    """Write what `export --format warc` has, as one file."""
    with TemporaryDirectory(prefix="policytrail-") as folder:
        warc.export(db, Path(folder), ExportFilter(), CITATIONS, lambda one: None)
        for file in sorted(Path(folder).glob("*.warc.gz")):
            with file.open("rb") as content:
                shutil.copyfileobj(content, stream)


def _write_rows(
    stream: BinaryIO, *, types: Any, described: Sequence[columns.Column], rows: Iterator[Row]
) -> None:
    parquet.write_rows(stream, types, described, rows)


def table_columns(table: Table, names: Sequence[str]) -> tuple[columns.Column, ...]:
    """Return the columns of a table in every bucket: those of `export`, with all attributes."""
    return (*table.columns, *columns.attributes(names))


def _rows(db: Database, table: Table, names: Sequence[str]) -> Iterator[Row]:
    empty = dict.fromkeys(f"attribute_{name}" for name in names)
    return (empty | row for row in table.rows(db, ExportFilter(), CITATIONS))
