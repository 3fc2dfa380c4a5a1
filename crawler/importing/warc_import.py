"""Import captures of WARC files into an archive: the facts only.

Texts and histories are derived afterwards.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import WarcError
from crawler.importing import warc_reader
from crawler.importing.warc_filter import RecordFilter
from crawler.importing.warc_reader import FactsRecord, Record
from crawler.importing.warc_record import facts_problem
from crawler.importing.warc_restore import FactsRestorer
from db import times
from db.database import transaction
from db.store import capture_states, captures, retailers, revisits
from db.store.bodies import Bodies
from db.store.captures import Capture, IndexRow, Replayed
from db.store.fact_validation import FactError
from db.store.retailers import Page
from db.urlkey import urlkey

BATCH = 100  # records in one transaction


@dataclass
class ImportResult:
    """What an import brought.

    `read` counts the captures, `new` those that the archive did not have, `fetched` those that got a body
    (also captures that an index had listed before). `policies` holds the ids of their policies, `problems` a
    line for each problem, and `skipped` the number of skipped responses by reason.
    """

    read: int = 0
    new: int = 0
    fetched: int = 0
    policies: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


def import_warcs(
    db: Database,
    files: Sequence[Path],
    retailer_of: Callable[[str], str],
    done: Callable[[int], object] = lambda _: None,
    *,
    record_filter: RecordFilter | None = None,
    domain: str | None = None,
) -> ImportResult:
    """Store the captures of WARC files. Captures that the archive has already are left as they are.

    `retailer_of(url)` returns the domain of the retailer to whom an address belongs. Captures of a
    policytrail export are of the retailer that it names, or of `domain`. `record_filter` chooses among the
    others. `done(size)` is called after each record with the size of its body in bytes. Of a damaged file,
    what comes before the damage is stored, with a line in `problems`.
    """
    result, bodies = ImportResult(), Bodies(db)
    chosen = (record_filter or RecordFilter()).for_files(files, retailer_of)
    for file in files:
        restorer = FactsRestorer(db, bodies, domain)
        importer = _FileImporter(db, bodies, file.name, retailer_of, result, chosen, restorer)
        records = warc_reader.read(file)
        while _import_batch(db, importer, records, done):
            pass
        with transaction(db):
            importer.close()
    return result


def _import_batch(
    db: Database,
    importer: "_FileImporter",
    records: Iterator[Record | FactsRecord],
    done: Callable[[int], object],
) -> bool:
    """Store up to BATCH records. Return whether there may be more."""
    count = 0
    with transaction(db):
        try:
            for record in islice(records, BATCH):
                importer.add(record)
                count += 1
                done(len(record.raw) if isinstance(record, Record) else 0)
        except WarcError as error:  # what was read before is stored
            importer.result.problems.append(str(error))
            importer.is_damaged = True
            return False
    return count == BATCH


class _FileImporter:
    """Stores the records of one file, and adds to the result of the import."""

    def __init__(
        self,
        db: Database,
        bodies: Bodies,
        archive: str,
        retailer_of: Callable[[str], str],
        result: ImportResult,
        record_filter: RecordFilter,
        restorer: FactsRestorer,
    ) -> None:
        self._db, self._bodies, self._archive, self._retailer_of = db, bodies, archive, retailer_of
        self._filter, self._restorer = record_filter, restorer
        self._pages: dict[str, Page] = {}  # pages of this file's captures, by urlkey
        # Revisits without a digest: capture id -> address and timestamp of the capture to which they refer.
        self._refers_to: dict[int, tuple[str, str]] = {}
        self.result = result
        self.is_damaged = False

    def add(self, record: Record | FactsRecord) -> None:
        """Store a record, inside a transaction of the caller."""
        if isinstance(record, FactsRecord):
            self._enter_facts(record)
        elif self._restorer.take_body(record):
            return
        elif reason := self._filter.reason_to_skip(record, lambda key: retailers.has_page(self._db, key)):
            self.result.skipped[reason] += 1
        else:
            self._enter(record)

    def close(self) -> None:
        """Find the bodies of revisits, and count what was restored, after all records of the file."""
        for capture_id, (original, timestamp) in self._refers_to.items():
            capture_states.share_digest(self._db, capture_id, urlkey(original), timestamp)
        result, restored = self.result, self._restorer.restored
        result.policies |= revisits.resolve(self._db, self._bodies, self._archive) | restored.policies
        result.read += restored.read
        result.new += restored.new
        result.fetched += restored.filled
        if self._restorer.missing and not self.is_damaged:
            result.problems.append(
                f"{self._archive}: the bodies of {self._restorer.missing} captures are not in it"
            )

    def _enter_facts(self, record: FactsRecord) -> None:
        problem = record.problem
        if not problem:
            try:
                self._restorer.enter_facts(record)
            except FactError as error:
                problem = facts_problem(error)
        if problem and (line := f"{self._archive}: {problem}") not in self.result.problems:
            self.result.problems.append(line)

    def _enter(self, record: Record) -> None:
        self.result.read += 1
        page = self._page(record.original)
        if page is None:
            self.result.problems.append(
                f"{self._archive}: {record.original[:200]} has no host; its record was skipped"
            )
            return
        row = IndexRow(
            page.urlkey,
            record.timestamp,
            record.original,
            record.mimetype,
            record.status,
            record.digest,
            record.length,
        )
        self.result.new += captures.record_rows(self._db, page.id, self._archive, [row])
        self.result.policies.add(page.policy_id)
        capture = captures.find(self._db, page.id, row)
        if capture is None or capture.state == "fetched" or not times.moment(capture.timestamp):
            return
        if record.problem:
            captures.set_failed(self._db, capture.id, record.problem, final=True)
        elif record.body is not None:
            self.result.fetched += 1
            captures.set_fetched(
                self._db,
                self._bodies,
                capture,
                Replayed(self._archive, record.body, record.headers, record.status),
            )
        else:
            self._keep_revisit(capture, record)

    def _keep_revisit(self, capture: Capture, record: Record) -> None:
        """Keep the headers of a revisit until its body is found."""
        if record.headers:
            capture_states.keep_headers(self._db, capture.id, record.headers)
        if record.digest == "-" and record.refers_to:
            self._refers_to[capture.id] = record.refers_to

    def _page(self, original: str) -> Page | None:
        surt = urlkey(original)
        if surt not in self._pages and (domain := self._retailer_of(original)):
            policy_id = retailers.add_policy(self._db, domain)
            self._pages[surt] = retailers.add_page(self._db, policy_id, original, "given")
        return self._pages.get(surt)
