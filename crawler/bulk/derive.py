"""The first stage, *derive*: one input file becomes one file of records, with their texts.

It is a function of the input and the options only. Nothing here knows on which machine it runs.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from crawler.bulk.buckets import bucket_of
from crawler.bulk.counts import DerivedFile
from crawler.bulk.extraction import with_texts
from crawler.bulk.options import BulkOptions
from crawler.bulk.reading import CUT_OFF, Reading
from crawler.bulk.records import DerivedRecord, RecordWriter
from crawler.bulk.sources.collected_places import CollectedPlaces
from crawler.bulk.sources.index_rows import NOT_FETCHED, collect, is_index, places
from crawler.bulk.sources.pieces import WHOLE, Piece
from crawler.bulk.sources.ranges import copied
from crawler.bulk.storage.known_files import Summaries
from crawler.bulk.storage.patience import host_of
from crawler.bulk.storage.remote import is_address, local, store_at, without_query, without_secrets
from crawler.bulk.storage.store import metadata
from crawler.errors import WarcError, WarcReadError
from crawler.importing.folders import printable
from crawler.importing.warc_reader import Record
from crawler.importing.warc_stream import RecordPlace
from crawler.workers.undone import Undone


@dataclass(frozen=True)
class DeriveTask:
    """One input file, or a piece of it, to derive into the folder `root`.

    `name` is that of the file in the folder, `key` the hash of all that it depends on.
    """

    root: str
    run: str
    name: str
    key: str
    source: str
    options: BulkOptions
    piece: Piece = WHOLE

    @property
    def base(self) -> str:
        """The folder from which the rows of an index name files."""
        return self.options.files_at.rstrip("/") or without_query(self.source).rpartition("/")[0]

    @property
    def host(self) -> str:
        """The host that is asked for single records; "" for none."""
        return host_of(self.base) if is_index(self.source) and is_address(self.base) else ""


def derive(task: DeriveTask) -> DerivedFile:
    """Derive one input, write its file, and return what was counted.

    A file that is there already with the right key is not made again. Raises SupersededError, WarcReadError,
    StoreError, ArchiveLockedError, WorkersError, MissingExtraError, OSError where the machine failed: then
    nothing is stored.
    """
    store = store_at(task.root, task.run)
    store.check()
    if found := finished(store, task.name, task.key):
        return found
    reading = Reading(task.options)
    counted = reading.counted
    if is_index(task.source):
        reading.take_all()

    collected = CollectedPlaces()

    def write(stream: BinaryIO) -> None:
        with (
            RecordWriter(stream) as writer,
            local(task.source) if task.piece == WHOLE else copied(task.source, task.piece) as file,
            _captures(file, task, counted, collected) as warc,
        ):
            records = reading.records(warc, task.piece.records) if warc else iter(())
            undone = Undone()
            for domain, derived in with_texts(records, undone):
                bucket = bucket_of(domain, task.options.buckets)
                writer.add(bucket, derived, _place(derived, task, collected))
            if undone.line_without_archive:
                counted.faults.append(undone.line_without_archive)
            counted.damage = without_secrets(counted.damage.replace(str(file), task.source))
            counted.buckets, counted.attributes = sorted(writer.buckets), sorted(counted.attributes)
            writer.finish(metadata(task.key, vars(counted)))

    store.put(task.name, write)
    return counted


def finished(store: Summaries, name: str, key: str) -> DerivedFile | None:
    """Return what is there of an input; None if it is to be derived.

    An input with rows whose files were not there is derived again, because they can be there now.
    """
    found = stored(store, name, key)
    return None if found is None or found.absent else found


def stored(store: Summaries, name: str, key: str) -> DerivedFile | None:
    """Return what is there of an input, also if rows are missing; None if nothing is."""
    found = store.summary(name, key)
    return None if found is None else DerivedFile.of(found)


def _rows(file: Path, counted: DerivedFile) -> Iterator[RecordPlace]:
    """Yield the places that rows name, up to the first bad row: it is counted, as in other damaged inputs."""
    has_rows = False
    try:
        for place in places(file):
            has_rows = True
            yield place
    except WarcReadError:
        raise
    except WarcError as error:
        counted.damage = printable(error)
        if has_rows:
            counted.count(failed=CUT_OFF)


def _place(derived: DerivedRecord, task: DeriveTask, collected: CollectedPlaces) -> RecordPlace | None:
    """Return where a record is in the input, or where the row of an index says; None if that is unknown."""
    found = derived.entry.place if isinstance(derived.entry, Record) else None
    if found is None:
        return None
    if is_index(task.source):
        return collected.get(found.offset)
    return found._replace(offset=task.piece.begin + found.offset)


@contextmanager
def _captures(
    file: Path, task: DeriveTask, counted: DerivedFile, collected: CollectedPlaces
) -> Iterator[Path | None]:
    """Return the file with the records of an input: the input itself, or what its rows name.

    Return None for rows that name nothing. The places that rows name are added to `collected`, without what
    follows a `?` in an address: it can be a signature.
    """
    if not is_index(task.source):
        yield file
        return
    options = task.options
    with TemporaryDirectory(prefix="policytrail-") as folder:
        warc = Path(folder, "records.warc.gz")
        with warc.open("wb") as out:
            absent = hashlib.sha256()

            def note(place: RecordPlace) -> None:
                absent.update(repr(place).encode())
                counted.absent = absent.hexdigest()

            def written(first: int, place: RecordPlace) -> None:
                if is_address(task.base):
                    place = place._replace(file=place.file.partition("?")[0].partition("#")[0])
                collected.add(first, place)

            rows = _rows(file, counted)
            missing = collect(rows, task.base, options.ranges_per_minute, out, note, written)
            counted.failed += missing
        if counted.absent:
            counted.faults.append(
                f"records {NOT_FETCHED}: {missing[NOT_FETCHED]}; the same command asks again, for all rows"
            )
        yield warc if warc.stat().st_size else None
