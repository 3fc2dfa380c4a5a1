"""Import a bulk result into an archive file: all of its retailers, or some of them."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from crawler.bulk import input_table, manifest
from crawler.bulk.buckets import MOST, bucket_of
from crawler.bulk.history import RecordFile, import_records
from crawler.bulk.input_table import InputRow
from crawler.bulk.options import BulkOptions
from crawler.bulk.records import DerivedRecord
from crawler.bulk.storage.store import Store
from crawler.errors import BulkTargetError, DamagedResultError
from crawler.importing.warc_import import ImportResult
from crawler.importing.warc_reader import BAD_DATA, FactsRecord
from crawler.importing.warc_restore import checked
from crawler.retailer_lists import normal_domain
from db.store import retailers
from extract import EXTRACTOR

AGAIN = "run its 'policytrail bulk' again"


def is_result(path: Path) -> bool:
    """Return whether a path is the folder of a bulk result."""
    return (path / manifest.NAME).is_file()


def import_result(db: Database, folder: Path, domains: Collection[str], imported: ImportResult) -> None:
    """Import the records of a bulk result, and add their counts to `imported`.

    `domains` are the retailers to import; empty for all. Each one that the result has not adds a
    line to the problems, and so does each damaged file. A result in whose run something failed adds a note.
    Texts of this extractor are taken over. Raises
    BulkTargetError if the result is not finished, and DamagedResultError.
    """
    store = Store(str(folder))
    options, extractor, is_whole = _options(store)
    if not is_whole:
        imported.notes.append(f"{folder} lacks what failed when it was made: its {manifest.NAME} names it")
    files = [RecordFile(row.records, row.one.archive) for row in _inputs(store) if row.counted.records]
    buckets = {bucket_of(domain, options.buckets) for domain in domains} or range(options.buckets)
    choose = _choice(options, domains, takes_texts=extractor == EXTRACTOR)
    damaged: set[str] = set()
    has = {name: store.key_and_summary(name)[1] for file in files for name in file.names}
    for bucket in sorted(buckets):
        some = [replace(file, names=tuple(_with(bucket, file.names, has))) for file in files]
        import_records(
            db, store, [file for file in some if file.names], bucket, options, imported, choose, damaged.add
        )
    imported.problems += sorted(f"{store.address(name)} is damaged: {AGAIN}" for name in damaged)
    for domain in domains:
        if not retailers.is_known(db, domain):
            imported.problems.append(f"{folder} has no retailer {domain}")


def _with(bucket: int, names: Iterable[str], has: Mapping[str, Any]) -> Iterator[str]:
    """Yield the files of records that have a bucket by their summaries; damaged ones always."""
    return (name for name in names if not has[name] or bucket in has[name]["buckets"])


def _inputs(store: Store) -> list[InputRow]:
    try:
        return input_table.read(store)
    except DamagedResultError as error:
        raise DamagedResultError(f"{error}: {AGAIN}") from error
    except OSError as error:
        why = f"{store.address(input_table.NAME)} cannot be read: {error.strerror or error}"
        raise BulkTargetError(why) from error


def _options(store: Store) -> tuple[BulkOptions, str, bool]:
    """Return the options of a result, the version of its extractor, and whether nothing failed."""
    found = store.json(manifest.NAME)
    if not isinstance(found, dict):
        raise DamagedResultError(f"{store.address(manifest.NAME)} is damaged: {AGAIN}")
    if not found.get("is_finished"):
        raise BulkTargetError(f"{store.root} is no finished bulk result: {AGAIN}")
    try:
        number, extractor, of_run = found["buckets"], found["extractor"], found["options"]
        sha256, domain = of_run["list_sha256"], of_run["domain"]
        if not (isinstance(number, int) and 0 < number <= MOST and re.fullmatch(r"[0-9a-f]*", sha256)):
            raise ValueError("its options are others")
        retailers_csv = store.address(manifest.copy_of_list(sha256)) if sha256 else None
        options = BulkOptions(number, retailers_csv, sha256, domain and normal_domain(domain))
        return options, str(extractor), found.get("is_whole") is not False
    except BAD_DATA as error:
        raise DamagedResultError(f"{store.address(manifest.NAME)} is damaged: {AGAIN}") from error


def _choice(
    options: BulkOptions, domains: Collection[str], *, takes_texts: bool
) -> Callable[[Iterable[DerivedRecord]], Iterator[DerivedRecord]]:
    def choose(records: Iterable[DerivedRecord]) -> Iterator[DerivedRecord]:
        has_facts = False  # whether the facts before a record with a body are chosen
        for derived in records:
            entry = derived.entry
            if isinstance(entry, FactsRecord):
                has_facts = not domains or (options.domain or checked(entry).domain) in domains
                is_chosen = has_facts
            elif derived.keeps_raw:
                is_chosen = has_facts
            else:
                is_chosen = not domains or options.retailer_of(entry.original) in domains
            if is_chosen:
                yield derived if takes_texts else replace(derived, text=None)

    return choose
