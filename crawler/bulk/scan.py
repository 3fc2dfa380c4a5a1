"""Look through inputs first: for the crawl of a whole site, and for how to divide large files.

Whether there is the crawl of a whole site is decided by the rule of `import`, counted input by input.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from crawler.bulk.options import BulkOptions
from crawler.bulk.sources.archive_file import is_archive
from crawler.bulk.sources.pieces import WHOLE, Piece, pieces
from crawler.bulk.sources.ranges import knows_ranges
from crawler.bulk.storage.remote import local, store_at
from crawler.importing.warc_filter import WHOLE_SITE, document_addresses
from db.urlkey import urlkey


@dataclass(frozen=True)
class Scanned:
    """What was seen in an input.

    - `documents`: domain -> numbers of addresses of its documents: at most one more than WHOLE_SITE.
    - `pieces`: how to divide it, in the order of its records.
    """

    documents: dict[str, list[int]]
    pieces: tuple[Piece, ...] = (WHOLE,)

    @classmethod
    def of(cls, found: Any) -> Self | None:
        """Return what a JSON file has; None for one of another form."""
        try:
            return cls(dict(found["documents"]), tuple(Piece(*one) for one in found["pieces"]))
        except (LookupError, TypeError, ValueError):
            return None


@dataclass
class SiteCount:
    """Whether inputs have documents at more addresses of one retailer than a part of a site has.

    An address counts once over all inputs. Of each retailer, WHOLE_SITE + 1 numbers of addresses are kept at
    most, and none once there is a whole site.
    """

    is_whole: bool = False
    _found: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, scanned: Scanned) -> None:
        """Add the documents of an input."""
        if self.is_whole:
            return
        for domain, numbers in scanned.documents.items():
            found = self._found[domain]
            found.update(numbers)
            if len(found) > WHOLE_SITE:
                self.is_whole = True
                self._found.clear()
                return


@dataclass(frozen=True)
class ScanTask:
    """One input to scan; the result is stored as the file `name` in the folder `root`.

    `counts`: whether to count its documents.
    """

    root: str
    run: str
    name: str
    source: str
    options: BulkOptions
    counts: bool = True


def scan(task: ScanTask) -> Scanned:
    """Scan an input.

    Raises WarcReadError, MissingExtraError, OSError. Then nothing is stored, and the next run scans it again.
    """
    store = store_at(task.root, task.run)
    if known := Scanned.of(store.json(task.name)):
        return known
    with local(task.source) as file:
        if is_archive(file):
            found = Scanned({})
        else:
            found = Scanned(
                _documents(file, task.options) if task.counts else {}, tuple(_pieces(file, task.source))
            )
    store.put_json(task.name, vars(found))
    return found


def _pieces(file: Path, source: str) -> list[Piece]:
    """Return how to divide an input; not at all where each piece would cost the whole file."""
    found = pieces(file)
    return found if len(found) == 1 or knows_ranges(source) else [WHOLE]


def _documents(file: Path, options: BulkOptions) -> dict[str, list[int]]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for url in document_addresses(file):
        numbers = found[options.retailer_of(url)]
        if len(numbers) <= WHOLE_SITE:
            numbers.add(_number_of(urlkey(url)))
    return {domain: sorted(numbers) for domain, numbers in sorted(found.items())}


def _number_of(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6])
