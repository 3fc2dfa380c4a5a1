"""Whether inputs have the crawl of a whole site: the same rule as for `import`, counted input by input."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.bulk.options import BulkOptions
from crawler.bulk.remote import local, store_at
from crawler.bulk.sources.archive_file import is_archive
from crawler.bulk.sources.index_rows import is_index
from crawler.importing.warc_filter import WHOLE_SITE, document_addresses
from db.urlkey import urlkey

# Domain -> numbers of addresses of its documents: at most one more than a part of a site has.
Scanned = dict[str, list[int]]


@dataclass(frozen=True)
class ScanTask:
    """One input to scan; the result is stored as the file `name` in the folder `root`."""

    root: str
    run: str
    name: str
    source: str
    options: BulkOptions


def scan(task: ScanTask) -> Scanned:
    """Return the documents of an input by retailer, as numbers of their addresses.

    Raises WarcReadError, MissingExtraError, OSError. Then nothing is stored, and the next run scans it again.
    """
    store = store_at(task.root, task.run)
    known: Scanned | None = store.json(task.name)
    if known is not None:
        return known
    found: defaultdict[str, set[int]] = defaultdict(set)
    if is_index(task.source):  # its user has chosen the records
        return {}
    with local(task.source) as file:
        for url in () if is_archive(file) else document_addresses(file):
            numbers = found[task.options.retailer_of(url)]
            if len(numbers) <= WHOLE_SITE:
                numbers.add(_number_of(urlkey(url)))
    scanned = {domain: sorted(numbers) for domain, numbers in sorted(found.items())}
    store.put_json(task.name, scanned)
    return scanned


def has_whole_site(scans: Iterable[Scanned]) -> bool:
    """Return whether inputs have documents at more addresses of one retailer than a part of a site has."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for scanned in scans:
        for domain, numbers in scanned.items():
            found[domain].update(numbers)
            if len(found[domain]) > WHOLE_SITE:
                return True
    return False


def _number_of(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6])
