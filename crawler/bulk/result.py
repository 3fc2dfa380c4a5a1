"""Import a bulk result into an archive file: all of its retailers, or some of them."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from crawler.bulk import manifest
from crawler.bulk.buckets import bucket_of
from crawler.bulk.history import RecordFile, import_records
from crawler.bulk.options import BulkOptions
from crawler.bulk.records import DerivedRecord
from crawler.bulk.store import Store
from crawler.errors import BulkTargetError
from crawler.importing.warc_import import ImportResult
from crawler.importing.warc_reader import FactsRecord
from crawler.importing.warc_restore import checked
from db.store import retailers
from extract import EXTRACTOR


def is_result(path: Path) -> bool:
    """Return whether a path is the folder of a bulk result."""
    return (path / manifest.NAME).is_file()


def import_result(db: Database, folder: Path, domains: Collection[str], imported: ImportResult) -> None:
    """Import the records of a bulk result, and add their counts to `imported`.

    `domains` are the retailers to import; empty for all. Each one that the result has not adds a
    line to the problems. Texts of this extractor are taken over. Raises BulkTargetError if the result is not
    finished.
    """
    store = Store(str(folder))
    found = store.json(manifest.NAME)
    if not isinstance(found, dict) or not found.get("is_finished"):
        raise BulkTargetError(f"{folder} is no finished bulk result: run its 'policytrail bulk' again")
    options = _options(store, found)
    files = [RecordFile(one["records"], one["source"].rpartition("/")[2]) for one in found["inputs"]]
    buckets = {bucket_of(domain, options.buckets) for domain in domains} or range(options.buckets)
    choose = _choice(options, domains, takes_texts=found["extractor"] == EXTRACTOR)
    for bucket in sorted(buckets):
        import_records(db, store, files, bucket, options, imported, choose)
    for domain in domains:
        if not retailers.is_known(db, domain):
            imported.problems.append(f"{folder} has no retailer {domain}")


def _options(store: Store, found: dict[str, Any]) -> BulkOptions:
    of_run, sha256 = found["options"], found["options"]["list_sha256"]
    retailers_csv = store.address(manifest.copy_of_list(sha256)) if sha256 else None
    return BulkOptions(found["buckets"], retailers_csv, sha256, of_run["domain"])


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
