"""The table of claims: a row for each statement that a version makes (docs/exports.md)."""

from collections.abc import Iterator

from sqlite_utils import Database

from db.export.evidence import Citations, ExportedVersion, ExportFilter, versions
from db.export.tables.columns import RETAILER, STATEMENT, Column
from db.export.tables.table import Row, Table
from db.schema.ids import text_id

_OF_VERSION = (
    RETAILER,
    Column("version", "number", "the number of the version that makes it"),
    Column("first_seen", "moment", "the first capture that shows the version"),
    Column("last_seen", "moment", "the last capture that shows it"),
    Column("text_sha256", "text", "the hash of its text"),
)
_OF_CLAIM = (
    *STATEMENT,
    Column("modality", "text", "may, can, will, must, should, cannot or does"),
    Column("section", "text", "the heading above it"),
    Column("start", "number", "the character of the text where its words begin, from 0"),
    Column("end", "number", "the character after them"),
    Column("rule", "text", "the rule that recognised it"),
    Column("reference", "text", "the source of the rule: a law, or a term of a vocabulary"),
)
COLUMNS = (*_OF_VERSION, *_OF_CLAIM)
_NAMES = ", ".join(f'"{column.name}"' for column in _OF_CLAIM)


def count(db: Database, wanted: ExportFilter) -> int:
    """Return how many claims are chosen. Raises UnknownRetailerError, StoreError."""
    return sum(len(_claims(db, version)) for version in versions(db, wanted))


def _claims(db: Database, version: ExportedVersion) -> list[Row]:
    query = f"select {_NAMES} from claims where text_id = ? order by id"
    names = [column.name for column in _OF_CLAIM]
    return [dict(zip(names, row, strict=True)) for row in db.execute(query, [text_id(version.text_sha256)])]


def _rows(db: Database, wanted: ExportFilter, _: Citations) -> Iterator[Row]:
    for version in versions(db, wanted):
        shared = {
            "retailer": version.retailer,
            "version": version.number,
            "first_seen": version.first_seen,
            "last_seen": version.last_seen,
            "text_sha256": version.text_sha256,
        }
        yield from ({**shared, **claim} for claim in _claims(db, version))


TABLE = Table(
    name="claims",
    rows_are="a statement that a version of a policy makes, as far as a rule recognises it",
    columns=COLUMNS,
    key=frozenset(("retailer", "version", "kind", "polarity", "quote", "start", "end", "rule")),
    count=count,
    own_rows=_rows,
)
