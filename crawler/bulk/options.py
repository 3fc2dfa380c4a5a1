"""The options of a bulk run on which its result depends. They are sent to every worker."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

from crawler.bulk.storage.remote import kept_copy
from crawler.importing.warc_filter import RecordFilter
from crawler.retailer_lists import Retailer, choose, listed, owner


@dataclass(frozen=True)
class BulkOptions:
    """Which records are taken, to whom they belong, and into how many buckets they go.

    - `buckets`: the number of buckets.
    - `retailers_csv`: the user's list of retailers, or None; `list_sha256`: the hash of its content.
    - `domain`: the retailer of all captures, or None.
    - `urls`: the only addresses to take, () for all.
    - `every`: whether to take all documents.
    - `files_at`: the folder from which the rows of an index name files; "" for that of the index.
    - `ranges_per_minute`: how many records of such rows are asked for in a minute (0: no limit).
    - `whole_site`: whether the inputs have the crawl of a whole site.
    - `bodies`: whether the result has the bodies as WARC files.
    """

    buckets: int
    retailers_csv: str | None = None
    list_sha256: str = ""
    domain: str | None = None
    urls: tuple[str, ...] = ()
    every: bool = False
    files_at: str = ""
    ranges_per_minute: float = 60
    whole_site: bool = False
    bodies: bool = False

    def key(self) -> str:
        """Return a text that differs whenever the rows can differ."""
        others = dict.fromkeys(("retailers_csv", "ranges_per_minute", "bodies"))
        return json.dumps({**asdict(self), **others}, sort_keys=True)

    def retailer_of(self, address: str) -> str:
        """Return the domain of the retailer of an address; "" for an address without a host."""
        return self.domain or _owner(self.retailers_csv)(address)

    def listed(self) -> list[Retailer]:
        """Return the retailers of the user's list; [] without one."""
        return choose((), _path(self.retailers_csv))

    def record_filter(self) -> RecordFilter:
        """Return the rule that chooses records."""
        return _filter(self.retailers_csv, self.urls, self.every, self.whole_site)


def list_hash(csv_file: Path | None) -> str:
    """Return the hash of a list of retailers; "" without one."""
    return hashlib.sha256(csv_file.read_bytes()).hexdigest() if csv_file else ""


@cache
def _owner(retailers_csv: str | None) -> Callable[[str], str]:
    return owner(_path(retailers_csv))


@cache
def _filter(retailers_csv: str | None, urls: tuple[str, ...], every: bool, whole_site: bool) -> RecordFilter:
    known = listed(_path(retailers_csv))
    return replace(RecordFilter.of(known, urls, every=every), whole_site=whole_site)


def _path(name: str | None) -> Path | None:
    return kept_copy(name) if name else None
