"""Import of captures from WARC files into an archive file.

Only facts are stored here. Texts and histories are computed afterwards.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import WarcError
from crawler.importing import warc_reader
from crawler.importing.warc_filter import RecordFilter
from crawler.importing.warc_reader import Entry, FactsRecord, Fault, NoCapture, Record
from crawler.importing.warc_record import facts_problem
from crawler.importing.warc_restore import FactsRestorer
from db import lengths, times
from db.database import transaction
from db.store import capture_states, captures, retailers
from db.store.bodies import Bodies
from db.store.captures import Capture, IndexRow, Replayed
from db.store.fact_validation import FactError
from db.store.retailers import Page
from db.store.sharing import revisits
from db.store.sharing.revisits import Reference
from db.urlkey import urlkey

logger = logging.getLogger(__name__)

BATCH = 100  # records in one transaction
NAMED = 10  # faults of one file that are named; the others are counted


@dataclass
class ImportResult:
    """What an import read and stored.

    - `read`: the count of captures in the files.
    - `new`: the count of captures that the archive file did not have before.
    - `fetched`: the count of captures that got a body. Some of them may have been in the archive file before,
      without a body.
    - `policies`: the ids of the policies of imported captures.
    - `problems`: one line for each problem.
    - `notes`: one line for each file without captures.
    - `skipped`: the count of skipped responses for each reason.
    """

    read: int = 0
    new: int = 0
    fetched: int = 0
    policies: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
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
    """Store the captures of WARC files. Captures that already have a body are not changed.

    - `retailer_of`: takes an address and returns the domain of its retailer.
    - `done`: called after each record with the size of its body in bytes.
    - `record_filter`: chooses the responses to import. It does not apply to files that `policytrail export
      --format warc` wrote.
    - `domain`: the retailer of all captures in such an export. None: the export names the retailer itself.

    If a file is damaged, the records before the damage are stored, and a line is added to `problems`. A
    damaged record costs its capture, also with a line.
    """
    result, bodies = ImportResult(), Bodies(db)
    revisits.begin(db, [file.name for file in files])
    chosen = (record_filter or RecordFilter()).for_files(files, retailer_of)
    for file in files:
        logger.info("reading %s", file)
        restorer = FactsRestorer(db, bodies, domain)
        importer = FileImporter(db, bodies, file.name, retailer_of, result, chosen, restorer)
        entries = warc_reader.read_entries(file)
        while _import_batch(db, importer, entries, done):
            pass
        with transaction(db):
            importer.close()
    with transaction(db):
        result.policies |= revisits.resolve(db, bodies)
    return result


def _import_batch(
    db: Database,
    importer: "FileImporter",
    entries: Iterator[Entry],
    done: Callable[[int], object],
) -> bool:
    """Store up to BATCH records. Return whether there may be more records."""
    count = 0
    with transaction(db):
        try:
            for entry in islice(entries, BATCH):
                importer.add(entry)
                count += 1
                done(len(entry.raw) if isinstance(entry, Record) else 0)
        except WarcError as error:  # what was read before is stored
            importer.result.problems.append(str(error))
            importer.is_damaged = True
            return False
    return count == BATCH


class FileImporter:
    """Stores the records of one file, and adds their counts to the import's result.

    Without `record_filter`, every capture is stored.
    """

    def __init__(
        self,
        db: Database,
        bodies: Bodies,
        archive: str,
        retailer_of: Callable[[str], str],
        result: ImportResult,
        record_filter: RecordFilter | None,
        restorer: FactsRestorer,
    ) -> None:
        self._db, self._bodies, self._archive, self._retailer_of = db, bodies, archive, retailer_of
        self._filter, self._restorer = record_filter, restorer
        self._pages: dict[str, Page] = {}  # pages of this file's captures, by urlkey
        self._faults: list[str] = []  # the first lines of them
        self._unnamed = 0  # the count of the others
        self._others: Counter[str] = Counter()  # records that are no captures, by kind
        self._has_captures = False
        self.result = result
        self.is_damaged = False

    def add(self, entry: Entry) -> int | None:
        """Store a record, inside a transaction of the caller.

        Return the id of the capture that got its body from this record, or None.
        """
        if isinstance(entry, Fault):
            self._note_fault(entry.line)
        elif isinstance(entry, NoCapture):
            self._others[entry.kind] += 1
        elif isinstance(entry, FactsRecord):
            self._has_captures = True
            self._enter_facts(entry)
        else:
            self._has_captures = True
            return self._add_capture(entry)
        return None

    def _add_capture(self, record: Record) -> int | None:
        if self._restorer.take_body(record):
            return None
        if self._filter and (reason := self._filter.reason_to_skip(record, self._has_page)):
            self.result.skipped[reason] += 1
            return None
        return self._enter(record)

    def _has_page(self, key: str) -> bool:
        return retailers.has_page(self._db, key)

    def close(self) -> None:
        """Find the bodies of revisits, and count what was restored, after all records of the file."""
        result, restored = self.result, self._restorer.restored
        result.policies |= revisits.resolve(self._db, self._bodies, self._archive) | restored.policies
        result.read += restored.read
        result.new += restored.new
        result.fetched += restored.filled
        if self._restorer.missing and not self.is_damaged:
            result.problems.append(
                f"{self._archive}: the bodies of {self._restorer.missing} captures are not in it"
            )
        self._report_faults()
        if self._others and not (self._has_captures or self.is_damaged):
            counted = ", ".join(f"{number:,} {kind}" for kind, number in self._others.most_common())
            result.notes.append(f"{self._archive} has no captures to import, only {counted}")

    def _note_fault(self, line: str) -> None:
        if len(self._faults) == NAMED:
            self._unnamed += 1
        elif line not in self._faults:
            self._faults.append(line)

    def _report_faults(self) -> None:
        self.result.problems += [f"{self._archive}: {line}" for line in self._faults]
        if self._unnamed:
            self.result.problems.append(f"{self._archive}: and {self._unnamed:,} more faults of this kind")

    def _enter_facts(self, record: FactsRecord) -> None:
        problem = record.problem
        if not problem:
            try:
                self._restorer.enter_facts(record)
            except FactError as error:
                problem = facts_problem(error)
        if problem:
            self._note_fault(problem)

    def _enter(self, record: Record) -> int | None:
        self.result.read += 1
        page = self._page(record.original)
        if page is None:
            fault = address_fault(record.original, self._retailer_of(record.original))
            self._note_fault(f"{record.original[:200]} {fault}; its record was skipped")
            return None
        row = IndexRow(
            page.urlkey,
            record.timestamp,
            record.original,
            record.mimetype,
            record.status,
            None if record.problem and record.digest == "-" else record.digest,
            record.length,
        )
        if record.problem and captures.find(self._db, page.id, row):
            return None  # a damaged record is no reason to give up what is known of the capture
        self.result.new += captures.record_rows(self._db, page.id, self._archive, [row])
        self.result.policies.add(page.policy_id)
        capture = captures.find(self._db, page.id, row)
        if capture and record.id:
            revisits.note_record(self._db, record.id, capture.id)
        if capture is None or capture.state == "fetched" or not times.moment(capture.timestamp):
            return None
        if record.body is not None and not record.problem:
            self.result.fetched += 1
            replayed = Replayed(self._archive, record.body, record.headers, record.status)
            captures.set_fetched(self._db, self._bodies, capture, replayed)
            return capture.id
        if record.problem:
            captures.set_failed(self._db, capture.id, record.problem, final=True)
        else:
            self._keep_revisit(capture, record)
        return None

    def _keep_revisit(self, capture: Capture, record: Record) -> None:
        """Store the headers of a revisit. Its body is searched later, in `close`."""
        if record.headers:
            capture_states.keep_headers(self._db, capture.id, record.headers)
        original, timestamp = record.refers_to or (None, None)
        reference = Reference(record.refers_to_id or None, original and urlkey(original), timestamp)
        revisits.note_reference(self._db, self._archive, capture.id, reference)

    def _page(self, original: str) -> Page | None:
        surt = urlkey(original)
        if surt not in self._pages:
            domain = self._retailer_of(original)
            if not address_fault(original, domain):
                policy_id = retailers.add_policy(self._db, domain)
                self._pages[surt] = retailers.add_page(self._db, policy_id, original, "given")
        return self._pages.get(surt)


def address_fault(original: str, domain: str) -> str:
    """Return why a capture of an address cannot be stored; "" if it can. `domain` is that of its retailer."""
    if not domain:
        return "has no host"
    is_usable = lengths.is_address(original) and len(domain) <= lengths.DOMAIN
    return "" if is_usable else "is too long for an address"
