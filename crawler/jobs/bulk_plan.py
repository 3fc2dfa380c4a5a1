"""The options of a bulk run as the user gave them, and what of them workers need."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.bulk.manifest import copy_of_list
from crawler.bulk.options import BulkOptions, list_hash
from crawler.bulk.storage.remote import is_address
from crawler.bulk.storage.store import Store
from crawler.retailer_lists import normal_domain

BUCKETS = 64  # of a new result


@dataclass(frozen=True)
class BulkPlan:
    """The options of a bulk run, as the user gave them.

    - `paths`: the inputs; `out`: the folder of the result.
    - `buckets`: the number of buckets; 0 for that of the result, or BUCKETS for a new one.
    - `files_at`, `ranges_per_minute`: for the rows of an index: crawler/bulk/options.py.
    - `jobs`: worker processes on this machine (0: one per core); `scheduler`: the address of a scheduler of
      Dask instead, or None.
    - `bodies`: whether to keep bodies as WARC files.
    """

    paths: tuple[str, ...]
    out: str
    retailers_csv: Path | None = None
    domain: str | None = None
    urls: tuple[str, ...] = ()
    every: bool = False
    buckets: int = 0
    files_at: str = ""
    ranges_per_minute: float = 60
    jobs: int = 0
    scheduler: str | None = None
    bodies: bool = False


def options_of(plan: BulkPlan, store: Store, number: int) -> BulkOptions:
    """Return the options for the workers. They read the user's list from a copy in the result."""
    domain = normal_domain(plan.domain) if plan.domain else None
    options = BulkOptions(number, None, "", domain, plan.urls, plan.every)
    is_path = plan.files_at and not is_address(plan.files_at)
    files_at = str(Path(plan.files_at).absolute()) if is_path else plan.files_at
    options = replace(
        options, files_at=files_at, ranges_per_minute=plan.ranges_per_minute, bodies=plan.bodies
    )
    if plan.retailers_csv is None:
        return options
    BulkOptions(number, str(plan.retailers_csv)).listed()  # raises for a bad list
    sha256 = list_hash(plan.retailers_csv)
    name = copy_of_list(sha256)
    with plan.retailers_csv.open("rb") as content:
        store.put(name, lambda out: shutil.copyfileobj(content, out))
    return replace(options, retailers_csv=store.address(name), list_sha256=sha256)
