"""The table of findings: a row for each, with its change and all its evidence (docs/exports.md)."""

from collections.abc import Iterator

from sqlite_utils import Database

from db.export.evidence import Citations, ExportFilter
from db.export.exported_changes import changes
from db.export.tables.changes import COLUMNS as OF_CHANGE
from db.export.tables.changes import finding
from db.export.tables.changes import row as change_row
from db.export.tables.columns import FINDING, RETAILER
from db.export.tables.table import Row, Table

# Columns of the change that every row has. The measures and the places are in the table of changes.
_LEFT_OUT = {
    "retailer",
    "kind",
    "words_added",
    "words_removed",
    "similarity",
    "set_aside",
    "removed",
    "added",
}
_OF_CHANGE = tuple(
    column
    for column in OF_CHANGE
    if column.name not in _LEFT_OUT | {"places", "finding_kinds", "findings", "unquoted"}
    and not column.name.startswith("stated")
)
COLUMNS = (RETAILER, *FINDING, *_OF_CHANGE)


def count(db: Database, wanted: ExportFilter) -> int:
    """Return how many findings are chosen. Raises UnknownRetailerError, StoreError."""
    return sum(len(change.meaning.findings) for change in changes(db, wanted))


def _rows(db: Database, wanted: ExportFilter, citations: Citations) -> Iterator[Row]:
    for change in changes(db, wanted):
        of_change = change_row(change, citations)
        shared = {column.name: of_change[column.name] for column in (RETAILER, *_OF_CHANGE)}
        for one in change.meaning.findings:
            yield {**shared, **finding(one)}


TABLE = Table(
    name="findings",
    rows_are="a statement that appeared, vanished or changed in a policy, with its quotes and its evidence",
    columns=COLUMNS,
    key=frozenset(("retailer", "kind", "move", "before", "after", "rule", "certainty", "first_new")),
    count=count,
    own_rows=_rows,
)
