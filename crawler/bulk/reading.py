"""Read one input, choose its records by the rules of `import`, and count each of them once."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from crawler.bulk.counts import DerivedFile
from crawler.bulk.options import BulkOptions
from crawler.bulk.records import DerivedRecord, check
from crawler.bulk.sources.archive_file import entries_of, is_archive
from crawler.errors import WarcError, WarcReadError
from crawler.importing import warc_reader
from crawler.importing.folders import printable
from crawler.importing.warc_import import address_fault
from crawler.importing.warc_reader import BAD_DATA, Entry, FactsRecord, Fault, NoCapture, Record, Unreadable
from crawler.importing.warc_record import facts_problem
from crawler.importing.warc_restore import checked
from db.errors import (
    DamagedArchiveError,
    DamagedBodyError,
    NewerSchemaError,
    NotAnArchiveError,
    OlderSchemaError,
)
from db.store.fact_validation import FactError
from db.urlkey import urlkey

UNREAD, CUT_OFF = "cannot be read", "are cut off or damaged, with all that follows"
CONTRADICTION = "contradict themselves, or cannot be decoded"
# What the bytes of an input show. All other errors are about this machine, and the next run tries again.
_DAMAGE = (
    WarcError,
    DamagedArchiveError,
    DamagedBodyError,
    NewerSchemaError,
    NotAnArchiveError,
    OlderSchemaError,
)


@dataclass(frozen=True)
class _Choice:
    """What becomes of one record. Without a reason, it is taken; one that failed can have a capture too."""

    domain: str = ""
    record: DerivedRecord | None = None
    passed_over: str = ""
    failed: str = ""


@dataclass
class Reading:
    """Reads an input, and chooses its records by the rules of `import`.

    Whether an address is a page is known from the records of the same file only.
    """

    options: BulkOptions
    counted: DerivedFile = field(default_factory=DerivedFile)
    _pages: set[str] = field(default_factory=set)
    _expected: frozenset[str] = frozenset()  # ids of the records with the bodies of the last facts
    _domain: str = ""  # the retailer of the last facts

    def __post_init__(self) -> None:
        self._filter = self.options.record_filter()

    def take_all(self) -> None:
        """Take every document: the user has chosen the records."""
        self._filter = replace(self._filter, whole_site=False)

    def records(self, file: Path, before: int = 0) -> Iterator[tuple[str, DerivedRecord]]:
        """Yield the records to take, each with the domain of its retailer.

        `before` is how many records are before those of the file, if it is a piece of an input.
        """
        entries = entries_of(file) if is_archive(file) else warc_reader.read_entries(file, before)
        number = before
        try:
            for entry in entries:
                if isinstance(entry, Fault):
                    self._note(entry)
                    continue
                number += 1
                choice = self._choice_or_failure(entry, number)
                self.counted.count(passed_over=choice.passed_over, failed=choice.failed)
                if choice.record:
                    yield choice.domain, choice.record
        except WarcReadError:
            raise
        except _DAMAGE as error:
            self.counted.damage = printable(error)
            if number:
                self.counted.count(failed=CUT_OFF)

    def _note(self, fault: Fault) -> None:
        if isinstance(fault, Unreadable):
            self.counted.count(failed=UNREAD)
        self.counted.note(fault.line)

    def _choice_or_failure(self, entry: Entry, number: int) -> _Choice:
        """Return what becomes of a record. One that our code cannot take has failed."""
        try:
            choice = self._choice(entry, number)
            if choice.record:
                check(choice.record)
        except BAD_DATA as error:
            self.counted.note(f"record {number} {UNREAD}: {printable(error)[:100]}")
            return _Choice(failed=UNREAD)
        return choice

    def _choice(self, entry: Entry, number: int) -> _Choice:
        if isinstance(entry, NoCapture):
            return _Choice(passed_over=f"are {entry.kind}")
        if isinstance(entry, FactsRecord):
            return self._choice_of_facts(entry, number)
        return self._choice_of_capture(entry, number) if isinstance(entry, Record) else _Choice(failed=UNREAD)

    def _choice_of_facts(self, entry: FactsRecord, number: int) -> _Choice:
        if entry.problem:
            return _Choice(failed=entry.problem)
        try:
            facts = checked(entry)
        except FactError as error:
            return _Choice(failed=facts_problem(error))
        self._domain = self.options.domain or facts.domain
        if facts.page:
            self._expected = frozenset(facts.bodies)
            self._pages.add(urlkey(facts.page[1]["url"]))
        self.counted.attributes = list({*self.counted.attributes, *(name for name, _, _ in facts.attributes)})
        return _Choice(self._domain, DerivedRecord(number, entry))

    def _choice_of_capture(self, record: Record, number: int) -> _Choice:
        if record.id in self._expected:
            return _Choice(self._domain, DerivedRecord(number, record, keeps_raw=True))
        key = urlkey(record.original)
        if reason := self._filter.reason_to_skip(record, self._pages.__contains__):
            return _Choice(passed_over=reason)
        domain = self.options.retailer_of(record.original)
        if fault := address_fault(record.original, domain):
            return _Choice(failed=fault)
        self._pages.add(key)
        # One that contradicts itself is in the result as a failed capture.
        return _Choice(domain, DerivedRecord(number, record), failed=CONTRADICTION if record.problem else "")
