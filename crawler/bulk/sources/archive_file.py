"""An archive file of policytrail as an input: what its export as WARC has, without loss."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.importing import warc_reader
from crawler.importing.warc_reader import Entry, Record
from crawler.webarchive.citation import CITATIONS
from db.database import is_sqlite, open_to_read
from db.export import warc
from db.export.evidence import ExportFilter, reading


def is_archive(path: Path) -> bool:
    """Return whether a file is an SQLite file. Returns False for a file that cannot be read."""
    return path.is_file() and is_sqlite(path)


def entries_of(path: Path) -> Iterator[Entry]:
    """Yield the records of an archive file, retailer by retailer.

    Raises ArchiveError if it is no archive file of this policytrail.
    """
    with TemporaryDirectory(prefix="policytrail-") as folder:
        with closing(open_to_read(path)) as db, reading(db):
            warc.export(db, Path(folder), ExportFilter(), CITATIONS, lambda one: None)
        for file in sorted(Path(folder).glob("*.warc.gz")):
            for entry in warc_reader.read_entries(file):
                yield replace(entry, place=None) if isinstance(entry, Record) else entry
