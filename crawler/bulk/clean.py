"""Delete from a bulk result what is no part of it any more."""

from collections.abc import Collection, Set

from crawler.bulk import buckets
from crawler.bulk.history import TABLES
from crawler.bulk.manifest import LISTS, RECORDS, SCANS, BulkOutcome, copy_of_list, scan_of
from crawler.bulk.options import BulkOptions
from crawler.bulk.storage.store import Store


def clean(
    store: Store, options: BulkOptions, outcome: BulkOutcome, owned: Collection[int], *, knows_all: bool
) -> None:
    """Delete what workers that died left, and what is no part of the result any more.

    `owned` are the buckets that inputs have, also those that failed. Their parts stay, and all parts if
    something failed and it is not known which inputs the run before had (`knows_all`). What can be of use
    when the run is tried again stays until nothing fails.
    """
    store.drop_unfinished()
    if outcome.is_whole or knows_all:
        wanted = {buckets.file(table, bucket) for table in TABLES for bucket in owned}
        if options.bodies:
            wanted |= {buckets.bodies_file(bucket) for bucket in owned}
        _drop_others(store, wanted, buckets.BODIES, *TABLES)
    if outcome.is_whole:
        wanted = {copy_of_list(options.list_sha256)}.union(*outcome.records.values())
        wanted |= {scan_of(one, options) for one in outcome.inputs}
        _drop_others(store, wanted, RECORDS, SCANS, LISTS)


def _drop_others(store: Store, wanted: Set[str], *folders: str) -> None:
    for folder in folders:
        for name in store.names(folder):
            if name not in wanted:
                store.drop(name)
