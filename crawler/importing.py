"""Captures from WARC files into an archive: the facts only; texts and histories are derived afterwards."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from crawler import warc
from crawler.errors import WarcError
from crawler.warc import Record
from db import captures, retailers, times
from db.archive import transaction
from db.bodies import Bodies
from db.captures import Replayed, Row
from db.retailers import Page
from db.urlkey import urlkey

BATCH = 100  # records a transaction


@dataclass
class Imported:
    """What an import brought.

    Of the `read` captures, how many were `new`, and of how many the body was `fetched` (also of ones that were known from an
    index); the policies that they belong to; what was wrong.
    """

    read: int = 0
    new: int = 0
    fetched: int = 0
    policies: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def import_warcs(
    db: Database, files: list[Path], retailer_of: Callable[[str], str], done: Callable[[int], object] = lambda _: None
) -> Imported:
    """Store the captures of WARC files; those that the archive has already are left as they are.

    `retailer_of` gives the domain of the retailer to whom an address belongs. `done` hears of each record with the bytes of
    its body. A file that is cut off gives what is whole, and a line in `problems`.
    """
    imported = Imported()
    bodies = Bodies(db)
    for file in files:
        entry = _Entry(db, bodies, file.name, retailer_of, imported)
        records = warc.read(file)
        while _batch(db, entry, records, done):
            pass
        with transaction(db):
            imported.policies |= captures.resolve_revisits(db, file.name)
    return imported


def _batch(db: Database, entry: "_Entry", records: Iterator[Record], done: Callable[[int], object]) -> bool:
    """Store up to BATCH records; whether there may be more."""
    count = 0
    with transaction(db):
        try:
            for record in islice(records, BATCH):
                entry.add(record)
                count += 1
                done(len(record.body or b""))
        except WarcError as error:  # what came before it is kept
            entry.imported.problems.append(str(error))
            return False
    return count == BATCH


class _Entry:
    """Enters the records of one file; remembers the pages that it has met."""

    def __init__(
        self, db: Database, bodies: Bodies, archive: str, retailer_of: Callable[[str], str], imported: Imported
    ) -> None:
        self._db, self._bodies, self._archive, self._retailer_of = db, bodies, archive, retailer_of
        self._pages: dict[str, Page] = {}
        self.imported = imported

    def add(self, record: Record) -> None:
        self.imported.read += 1
        page = self._page(record.original)
        if page is None:
            self.imported.problems.append(f"{self._archive}: {record.original[:200]} has no host; its record was passed over")
            return
        row = Row(page.urlkey, record.timestamp, record.original, record.mimetype, record.status, record.digest, record.length)
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
                self._db, self._bodies, capture, Replayed(self._archive, record.body, record.headers, record.status)
            )

    def _page(self, original: str) -> Page | None:
        surt = urlkey(original)
        if surt not in self._pages and (domain := self._retailer_of(original)):
            policy_id = retailers.add_policy(self._db, domain)
            self._pages[surt] = retailers.add_page(self._db, policy_id, original, "given")
        return self._pages.get(surt)
