"""The files that describe a bulk result: `_manifest.json`, `datapackage.json` and the table of inputs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

from crawler.bulk import buckets, input_table
from crawler.bulk.buckets import BODIES
from crawler.bulk.counts import DerivedFile
from crawler.bulk.history import TABLES, DerivedBucket, table_columns
from crawler.bulk.input_table import InputRow
from crawler.bulk.options import BulkOptions
from crawler.bulk.sources.inputs import Input
from crawler.bulk.storage import known_files
from crawler.bulk.storage.store import RUN, Store
from crawler.errors import BulkTargetError
from db.export.descriptors import datapackage
from extract import EXTRACTOR, claims

NAME, DATAPACKAGE = "_manifest.json", "datapackage.json"
FORM = 2  # the version of the manifest
NAMED = 100  # failures and problems of each kind that it names; the others are counted
RECORDS, SCANS, LISTS = "records", "scans", "lists"  # folders beside those of tables
_OURS = {NAME, DATAPACKAGE, RUN, known_files.NAME, input_table.NAME, RECORDS, SCANS, LISTS, BODIES, *TABLES}


@dataclass
class BulkOutcome:
    """What a run made: of each input, of each bucket, and what failed.

    - `inputs`: the inputs in the order of the user.
    - `files`: input -> what *derive* counted; `records`: input -> its files of records, also of one that
      failed and is not in `files`.
    - `made`: bucket -> what *history* made.
    - `failures`: input or bucket -> why it failed.
    - `problems`: lines about paths that are no inputs.
    - `notes`: lines about links, which were skipped.
    - `attributes`: the names of all attributes of retailers.
    """

    inputs: list[Input] = field(default_factory=list)
    files: dict[Input, DerivedFile] = field(default_factory=dict)
    records: dict[Input, tuple[str, ...]] = field(default_factory=dict)
    made: dict[int, DerivedBucket] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    attributes: tuple[str, ...] = ()

    @property
    def rows(self) -> Counter[str]:
        """Table -> number of its rows in all buckets."""
        total: Counter[str] = Counter()
        for bucket in self.made.values():
            total.update(bucket.rows)
        return total

    @property
    def taken(self) -> int:
        """How many records were taken."""
        return sum(file.taken for file in self.files.values())

    @property
    def passed_over(self) -> Counter[str]:
        """Reason -> number of records that were passed over."""
        return sum((file.passed_over for file in self.files.values()), Counter())

    @property
    def failed(self) -> Counter[str]:
        """Reason -> number of records that failed."""
        return sum((file.failed for file in self.files.values()), Counter())

    @property
    def problems_of_buckets(self) -> list[str]:
        """The lines about problems of all buckets, in their order."""
        return [line for bucket in sorted(self.made) for line in self.made[bucket].problems]

    @property
    def is_whole(self) -> bool:
        """Whether no input and no bucket failed."""
        return not (self.failures or self.problems)


def begin(store: Store, wanted: int) -> int:
    """Return the number of buckets of a result; 0 for a new one.

    `wanted` is the number that the user wants; 0 for any. Of a result that lost its manifest, the parts say
    the number. Raises BulkTargetError if the folder has something else, or another number of buckets.
    """
    if any(name.partition("/")[0] not in _OURS for name in store.names("")):
        raise BulkTargetError(f"{store.root} has files of others: name a new or an empty folder")
    number = _stored_numbers(store)[0] or _number_of_parts(store)
    if wanted and number not in (0, wanted):
        raise BulkTargetError(
            f"{store.root} has {number} buckets: leave --buckets out, or name another folder"
        )
    return number


def _number_of_parts(store: Store) -> int:
    """Return the number of buckets as the first part says it that is not damaged; 0 without parts."""
    for table in TABLES:
        for name in store.names(table):
            _, summary = store.key_and_summary(name)
            number = summary.get("buckets") if isinstance(summary, dict) else None
            if isinstance(number, int) and 0 < number <= buckets.MOST:
                return number
    return 0


def _stored_numbers(store: Store) -> tuple[int, int]:
    """Return the numbers of buckets and of attempts; (0, 0) for a manifest that is lost or damaged."""
    found = store.json(NAME)
    if not isinstance(found, dict) or found.get("form") != FORM:
        return 0, 0
    number, attempts = found.get("buckets"), found.get("attempts")
    if not (isinstance(number, int) and 0 < number <= buckets.MOST and isinstance(attempts, int)):
        return 0, 0
    return number, attempts


def write(store: Store, options: BulkOptions, outcome: BulkOutcome, *, is_finished: bool, at: str) -> None:
    """Write the manifest, and when all steps are done the descriptor. `at` is now (ISO 8601)."""
    _, attempts = _stored_numbers(store)
    store.put_json(
        NAME,
        {
            "form": FORM,
            "policytrail": version("policytrail"),
            "extractor": EXTRACTOR,
            "rules": claims.version(),
            "buckets": options.buckets,
            "options": _options(options),
            "is_finished": is_finished,
            "is_whole": outcome.is_whole,
            "records": {
                "taken": outcome.taken,
                "passed_over": _sorted(outcome.passed_over),
                "failed": _sorted(outcome.failed),
            },
            "rows": {name: outcome.rows[name] for name in TABLES},
            "inputs": len(outcome.inputs),
            "parts": _parts(outcome.made),
            "failures": _bounded(
                [{"what": what, "why": why} for what, why in sorted(outcome.failures.items())]
            ),
            "problems": _bounded([*outcome.problems, *outcome.problems_of_buckets]),
            "notes": _bounded(outcome.notes),
            "attempts": attempts + (not is_finished),
            "at": at,
        },
    )
    if is_finished:
        store.put_json(DATAPACKAGE, _package(outcome))


def write_inputs(store: Store, outcome: BulkOutcome) -> None:
    """Write the table of the inputs."""
    input_table.write(store, [_row(one, outcome) for one in outcome.inputs])


def _row(one: Input, outcome: BulkOutcome) -> InputRow:
    counted, failure = outcome.files.get(one), outcome.failures.get(one.name, "")
    return InputRow(one, outcome.records.get(one, ()), counted or DerivedFile(), failure)


def records_of(key: str) -> str:
    """Return the name of a file of records, given its key."""
    return f"{RECORDS}/{key[:24]}.parquet"


def scan_of(one: Input, options: BulkOptions) -> str:
    """Return the name of the file with the scan of an input, which comes before it is known what to take."""
    return f"{SCANS}/{one.key(replace(options, whole_site=False))[:24]}.json"


def copy_of_list(sha256: str) -> str:
    """Return the name of the copy of the user's list."""
    return f"{LISTS}/{sha256[:24]}.csv"


def _options(options: BulkOptions) -> dict[str, Any]:
    return {
        "list_sha256": options.list_sha256,
        "domain": options.domain,
        "urls": list(options.urls),
        "every": options.every,
        "whole_site": options.whole_site,
        "bodies": options.bodies,
    }


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _bounded(found: Sequence[Any]) -> dict[str, Any]:
    return {"count": len(found), "first": list(found[:NAMED])}


def _parts(made: Mapping[int, DerivedBucket]) -> list[dict[str, Any]]:
    return [
        {"path": buckets.file(table, bucket), "rows": made[bucket].rows[table]}
        for table in TABLES
        for bucket in sorted(made)
    ]


def _package(outcome: BulkOutcome) -> datapackage.Facts:
    return datapackage.package(
        [_resource(table, sorted(outcome.made), outcome.attributes) for table in TABLES if outcome.made]
    )


def _resource(name: str, made: Sequence[int], attributes: Sequence[str]) -> datapackage.Facts:
    table = TABLES[name]
    return {
        "name": name,
        "path": [buckets.file(name, bucket) for bucket in made],
        "description": f"A row is {table.rows_are}.",
        "format": "parquet",
        "mediatype": datapackage.MEDIA_TYPES["parquet"],
        "schema": {"fields": datapackage.fields(table_columns(table, attributes), "parquet")},
        "policytrail": {"version": version("policytrail"), "extractor": EXTRACTOR},
    }
