"""Captures from WARC files into an archive: the facts only; texts and histories are derived afterwards."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import WarcError
from crawler.importing import warc_reader
from crawler.importing.warc_filter import Sieve
from crawler.importing.warc_reader import Record, Told
from crawler.importing.warc_restore import Restoring
from db import times
from db.database import transaction
from db.store import capture_states, captures, retailers, revisits
from db.store.bodies import Bodies
from db.store.captures import Capture, IndexRow, Replayed
from db.store.fact_validation import FactError
from db.store.retailers import Page
from db.urlkey import urlkey

BATCH = 100  # records a transaction


@dataclass
class Imported:
    """What an import brought.

    Of the `read` captures, how many were `new`, and of how many the body was `fetched` (also of ones that were known from an
    index); the policies that they belong to; what was wrong; what was passed over, in a line, "" for nothing.
    """

    read: int = 0
    new: int = 0
    fetched: int = 0
    policies: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    passed: str = ""


def import_warcs(
    db: Database,
    files: list[Path],
    retailer_of: Callable[[str], str],
    done: Callable[[int], object] = lambda _: None,
    *,
    sieve: Sieve | None = None,
    domain: str | None = None,
) -> Imported:
    """Store the captures of WARC files; those that the archive has already are left as they are.

    `retailer_of` gives the domain of the retailer to whom an address belongs; what an export of policytrail tells is of the
    retailer that it names, or of `domain`. `sieve` says which of the others are taken. `done` hears of each record with the
    bytes of its body. A file that is cut off gives what is whole, and a line in `problems`.
    """
    imported, sieve = Imported(), sieve or Sieve()
    bodies = Bodies(db)
    sieve.look(files, retailer_of)
    for file in files:
        entry = _Entry(db, bodies, file.name, retailer_of, imported, sieve, Restoring(db, bodies, domain))
        records = warc_reader.read(file)
        while _batch(db, entry, records, done):
            pass
        with transaction(db):
            entry.close()
    imported.passed = str(sieve)
    return imported


def _batch(
    db: Database, entry: "_Entry", records: Iterator[Record | Told], done: Callable[[int], object]
) -> bool:
    """Store up to BATCH records; whether there may be more."""
    count = 0
    with transaction(db):
        try:
            for record in islice(records, BATCH):
                entry.add(record)
                count += 1
                done(len(record.raw) if isinstance(record, Record) else 0)
        except WarcError as error:  # what came before it is kept
            entry.imported.problems.append(str(error))
            entry.is_damaged = True
            return False
    return count == BATCH


class _Entry:
    """Enters the records of one file; remembers the pages that it has met."""

    def __init__(
        self, db: Database, bodies: Bodies, archive: str, retailer_of: Callable[[str], str], imported: Imported, sieve: Sieve,
        restoring: Restoring,
    ) -> None:  # fmt: skip
        self._db, self._bodies, self._archive, self._retailer_of = db, bodies, archive, retailer_of
        self._sieve, self._restoring = sieve, restoring
        self._pages: dict[str, Page] = {}
        self._same_as: dict[
            int, tuple[str, str]
        ] = {}  # revisits without a digest, and which capture they are of
        self.imported = imported
        self.is_damaged = False

    def add(self, record: Record | Told) -> None:
        if isinstance(record, Told):
            self._tell(record)
        elif not self._restoring.give(record) and self._sieve.takes(
            record, lambda key: retailers.has_page(self._db, key)
        ):
            self._enter(record)

    def close(self) -> None:
        """Give revisits their bodies, when all records of the file are entered."""
        for capture_id, (original, timestamp) in self._same_as.items():
            capture_states.share_digest(self._db, capture_id, urlkey(original), timestamp)
        imported, restoring = self.imported, self._restoring
        imported.policies |= revisits.resolve(self._db, self._archive) | restoring.policies
        imported.read += restoring.read
        imported.new += restoring.new
        imported.fetched += restoring.filled
        if restoring.lacking and not self.is_damaged:
            imported.problems.append(
                f"{self._archive}: the bodies of {restoring.lacking} captures are not in it"
            )

    def _tell(self, told: Told) -> None:
        problem = told.problem
        if not problem:
            try:
                self._restoring.tell(told)
            except FactError as error:
                problem = f"the facts that it tells of its captures cannot be used: {error}"
        if problem and (line := f"{self._archive}: {problem}") not in self.imported.problems:
            self.imported.problems.append(line)

    def _enter(self, record: Record) -> None:
        self.imported.read += 1
        page = self._page(record.original)
        if page is None:
            self.imported.problems.append(
                f"{self._archive}: {record.original[:200]} has no host; its record was passed over"
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
        self.imported.new += captures.record_rows(self._db, page.id, self._archive, [row])
        self.imported.policies.add(page.policy_id)
        capture = captures.find(self._db, page.id, row)
        if capture is None or capture.state == "fetched" or not times.moment(capture.timestamp):
            return
        if record.problem:
            captures.set_failed(self._db, capture.id, record.problem, final=True)
        elif record.body is not None:
            self.imported.fetched += 1
            captures.set_fetched(
                self._db,
                self._bodies,
                capture,
                Replayed(self._archive, record.body, record.headers, record.status),
            )
        else:
            self._wait(capture, record)

    def _wait(self, capture: Capture, record: Record) -> None:
        """Keep what a revisit says of itself until its body is known."""
        if record.headers:
            capture_states.keep_headers(self._db, capture.id, record.headers)
        if record.digest == "-" and record.refers_to:
            self._same_as[capture.id] = record.refers_to

    def _page(self, original: str) -> Page | None:
        surt = urlkey(original)
        if surt not in self._pages and (domain := self._retailer_of(original)):
            policy_id = retailers.add_policy(self._db, domain)
            self._pages[surt] = retailers.add_page(self._db, policy_id, original, "given")
        return self._pages.get(surt)
