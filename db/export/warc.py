"""Export of captures as WARC 1.1, one file for each retailer.

The files are for replay, for other tools, and for an import without loss. A fetched capture is a `response`
record. If an earlier record of the same file has the same body, it is a `revisit` record (ISO 28500:2017,
6.7; profile identical-payload-digest). So every file can be replayed without the others. Bodies are written
as they are stored: without transfer and content encoding, and with a matching `Content-Length`.

All other facts are in `metadata` records, before the captures: the facts of `db.store.facts` as JSON in the
field `policytrail-facts`. They contain every column of each capture (digest of the index, failures with
reasons, original headers). The last record contains the hash of all facts. If the end of a file has the same
hash, the file is up to date and is not written again. Replay tools skip `application/warc-fields` records.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from sqlite_utils import Database

from db.errors import DamagedBodyError, MissingBodyError
from db.export import file_names, files
from db.export.evidence import Citations, CitedCapture, ExportFilter, ExportResult, versions
from db.export.warc_records import RecordWriter, encode_facts, record_id
from db.store import attributes, facts, retailers
from db.store.bodies import Bodies
from db.store.facts import CaptureFacts, Fact

# A metadata record is in memory as a whole: so many captures, and so many characters of their headers and
# addresses, of which each can have six bytes in JSON. With one more capture, it is smaller than MAX_FACTS.
CAPTURES, CHARACTERS = 1000, 2_000_000
_BEGINNING = "1970-01-01T00:00:00Z"  # the date of a file in which no capture has a time
Done = Callable[[object], object]


@dataclass(frozen=True)
class CapturePeriod:
    """The time between two moments (ISO 8601, both included). None means no limit."""

    first: str | None = None
    last: str | None = None

    @property
    def is_open(self) -> bool:
        """True if there is no limit: then captures without a valid time are included too."""
        return self.first is None and self.last is None

    @property
    def condition(self) -> tuple[str, ...]:
        """The SQL condition for captures with the alias `c`, and the values of its placeholders."""
        return (
            ("1",)
            if self.is_open
            else ("c.captured_at between ? and ?", self.first or "", self.last or "9999")
        )


def count(db: Database, wanted: ExportFilter) -> int:
    """Return how many captures are chosen, fetched or not. Raises UnknownRetailerError, StoreError."""
    found = 0
    for domain, period in _periods(db, wanted):
        condition, *values = period.condition if period else ("0",)
        (chosen,) = db.execute(
            f"""select count(*) from captures c join pages g on g.id = c.page_id
            join policies p on p.id = g.policy_id where p.retailer = ? and {condition}""",
            [domain, *values],
        ).fetchone()
        found += chosen
    return found


def export(db: Database, out: Path, wanted: ExportFilter, citations: Citations, done: Done) -> ExportResult:
    """Write a file `DOMAIN.warc.gz` for each chosen retailer, unless it is up to date.

    `out` is a folder. A period chooses the captures that were made in it. `latest` chooses the captures from
    the first to the last capture of the latest version. If no capture of a retailer is chosen, an existing
    file stays. Raises UnknownRetailerError, ExportTargetError, ArchiveLockedError, ExportWriteError,
    StoreError.
    """
    bodies, written, kept, damaged = Bodies(db), 0, 0, 0
    with files.folder(out) as folder:
        for domain, period in _periods(db, wanted):
            path = PurePosixPath(f"{file_names.name(domain)}.warc.gz")
            file = _File(db, domain, period, citations) if period else None
            if file is None or file.is_empty:
                continue
            write = partial(file.write, bodies=bodies, name=path.name, done=done)
            if folder.stream(path, write, file.is_end_of):
                written += 1
            else:
                kept += 1
                # A file with damaged bodies is always written again, and then its captures are counted.
                for _ in range(0 if file.damaged else file.captures):
                    done(None)
            damaged += file.damaged
    note = (
        f"{damaged} bodies are damaged and were left out: 'policytrail verify' names them" if damaged else ""
    )
    return ExportResult(written, kept - len(folder.foreign_files), note, tuple(folder.foreign_files))


def _periods(db: Database, wanted: ExportFilter) -> Iterator[tuple[str, CapturePeriod | None]]:
    """Yield each chosen retailer's domain with its period, or with None if nothing is chosen."""
    if wanted.domains:
        retailers.policies(db, wanted.domains)  # raises where one is unknown
    for (domain,) in db.execute("select domain from retailers order by domain").fetchall():
        if not wanted.domains or domain in wanted.domains:
            yield (
                domain,
                _latest(db, domain, wanted) if wanted.latest else CapturePeriod(wanted.first, wanted.last),
            )


def _latest(db: Database, domain: str, wanted: ExportFilter) -> CapturePeriod | None:
    for version in versions(db, ExportFilter((domain,), wanted.first, wanted.last, latest=True)):
        span = version.spans[-1]
        return CapturePeriod(max(span.since, wanted.first or ""), min(span.until, wanted.last or "9999"))
    return None


@dataclass(frozen=True)
class _Part:
    """One metadata record as bytes, and the captures that follow it.

    Each capture is a pair of record id and facts.
    """

    line: bytes
    captures: tuple[tuple[str, CaptureFacts], ...] = ()


class _File:
    """The WARC file of one retailer."""

    def __init__(self, db: Database, domain: str, period: CapturePeriod, citations: Citations) -> None:
        self._db, self._domain, self._period, self._citations = db, domain, period, citations
        self.captures, self.damaged = 0, 0
        self._moment, sha256 = _BEGINNING, hashlib.sha256()
        for part in self._parts():
            sha256.update(part.line)
            self.captures += len(part.captures)
            for _, item in part.captures:
                self._moment = max(self._moment, item.captured_at or "", item.fact["fetched_at"] or "")
        self._state = sha256.hexdigest()

    @property
    def is_empty(self) -> bool:
        """True if no capture of the retailer is chosen."""
        return not (self.captures or self._period.is_open)

    def is_end_of(self, file: BinaryIO) -> bool:
        """Return whether a file ends like this one. Then both have the same content."""
        end = BytesIO()
        RecordWriter(end).facts(self._last(damaged=0), self._moment)
        file.seek(max(0, file.seek(0, 2) - end.tell()))
        return file.read() == end.getvalue()

    def write(self, out: BinaryIO, bodies: Bodies, name: str, done: Done) -> None:
        """Write the file and count damaged bodies. `done` is called with each capture.

        `name` is the file's name, which is stored in the first record.
        """
        records = RecordWriter(out)
        records.begin(name, self._state, self._moment)
        for part in self._parts():
            records.facts(part.line, self._moment)
            for record, item in part.captures:
                # Captures without a body or a valid time have only facts.
                if item.body_id is not None and item.captured_at is not None:
                    self._write(records, bodies, record, item, item.captured_at)
                done(item)
        records.facts(self._last(self.damaged), self._moment)

    def _write(
        self, records: RecordWriter, bodies: Bodies, record: str, item: CaptureFacts, captured_at: str
    ) -> None:
        try:
            body = bodies.get(item.body_id or 0)
        except (MissingBodyError, DamagedBodyError):
            self.damaged += 1
        else:
            records.capture(
                record, item.fact, captured_at, body, self._citations.address(_cited(item, captured_at))
            )

    def _last(self, damaged: int) -> bytes:
        """Return the facts of the last record.

        They contain the number of damaged bodies. So an incomplete file never counts as up to date, and the
        next export writes it again.
        """
        kinds = facts.kinds(self._db, self._domain)
        return encode_facts(retailer=self._retailer(), policies=kinds, state=self._state, damaged=damaged)

    def _retailer(self) -> Fact:
        (name,) = self._db.execute("select name from retailers where domain = ?", [self._domain]).fetchone()
        noted = attributes.facts(self._db, self._domain)
        return {"domain": self._domain, "name": name, **({"attributes": noted} if noted else {})}

    def _parts(self) -> Iterator[_Part]:
        retailer, shown = self._retailer(), set()
        for page_id, kind, page in facts.pages(self._db, self._domain):
            condition, *values = self._period.condition
            chosen = facts.captures_of(self._db, page_id, condition, *values)
            part = _some(chosen)
            if not (part or self._period.is_open):
                continue
            if not self._period.is_open:  # a part of the captures is not a complete listing
                page |= {"listing": None, "listing_reason": None, "listed_at": None, "coverage": []}
            shown.add((kind, page["url"]))
            while True:
                line = encode_facts(
                    retailer=retailer, policy=kind, page=page, captures=[item.fact for item in part]
                )
                yield _Part(
                    line,
                    tuple((record_id(self._domain, kind, page["url"], item.fact), item) for item in part),
                )
                if not (part := _some(chosen)):
                    break
        clues = (
            clue for clue in facts.clues_of(self._db, self._domain) if (clue["policy"], clue["page"]) in shown
        )
        while some := list(islice(clues, CAPTURES)):
            yield _Part(encode_facts(retailer=retailer, clues=some))


def _some(chosen: Iterator[CaptureFacts]) -> tuple[CaptureFacts, ...]:
    """Take the captures of the next metadata record."""
    some: list[CaptureFacts] = []
    characters = 0
    while len(some) < CAPTURES and characters < CHARACTERS and (item := next(chosen, None)):
        some.append(item)
        headers = item.fact["headers"] or ()
        characters += len(item.fact["original"]) + sum(len(name) + len(value) for name, value in headers)
    return tuple(some)


def _cited(item: CaptureFacts, captured_at: str) -> CitedCapture:
    """Return a capture for a citation. It has no text: `text_sha256` is ""."""
    fact = item.fact
    return CitedCapture(
        archive=fact["archive"],
        timestamp=fact["timestamp"],
        captured_at=captured_at,
        original=fact["original"],
        page=fact["original"],
        mimetype=fact["mimetype"],
        status=fact["status"],
        digest=fact["digest"],
        body_sha256=fact["body"],
        text_sha256="",
        replay_key=fact.get("replay_key"),
    )
